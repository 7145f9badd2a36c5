"""The sheet that explains a family, a run or a model: block diagrams, formulas, settings."""

"""What a family, a run or a model is made of, as a sheet: values, formulas and their Markdown."""

"""The measurements themselves, one theme a module. Figures are medians, rivals are run in turn with us."""

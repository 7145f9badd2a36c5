"""Models whose inputs and outputs have set names: which these are, and whether a file has them."""

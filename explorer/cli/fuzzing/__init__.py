"""Damaged models by the thousand, to see that none of them harms the program."""

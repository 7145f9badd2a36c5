"""Pickles read without being obeyed."""

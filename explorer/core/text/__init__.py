"""Sentences: the words in them, and the numbers that a network knows these by."""

"""Worlds that are driven through, off the GUI thread."""

"""Sheets made off the GUI thread."""

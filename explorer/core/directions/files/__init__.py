"""Directions in files: ours, and those of other tools."""

"""Grids of pictures that scroll."""

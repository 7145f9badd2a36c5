"""Grids, paths and maps, drawn as they are looked at."""

"""Grids, paths and maps as files, each of which carries its scene and appears whole or not at all."""

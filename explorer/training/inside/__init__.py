"""Gradients with respect to the picture: networks are fooled by them, and dream."""

"""Touching a picture: what strokes and pulls ask of it."""

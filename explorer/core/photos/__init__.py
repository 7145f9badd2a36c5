"""Photographs of one's own: read, aligned, brought to the sides that a model takes."""

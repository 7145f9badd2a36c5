"""Directions found from examples, and how far to trust them."""

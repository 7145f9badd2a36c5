"""A board at work."""

"""A quiz at work, and its results."""

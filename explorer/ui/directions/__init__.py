"""Directions in the window: listed, looked at, found, judged."""

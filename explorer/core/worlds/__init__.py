"""Worlds that are driven through: a drawn one of our own, and the dreams that a world model has of one."""

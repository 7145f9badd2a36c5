"""Families of models, their data, and the loop that teaches them. No Qt."""

"""Families that say what a picture costs, or paint in steps."""

"""Lessons: what they hold, read from Markdown."""

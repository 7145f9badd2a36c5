"""Lessons at hand."""

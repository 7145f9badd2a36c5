"""Sheets of what is trained: networks watched while they take one step."""

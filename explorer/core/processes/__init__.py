"""Processes of our own: how one is started, confined, and ended in order."""

"""The Arithmetic panel and its board."""

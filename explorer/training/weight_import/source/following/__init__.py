"""Follows a source's syntax tree: an interpreter that knows the few things that networks are made with."""

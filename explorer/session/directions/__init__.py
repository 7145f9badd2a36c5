"""The directions of the open model: found, kept, judged."""

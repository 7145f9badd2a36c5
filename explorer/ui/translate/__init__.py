"""The window of models from picture to picture."""

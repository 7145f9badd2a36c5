"""The Worlds panel: a world, and the dream that a model has of it."""

"""Pictures of the window: one page, or sheets of them all."""

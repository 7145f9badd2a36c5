"""The scene edited, wandered and shown."""

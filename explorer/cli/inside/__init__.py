"""Looking into networks without a window: ``attack`` fools one, ``dream`` lets it dream."""

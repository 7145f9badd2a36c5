"""Training runs at hand: begun, watched, explored, exported."""

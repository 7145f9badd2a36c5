"""Models from picture to picture at work."""

"""Models from picture to picture, on pictures of one's own."""

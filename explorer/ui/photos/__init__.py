"""A photo of one's own in the window: framed, found, edited."""

"""The Unfold panel: pictures that are made in steps, and how likely pictures are."""

"""What a run learns from, what learns, and what it begins with."""

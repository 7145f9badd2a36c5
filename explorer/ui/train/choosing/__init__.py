"""Which of the pictures of a source a run learns from."""

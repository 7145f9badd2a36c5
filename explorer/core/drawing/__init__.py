"""What is drawn by hand for a translator: strokes as a value, and the same strokes as pixels."""

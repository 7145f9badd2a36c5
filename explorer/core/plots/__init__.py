"""Series of numbers that grow, and are drawn at any zoom."""

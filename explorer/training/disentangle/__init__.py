"""Disentangling, learned: families whose dimensions are meant to stand for single factors, on the same pictures."""

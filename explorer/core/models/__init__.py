"""What a model file is: its card, its graph, what it may hold, and whether it can be trusted."""

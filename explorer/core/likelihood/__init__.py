"""Models that give pictures a likelihood: how many bits they cost, and where in them."""

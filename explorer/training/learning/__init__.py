"""What it takes to learn: the contract of a family, the loop, losses and their helpers."""

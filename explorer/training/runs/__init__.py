"""A training run as a folder: what was asked for, what it told, its checkpoints and its export."""

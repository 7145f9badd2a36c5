"""What the StyleGANs have in common: names, tensors, and their graphs."""

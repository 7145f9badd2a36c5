"""Directions found without examples: in the weights, or in what random latents bring about."""

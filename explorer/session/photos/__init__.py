"""A photo of one's own, found again in the latent space."""

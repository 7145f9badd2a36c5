"""The Traverse panel: the latent space laid out."""

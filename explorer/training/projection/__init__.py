"""A picture found in the latent space by optimisation, through a generator of any origin."""

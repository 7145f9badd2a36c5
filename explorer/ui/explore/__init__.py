"""The Explore panel: the picture, the sliders of the latent, and ways to wander."""

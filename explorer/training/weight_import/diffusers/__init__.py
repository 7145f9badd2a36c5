"""Models as the diffusers library keeps them: a folder with a config and weights."""

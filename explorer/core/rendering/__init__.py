"""From a scene to its picture: latents, truncation, W space, and the renderer."""

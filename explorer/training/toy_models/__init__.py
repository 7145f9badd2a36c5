"""A GAN in the plane, small enough that all of it can be seen at once: data, both networks, and what they do."""

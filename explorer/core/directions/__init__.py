"""Directions in latent space: found, kept, locked against each other, and judged by what they change."""

"""Two models side by side, driven by the same sliders."""

from __future__ import annotations

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem


def require_alike(first: Generator, second: Generator) -> None:
    """Refuse two models that cannot be driven by the same sliders.

    Raises
    ------
    Problem
        Their latents are of unlike size.
    """
    sizes = first.card.latent_size, second.card.latent_size
    if sizes[0] != sizes[1]:
        raise Problem(
            f"{first.card.name} has {sizes[0]} latent dimensions and {second.card.name} {sizes[1]}.",
            "Choose two models of the same latent size.",
        )

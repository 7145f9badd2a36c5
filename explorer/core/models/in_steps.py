"""What a model that paints in steps does not have, as its card tells: asked without opening or importing anything."""

from __future__ import annotations

from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem


def without_gradients(card: ModelCard) -> Problem | None:
    """Why no gradient leads from the pictures of a model that paints in steps to its latent; None for other models."""
    if card.schedule is None:
        return None
    what = f"{card.name} paints in steps, through which no gradients are taken."
    return Problem(what, "Unfold has its own ways to change a picture, and to go on with a photo.")

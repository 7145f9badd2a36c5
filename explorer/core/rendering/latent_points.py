"""A point of one of the spaces that a picture can be looked for in, and the scene that draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent
from explorer.core.rendering.scene import Scene, scene_in_w

Space = Literal["z", "w", "w+"]
"""Where latents lie, what a mapping makes of them, and the same with a w of its own for every layer."""

SPACES: tuple[Space, ...] = get_args(Space)


def usual_space(card: ModelCard) -> Space:
    """Where pictures are best looked for: in W where there is one."""
    return "w" if card.styles else "z"


def check_space(space: Space, card: ModelCard) -> None:
    """Refuse W and W+ of a model that has none."""
    if space != "z" and not card.styles:
        raise Problem(f"{card.name} has no W space.", "Search in Z, or open a model with a mapping.")


@dataclass(frozen=True, eq=False)
class LatentPoint:
    """A point of Z, W or W+.

    Attributes
    ----------
    space : {"z", "w", "w+"}
    numbers : (latent_size,), (style_size,) or (styles * style_size,) float32
        Read-only.
    """

    space: Space
    numbers: Latent

    def __post_init__(self) -> None:
        self.numbers.flags.writeable = False

    def scene(self, base: Scene) -> Scene:
        """The scene of the point and nothing else, of the model and the class of ``base`` and under its conditions."""
        if self.space == "z":
            return base.plainly_at(self.numbers)
        return scene_in_w(base, self.numbers, base.label)

    def is_in(self, scene: Scene) -> bool:
        """Whether a scene is at this point, however it is moved along directions."""
        there = scene.w
        if self.space == "z":
            return there is None and np.array_equal(scene.z, self.numbers)
        return there is not None and np.array_equal(there, self.numbers)

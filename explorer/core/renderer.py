"""Scenes made into pictures."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from explorer.core.generator import Generator, Pictures
from explorer.core.latents import step_along, truncate
from explorer.core.problem import Problem
from explorer.core.scene import Latent, Scene


@dataclass(frozen=True, eq=False)
class Rendering:
    """A picture and the scene it shows.

    Attributes
    ----------
    scene : Scene
    picture : (height, width, channels) uint8
    took_ms : float
        From scene to picture.
    provider : str
        Where it was drawn: ``CUDA`` or ``CPU``.
    """

    scene: Scene
    picture: Pictures
    took_ms: float
    provider: str


class Renderer:
    """Draws scenes with one generator, always one at a time, so that a scene's bytes are the same everywhere.

    Parameters
    ----------
    generator : Generator
        Stays its owner's to close.
    directions : mapping of str to (latent_size,) float32, optional
        What the names of directions in a scene mean.
    """

    def __init__(self, generator: Generator, directions: Mapping[str, Latent] | None = None) -> None:
        self.generator = generator
        self.directions: Mapping[str, Latent] = directions or {}

    def render(self, scene: Scene) -> Rendering:
        """The picture of a scene.

        Raises
        ------
        Problem
            The latent is of another size than the model's, a class or a direction is unknown, or the
            generator is closed.
        """
        started = time.perf_counter()
        z = effective_latent(scene, self.directions, self.generator.card.distribution)
        picture = self.generator.picture(z, scene.label)
        return Rendering(scene, picture, (time.perf_counter() - started) * 1e3, self.generator.provider)


def effective_latent(scene: Scene, directions: Mapping[str, Latent], distribution: str = "normal") -> Latent:
    """The latent that is really drawn: truncated first, then moved along the scene's directions.

    Parameters
    ----------
    scene : Scene
        Its directions count in standard deviations of the prior.
    directions : mapping of str to (latent_size,) float32
        Usually of length 1.
    distribution : {"normal", "uniform"}
        The prior, as it is on the model's card.

    Raises
    ------
    Problem
        A direction is unknown or of another size than the latent.
    """
    z = truncate(scene.z, scene.truncation)
    for name, alpha in scene.directions:
        if name not in directions:
            raise Problem(
                f"This model has no direction called {name}.", "Open the model the scene was made with."
            )
        if directions[name].shape != z.shape:
            raise Problem(
                f"The direction {name} is not of the latent's size.", "Make it again for this model."
            )
        z = z + step_along(directions[name], alpha, distribution)
    return z

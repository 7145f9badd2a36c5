"""Scenes made into pictures."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.core.inference.generator import Generator, Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, Latents, step_along, truncate
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.w_space import StyleDrawing, named_vector


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
        What the names of directions in a scene mean; those of W are (1, style_size).

    Attributes
    ----------
    styles : StyleDrawing or None
        What scenes mean to a style-based generator.
    """

    def __init__(self, generator: Generator, directions: Mapping[str, Latent] | None = None) -> None:
        self.generator = generator
        self.directions: Mapping[str, Latent] = directions or {}
        self.styles = None if generator.mapping is None else StyleDrawing(generator)

    def render(self, scene: Scene) -> Rendering:
        """The picture of a scene.

        Raises
        ------
        Problem
            The latent is of another size than the model's, a class or a direction is unknown, or the
            generator is closed.
        """
        started = time.perf_counter()
        picture = self.generator.picture(self.drawn(scene), scene.label)
        return Rendering(scene, picture, (time.perf_counter() - started) * 1e3, self.generator.provider)

    def drawn(self, scene: Scene) -> Latents:
        """What the generator is given for a scene: (latent_size,), or (styles, style_size) where it is style-based.

        Raises
        ------
        Problem
            As `render`.
        """
        if self.styles is not None:
            return self.styles.styles(scene, self.directions)
        return effective_latent(scene, self.directions, self.generator.card.distribution)

    def drawn_many(self, scenes: Sequence[Scene]) -> Latents:
        """What the generator is given for many scenes: `drawn`, with an axis for them in front."""
        if self.styles is not None:
            return self.styles.many(scenes, self.directions)
        return np.stack([self.drawn(scene) for scene in scenes])

    def latent(self, scene: Scene) -> Latent:
        """The point of the prior's space that a scene is drawn from, (latent_size,) float32.

        Truncated and moved along the directions; in a style-based model, whose truncation happens in W, only
        moved along those of Z.

        Raises
        ------
        Problem
            As `render`.
        """
        if self.styles is not None:
            return self.styles.z(scene, self.directions)
        return effective_latent(scene, self.directions, self.generator.card.distribution)

    def point(self, scene: Scene) -> Latent:
        """What paths and surfaces go through for a scene: `latent`, or in a style-based model its one point of W.

        That is truncated and moved, as far as one w for all layers can be.

        Raises
        ------
        Problem
            As `render`.
        """
        return self.latent(scene) if self.styles is None else self.styles.drawn_point(scene, self.directions)

    def at(self, scene: Scene, z: Latent) -> Scene:
        """``scene`` at a latent of `latent`: without what that has in it already, which is not done twice."""
        if self.styles is None:
            return scene.plainly_at(z)
        left = tuple(pair for pair in scene.directions if self.is_of_w(pair[0]))
        return replace(scene, z=z, seed=None, directions=left)

    def is_of_w(self, name: str) -> bool:
        """Whether a direction moves in W."""
        return self.directions[name].ndim == 2


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
        if named_vector(name, directions).shape != z.shape:
            raise Problem(
                f"The direction {name} is not of the latent's size.", "Make it again for this model."
            )
        z = z + step_along(directions[name], alpha, distribution)
    return z

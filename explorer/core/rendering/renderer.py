"""Scenes made into pictures."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.core.inference.generator import Generator, Pictures
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, Latents, Prior, step_along
from explorer.core.rendering.named_prior import NamedPrior
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.transparency import laid_over
from explorer.core.rendering.truncation import truncate

if TYPE_CHECKING:
    from explorer.core.inference.features import FeatureLayer, FeatureMaps


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
    is_preview : bool
        It is small and enlarged, for a hand that still moves.
    with_alpha : (height, width, channels + 1) uint8 or None
        The picture before it was laid over white, where the network gives alpha.
    """

    scene: Scene
    picture: Pictures
    took_ms: float
    provider: str
    is_preview: bool = False
    with_alpha: Pictures | None = None

    @property
    def whole(self) -> Pictures:
        """The picture with its alpha, where it has some."""
        return self.picture if self.with_alpha is None else self.with_alpha


class Renderer:
    """Draws scenes with one generator, always one at a time, so that a scene's bytes are the same everywhere.

    A style-based generator is drawn by a `StyleRenderer`; `renderer_of` knows which.

    Parameters
    ----------
    generator : Generator
        Stays its owner's to close.
    directions : mapping of str to (latent_size,) float32, optional
        What the names of directions in a scene mean; those of W are (1, style_size), of StyleSpace (1, k, 3).

    Attributes
    ----------
    has_w : bool
        Whether scenes are drawn, and truncated, in W.
    """

    has_w = False

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
        whole = self.generator.whole_picture(self.drawn(scene), scene.label, scene.conditions)
        return self._rendering(scene, whole, started)

    def preview(self, scene: Scene) -> Rendering:
        """A picture of a scene that costs less, where the generator has previews. Raises as `render` does."""
        started = time.perf_counter()
        return self._rendering(
            scene, self.generator.preview(self.drawn(scene), scene.conditions), started, preview=True
        )

    def _rendering(self, scene: Scene, whole: Pictures, started: float, *, preview: bool = False) -> Rendering:
        picture = laid_over(whole)
        took_ms = (time.perf_counter() - started) * 1e3
        return Rendering(scene, picture, took_ms, self.generator.provider, preview, None if picture is whole else whole)

    def features(self, scene: Scene, layer: FeatureLayer) -> FeatureMaps:
        """The activations of a layer of the generator for a scene. Raises as `render` does."""
        from explorer.core.inference.features import FeatureMaps

        return FeatureMaps(layer, self.generator.features(layer, self.drawn(scene), scene.label, scene.conditions))

    def drawn(self, scene: Scene) -> Latents:
        """What the generator is given for a scene: (latent_size,), or (styles, style_size) where it is style-based.

        This and all below raise what `render` does.
        """
        return self.latent(scene)

    def drawn_many(self, scenes: Sequence[Scene]) -> Latents:
        """What the generator is given for many scenes: `drawn`, with an axis for them in front."""
        return np.stack([self.drawn(scene) for scene in scenes])

    def latent(self, scene: Scene) -> Latent:
        """The point of the prior's space that a scene is drawn from, (latent_size,) float32.

        Truncated and moved along the directions; in a style-based model, whose truncation happens in W, only
        moved along those of Z.
        """
        return effective_latent(scene, self.directions, self.generator.card.prior)

    def point(self, scene: Scene) -> Latent:
        """What paths and surfaces go through for a scene: `latent`, or in a style-based model its point of W or W+."""
        return self.latent(scene)

    def points(self, scenes: Sequence[Scene]) -> list[Latent]:
        """`point` of each scene, all of one size: where one has a w for every layer, so have the others."""
        return [self.point(scene) for scene in scenes]

    def written(self, scene: Scene) -> Scene:
        """``scene`` with its point of W written out, where there is one."""
        return scene

    def at(self, scene: Scene, z: Latent) -> Scene:
        """``scene`` at a latent of `latent`: without what that has in it already, which is not done twice."""
        return scene.plainly_at(z)

    def check(self, scene: Scene) -> None:
        """Refuse a scene from elsewhere whose directions, mix, point of W or conditions do not fit the model."""
        self.generator.check(scene.conditions)
        self.latent(scene)

    def is_of_w(self, name: str) -> bool:
        """Whether a direction moves in W, or in StyleSpace, rather than in Z."""
        if name not in self.directions:
            return "@" in name or self.moves_channels(name)
        return self.directions[name].ndim > 1

    def moves_channels(self, name: str) -> bool:
        """Whether a direction moves channels of StyleSpace, which no latent and no w can stand for."""
        if name in self.directions:
            return self.directions[name].ndim == 3
        from explorer.core.inference.style_space import channel_named

        return channel_named(name) is not None


def renderer_of(generator: Generator, directions: Mapping[str, Latent] | None = None) -> Renderer:
    """What draws scenes with a generator: a `StyleRenderer` where it has a mapping, else a plain one."""
    if generator.mapping is None:
        return Renderer(generator, directions)
    from explorer.core.rendering.w_space import StyleRenderer

    return StyleRenderer(generator, directions)


def named_vector(name: str, directions: Mapping[str, Latent]) -> Latent:
    """What a direction's name means.

    Raises
    ------
    Problem
        The model has none of that name.
    """
    if name not in directions:
        raise Problem(f"This model has no direction called {name}.", "Open the model the scene was made with.")
    return directions[name]


def effective_latent(scene: Scene, directions: Mapping[str, Latent], prior: Prior = "normal") -> Latent:
    """The latent that is really drawn: truncated first, then moved along the scene's directions.

    Parameters
    ----------
    scene : Scene
        Its directions count in standard deviations of the prior.
    directions : mapping of str to (latent_size,) float32
        Usually of length 1.
    prior : "normal", "uniform" or NamedPrior
        As it is on the model's card.

    Raises
    ------
    Problem
        A direction is unknown or of another size than the latent.
    """
    z = _truncated(scene, prior)
    for name, alpha in scene.directions:
        if named_vector(name, directions).shape != z.shape:
            raise Problem(f"The direction {name} is not of the latent's size.", "Make it again for this model.")
        z = z + step_along(directions[name], alpha, prior)
    return z


def _truncated(scene: Scene, prior: Prior) -> Latent:
    """Its latent, truncated; of another size than the prior's, which whatever takes it refuses, as of a normal one."""
    if isinstance(prior, NamedPrior) and scene.z.size != prior.size:
        prior = prior.rest
    return truncate(scene.z, scene.truncation, prior)

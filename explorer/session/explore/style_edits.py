"""The moves of an explorer in W: every way the user changes what a style-based model has beyond its latent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from explorer.core.problem import Problem
from explorer.core.rendering import latents
from explorer.core.rendering.latents import Latent, Latents
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.styles import StyleMix, StylePoint
from explorer.session.document import Document

if TYPE_CHECKING:
    from explorer.core.inference.style_space import Channel
    from explorer.core.rendering.renderer import Renderer
    from explorer.core.rendering.w_space import Layers, StyleRenderer

LEAVE_W, MIX, MIX_LAYERS, STOP_MIXING = "Leave W", "Mix styles", "Choose the mixed layers", "Stop mixing"
BAKE_IN = "Bake in the directions"
TRUNCATE_LAYERS = "Choose the truncated layers"
RESET_CHANNELS = "Reset the channels"
_LARGEST_VALUE = 1e6


class StyleEdits:
    """Turns intentions into edits of the document, where the open model is style-based.

    A point of W is told in standard deviations from the mean of W, so that its sliders reach as far in any model.

    Attributes
    ----------
    renderer : Renderer or None
        Of the open model.
    layers : (int, int) or None
        The first and the last layer that sliders move, which makes a point of W+; None for all of them.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.renderer: Renderer | None = None
        self.layers: Layers | None = None
        self._locked: dict[str, frozenset[int]] = {}
        self._channels: dict[str, tuple[str, ...]] = {}  # listed, by the hash of the model

    @property
    def are_offered(self) -> bool:
        """Whether the scene that is shown is of an open model with a W."""
        renderer = self.renderer
        shown = self.document.scene.model
        return renderer is not None and renderer.has_w and renderer.generator.hash == shown

    @property
    def locked(self) -> frozenset[int]:
        """Dimensions of W that a reset leaves where they are."""
        return self._locked.get(self.document.scene.model, frozenset())

    @locked.setter
    def locked(self, dimensions: frozenset[int]) -> None:
        self._locked[self.document.scene.model] = dimensions

    def values(self, scene: Scene) -> Latent:
        """The point of W of a scene, in deviations from the mean, before truncation: (style_size,) float32.

        Of a point of W+, that is the mean of the layers that sliders move.

        Raises
        ------
        Problem
            The scene cannot be drawn.
        """
        return self._drawing.generator.spread().standard(self._drawing.style(scene, self.layers))

    def drawn(self, scene: Scene) -> Latents:
        """What a scene is drawn from in W, truncated and moved, in deviations from the mean.

        (rows, style_size) float32: one row, or one a layer where they differ.

        Raises
        ------
        Problem
            The scene cannot be drawn.
        """
        point = self._drawing.point(scene).reshape(-1, self._card.style_size)
        return self._drawing.generator.spread().standard(point)

    def typical_norm(self) -> tuple[float, float]:
        """Mean and standard deviation of how far samples lie from the mean of W, in its deviations."""
        return self._drawing.generator.spread().norms

    def set_value(self, dimension: int, value: float, gesture: int = -1) -> None:
        """Put one dimension of W to ``value`` deviations from its mean; what is no number is ignored."""
        if abs(value) <= _LARGEST_VALUE:  # false for NaN too
            self._put({dimension: value}, gesture)

    def reset_one(self, dimension: int) -> None:
        """Put one dimension of W to its mean."""
        self._put({dimension: 0.0}, -1, alike=True)

    def reset_all(self) -> None:
        """Go to the mean of W in every dimension that is not locked."""
        free = (dimension for dimension in range(self._card.style_size) if dimension not in self.locked)
        self._put(dict.fromkeys(free, 0.0), -1, "Reset w", alike=True)

    def channels(self, scene: Scene) -> tuple[str, ...]:
        """The channels of StyleSpace that are listed: those that were added, and those that a scene moves."""
        listed = self._channels.get(scene.model, ())
        if not scene.directions:  # so that what it takes to know more is not loaded before there is a model
            return tuple(listed)
        from explorer.core.inference.style_space import channel_named

        moved = (name for name, _ in scene.directions if channel_named(name) is not None)
        return tuple(dict.fromkeys((*listed, *moved)))

    def list_channels(self, channels: Iterable[Channel]) -> None:
        """List channels, so that they have sliders.

        Raises
        ------
        Problem
            The open model has no such channel.
        """
        from explorer.core.inference.style_space import place_of

        generator, listed = self._drawing.generator, self._channels.get(self.document.scene.model, ())
        for channel in channels:
            place_of(channel, generator.style_layers, generator.card.name)
            listed = (*listed, channel.name)
        self._channels[self.document.scene.model] = tuple(dict.fromkeys(listed))

    def clear_channels(self) -> None:
        """List no channel any more, and leave all of them where they are of themselves."""
        self._channels.pop(self.document.scene.model, None)
        scene = self.document.scene
        gone = set(self.channels(scene))
        if gone:
            left = tuple(pair for pair in scene.directions if pair[0] not in gone)
            self.document.edit(RESET_CHANNELS, directions=left)

    def leave(self) -> None:
        """Go back to what the mapping makes of the latent."""
        if self.document.scene.w is not None:
            self.document.edit(LEAVE_W, styled=None)

    def mix_sample(self, seed: int | None = None) -> None:
        """Mix in the sample of a seed, or one that nobody has seen."""
        card, seed = self._card, latents.fresh_seed() if seed is None else seed
        z = latents.sample(seed, card.latent_size, card.prior)
        self._mix(MIX, z=z, label=self.document.scene.label, seed=seed, w=None)

    def mix_scene(self, scene: Scene) -> None:
        """Mix in another picture of the model; with what its directions do, but not truncated on its own.

        Raises
        ------
        Problem
            It is of another model, or cannot be drawn.
        """
        if scene.model != self.document.scene.model:
            what = f"This picture was made with {scene.model_name or 'another model'}."
            raise Problem(what, "Styles of one model can be mixed.")
        moved = scene.w is not None or bool(scene.directions)
        w = self._drawing.point(replace(scene, truncation=1.0)) if moved else None
        self._mix(MIX, z=scene.z, label=scene.label, seed=scene.seed, w=w)

    def mix_layers(self, first: int, last: int, gesture: int = -1) -> None:
        """Let the second latent have the layers ``first`` to ``last``."""
        mix = self.document.scene.mix
        if mix is not None and (mix.first, mix.last) != (first, last):
            self._mix(MIX_LAYERS, gesture, first=first, last=last)

    def stop_mixing(self) -> None:
        """Draw every layer from the latent again."""
        if self.document.scene.mix is not None:
            self.document.edit(STOP_MIXING, mix=None)

    def set_cutoff(self, layers: int, gesture: int = -1) -> None:
        """Truncate the first ``layers`` layers only; all of them take the cutoff away."""
        cutoff = layers if layers < self._card.styles else None
        if cutoff != self.document.scene.cutoff:
            self.document.edit(TRUNCATE_LAYERS, gesture=gesture, cutoff=cutoff)

    def bake_in(self) -> None:
        """Make what the directions did part of the latent, or of the point of W where there is one or one moves in W.

        Where layers differ, that is a point of W+. What moves channels of StyleSpace stays.
        """
        scene, renderer = self.document.scene, self.renderer
        assert renderer is not None
        kept = tuple(pair for pair in scene.directions if renderer.moves_channels(pair[0]))
        if kept == scene.directions:
            return
        if scene.w is None and not any(renderer.is_of_w(name) for name, _ in scene.directions):
            self.document.show(BAKE_IN, renderer.at(scene, renderer.latent(scene)))
            return
        point = StylePoint(renderer.point(scene), scene.z, scene.label)
        self.document.edit(BAKE_IN, styled=point, mix=None, truncation=1.0, cutoff=None, directions=kept)

    def usual_layers(self) -> tuple[int, int]:
        """Which layers a mix begins with: the fine half, which changes colours and keeps the shapes."""
        styles = self._card.styles
        return styles // 2, styles - 1

    def _mix(self, what: str, gesture: int = -1, **changes: Any) -> None:
        mix, (first, last) = self.document.scene.mix, self.usual_layers()
        mixed = replace(mix, **changes) if mix is not None else StyleMix(first=first, last=last, **changes)
        self.document.edit(what, gesture=gesture, mix=mixed)

    def _put(self, values: dict[int, float], gesture: int, what: str = "", *, alike: bool = False) -> None:
        scene = self.document.scene
        after = self._drawing.placed(scene, values, self.layers, alike=alike)
        if after is not scene:
            self.document.show(what or f"Move w{next(iter(values))}", after, gesture=gesture)

    @property
    def _drawing(self) -> StyleRenderer:
        from explorer.core.rendering.w_space import StyleRenderer

        if not isinstance(self.renderer, StyleRenderer):
            raise Problem("This model has no W space.", "Open a model with a mapping.")
        return self.renderer

    @property
    def _card(self) -> Any:
        assert self.renderer is not None
        return self.renderer.generator.card


def layer_words(first: int, last: int, styles: int) -> str:
    """What layers shape, in words: coarse, middle or fine thirds, or a span of them."""
    names = _bands(range(first, last + 1), styles)
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def layer_choices(styles: int) -> tuple[tuple[str, tuple[int, int]], ...]:
    """All layers of a model and its bands, each in words with its first and last; none where layers take no w."""
    if styles < 2:
        return ()
    found = [(f"All layers, 0 to {styles - 1}", (0, styles - 1))]
    for band in ("coarse", "middle", "fine"):
        own = [layer for layer in range(styles) if _bands([layer], styles) == [band]]
        if own:
            found.append((f"The {band} layers, {own[0]} to {own[-1]}", (own[0], own[-1])))
    return tuple(found)


def _bands(layers: Iterable[int], styles: int) -> list[str]:
    """The bands that layers lie in, coarsest first (Karras et al., 2019, figure 3)."""
    words = ("coarse", "middle", "fine")
    return sorted({words[min(3 * layer // max(styles, 1), 2)] for layer in layers}, key=words.index)

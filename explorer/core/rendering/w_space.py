"""Scenes of a style-based model made into what its synthesis takes: a w for each layer."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.core.inference.generator import Generator
from explorer.core.inference.style_space import Channel, channel_named, channel_step, count_of, place_of
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, Latents, step_along
from explorer.core.rendering.renderer import Renderer, named_vector
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.styles import StyleMix, StylePoint
from explorer.core.rendering.truncation import truncate_styles

_KEPT = 16


@dataclass(frozen=True, eq=False)
class _Source:
    """What a w is made of: a latent, how far along which vectors it is moved in Z, and a class."""

    z: Latent
    steps: tuple[tuple[Latent, float], ...] = ()
    label: int | None = None

    @property
    def key(self) -> object:
        """Equal for sources of the very same arrays, as long as these live."""
        return id(self.z), tuple((id(vector), alpha) for vector, alpha in self.steps), self.label


_Mapped = Callable[[_Source], Latent]
Layers = tuple[int, int]
"""The first and the last of some layers, counted from 0; both belong to them."""


class StyleRenderer(Renderer):
    """Draws scenes with a style-based generator: a w for each layer. Any thread may ask.

    With m the mapping, w̄ the mean of W, ψ the truncation, d the scene's directions of Z and e those of W, layer l
    is drawn with::

        w_l = w̄ + ψ_l (p_l - w̄) + Σ α σ e,   p_l = m(z + Σ α d), or what the mix says for its layers,

    where ψ_l is ψ below the cutoff and 1 from there on (Karras et al., 2019, sections 3.1 and B), and σ is the
    width of W. Once the user has set a point w for z, p_l = w + m(z + Σ α d) - m(z), with a w of its own for
    layer l where it is a point of W+. To the style that a layer makes of its w, Σ α σ_s c is added along the scene's
    channels c of StyleSpace, σ_s being the deviation of each over samples (Wu et al., 2021).

    Parameters
    ----------
    generator : Generator
        With a mapping.
    directions : mapping, optional
        As for `Renderer`.
    """

    has_w = True

    def __init__(self, generator: Generator, directions: Mapping[str, Latent] | None = None) -> None:
        super().__init__(generator, directions)
        self._card = generator.card
        self._kept: OrderedDict[object, tuple[_Source, Latent]] = OrderedDict()
        self._lock = threading.Lock()

    def drawn(self, scene: Scene) -> Latents:
        """What the synthesis is given, (styles, style_size) float32, or a row of them and of what moves channels."""
        rows, added = self._styles(scene, self._mapped), self._added(scene)
        return rows if added is None else np.concatenate([rows.reshape(-1), added])

    def drawn_many(self, scenes: Sequence[Scene]) -> Latents:
        """What the synthesis is given for many scenes, (N, styles, style_size): their latents are mapped at once.

        Where one of them moves channels, (N, row_size).
        """
        wanted = {source.key: source for scene in scenes for source in self._sources(scene)}
        known = self._mapped_at_once(wanted) if wanted else {}
        rows = np.stack([self._styles(scene, lambda source: known[source.key]) for scene in scenes])
        added = [self._added(scene) for scene in scenes]
        if all(each is None for each in added):
            return rows
        still = np.zeros(count_of(self.generator.style_layers), np.float32)
        moved = np.stack([still if each is None else each for each in added])
        return np.concatenate([rows.reshape(len(rows), -1), moved], axis=1)

    def latent(self, scene: Scene) -> Latent:
        """The latent that is mapped, (latent_size,) float32: moved along the scene's directions of Z."""
        return self._moved(self._source(scene))

    def point(self, scene: Scene) -> Latent:
        """What is drawn, as a point of W (style_size,), or of W+ (styles * style_size,) where layers differ.

        What the scene adds to channels is no part of it.
        """
        rows = self._styles(scene, self._mapped)
        return rows[0].copy() if (rows == rows[0]).all() else rows.reshape(-1)

    def points(self, scenes: Sequence[Scene]) -> list[Latent]:
        """`point` of each scene, all of one size: where one has a w for every layer, so have the others."""
        found = [self.point(scene) for scene in scenes]
        largest = max(point.size for point in found)
        return [np.tile(point, largest // point.size) for point in found]

    def mapped(self, scene: Scene) -> Latent:
        """The point of W of a scene, (style_size,) float32, or of W+, (styles * style_size,): before truncation, mix
        and directions of W.
        """
        return self._point(scene, self._mapped).reshape(-1)

    def style(self, scene: Scene, layers: Layers | None = None) -> Latent:
        """The mean of the w of some layers, or of all, (style_size,) float32: of those that `mapped` gives."""
        rows = self._point(scene, self._mapped)
        mean: Latent = (rows if layers is None or len(rows) == 1 else rows[layers[0] : layers[1] + 1]).mean(axis=0)
        return rows[0] if len(rows) == 1 else mean

    def written(self, scene: Scene) -> Scene:
        """``scene`` with its point of W written out; what its directions of Z add stays theirs."""
        if scene.w is not None:
            return scene
        bare = replace(scene, directions=()) if scene.directions else scene
        return replace(scene, styled=StylePoint(self.mapped(bare), scene.z, scene.label))

    def placed(
        self, scene: Scene, values: Mapping[int, float], layers: Layers | None = None, *, alike: bool = False
    ) -> Scene:
        """``scene`` with dimensions of its point of W put to values; the very scene where they have them already.

        Whatever its directions of Z add to the point stays added.

        Parameters
        ----------
        scene : Scene
        values : mapping of int to float
            In deviations from the mean of W, by dimension: what the mean of the layers becomes.
        layers : (int, int), optional
            The first and the last layer that are moved; by default all.
        alike : bool
            Layers that differ do so no more; otherwise all are moved as far.
        """
        spread, styles, here = self.generator.spread(), self._card.styles, self.style(scene, layers)
        places = np.fromiter(values, np.int64, len(values))
        wanted = spread.mean[places] + spread.deviation[places] * np.array([*values.values()], np.float32)
        rows = self._point(scene, self._mapped)
        chosen = rows if layers is None or len(rows) == 1 else rows[layers[0] : layers[1] + 1]
        if (here[places] == wanted).all() and (not alike or (chosen[:, places] == wanted).all()):
            return scene
        bare = self._point(replace(scene, directions=()), self._mapped) if scene.directions else rows
        if layers is not None and layers != (0, styles - 1):
            rows, bare = (np.broadcast_to(each, (styles, each.shape[1])) for each in (rows, bare))
        first, last = layers or (0, len(rows) - 1)
        moved, part = bare.copy(), np.ix_(np.arange(first, last + 1), places)
        if scene.directions:
            moved[part] += wanted - (rows[part] if alike else here[places])
        else:
            moved[part] = wanted if alike or len(rows) == 1 else rows[part] + (wanted - here[places])
        return replace(scene, styled=StylePoint(moved.reshape(-1), scene.z, scene.label))

    def at(self, scene: Scene, z: Latent) -> Scene:
        """``scene`` at a latent of `latent`: without the directions of Z, whose moves that has in it already."""
        left = tuple(pair for pair in scene.directions if self.is_of_w(pair[0]))
        return replace(scene, z=z, seed=None, directions=left)

    def check(self, scene: Scene) -> None:
        """Refuse a scene from elsewhere whose directions, mix, point of W or conditions do not fit the model."""
        self.generator.check(scene.conditions)
        card, mix, hint = self._card, scene.mix, "Copy or save the scene again where it was made."
        if scene.w is not None and not self._is_point(scene.w):
            what = f"This scene has a w of {scene.w.size} numbers; {card.name} takes {card.style_size}"
            raise Problem(f"{what}, or as many for each of its {card.styles} layers.", hint)
        if mix is not None and not self._fits(mix):
            raise Problem(f"The style mixing of this scene does not fit {card.name}.", hint)
        for name, _ in scene.directions:
            self._vector(name)

    def _fits(self, mix: StyleMix) -> bool:
        card = self._card
        sizes = mix.z.size == card.latent_size and (mix.w is None or self._is_point(mix.w))
        return sizes and mix.last < card.styles and (mix.label or 0) < max(len(card.classes), 1)

    def _is_point(self, w: Latent) -> bool:
        """Whether a row of numbers is of the size of W or W+."""
        return w.size in (self._card.style_size, self._card.styles * self._card.style_size)

    def _sources(self, scene: Scene) -> list[_Source]:
        """Everything of a scene that has to be mapped; often nothing."""
        source, mix = self._source(scene), scene.mix
        plain = [] if scene.w is None else [_Source(scene.z, (), scene.label)]
        first = [source, *plain] if scene.w is None or source.steps else []
        return first + ([] if mix is None or mix.w is not None else [_Source(mix.z, (), mix.label)])

    def _source(self, scene: Scene) -> _Source:
        named = [(self._vector(name), alpha) for name, alpha in scene.directions]
        return _Source(scene.z, tuple(pair for pair in named if pair[0].ndim == 1), scene.label)

    def _point(self, scene: Scene, mapped: _Mapped) -> Latents:
        """A row for all layers, or one for each."""
        source, w = self._source(scene), scene.w
        if w is None:
            return mapped(source)[None]
        if not self._is_point(w):
            self.check(scene)
        rows = w.reshape(-1, self._card.style_size)
        if not source.steps:
            return rows
        return rows + mapped(source) - mapped(_Source(scene.z, (), scene.label))

    def _styles(self, scene: Scene, mapped: _Mapped) -> Latents:
        shape = (self._card.styles, self._card.style_size)
        rows = np.broadcast_to(self._point(scene, mapped), shape).copy()
        mix = scene.mix
        if mix is not None:
            self.check(scene)
            second = mix.w if mix.w is not None else mapped(_Source(mix.z, (), mix.label))
            second = np.broadcast_to(second.reshape(-1, shape[1]), shape)
            rows[mix.first : mix.last + 1] = second[mix.first : mix.last + 1]
        cut = self._card.styles if scene.cutoff is None else scene.cutoff
        rows[:cut] = self._truncated(rows[:cut], scene.truncation)
        return self._stepped(rows, scene)

    def _truncated(self, w: Latents, psi: float) -> Latents:
        return w if psi == 1.0 else truncate_styles(w, self.generator.spread().mean, psi)

    def _stepped(self, w: Latents, scene: Scene) -> Latents:
        for name, alpha in scene.directions:
            vector = self._vector(name)
            if vector.ndim == 2:
                w = w + np.float32(alpha * self.generator.spread().width) * vector
        return w

    def _moved(self, source: _Source) -> Latent:
        z = source.z
        if z.size != self._card.latent_size:
            what = f"{self._card.name} takes latents of {self._card.latent_size} numbers, not {z.size}."
            raise Problem(what, "Choose the model that the latent was made with.")
        for vector, alpha in source.steps:
            z = z + step_along(vector, alpha, self._card.prior)
        return z

    def _added(self, scene: Scene) -> Latent | None:
        """What a scene adds to all channels, (channels,) float32; None where it moves none."""
        moves = [(vector[0], alpha) for name, alpha in scene.directions if (vector := self._vector(name)).ndim == 3]
        if not moves:
            return None
        layers, width = self.generator.style_layers, self.generator.channel_spread().deviation
        steps = [np.float32(alpha) * channel_step(rows, layers, width, self._card.name) for rows, alpha in moves]
        added: Latent = np.sum(steps, axis=0, dtype=np.float32)
        return added

    def _vector(self, name: str) -> Latents:
        """A direction: (latent_size,) of Z, (1, style_size) of W, (styles, style_size) of some of its layers, or
        (1, k, 3) of StyleSpace: layer, number and weight of each of its channels.

        Of layers that are moved differently, that which is moved most is moved by 1.
        """
        card, (plain, layers) = self._card, named_layers(name, self.directions)
        channel = None if name in self.directions else channel_named(name)
        vector = named_vector(plain, self.directions) if channel is None else as_vector([channel], [1.0])
        if vector.ndim == 3:
            for layer, number, _ in vector[0]:
                place_of(Channel(int(layer), int(number)), self.generator.style_layers, card.name)
            return vector
        if vector.shape == (card.latent_size,) and layers is None:
            return vector
        if vector.ndim != 2 or vector.size not in (card.style_size, card.styles * card.style_size):
            raise Problem(f"The direction {name} is not of the latent's size.", "Make it again for this model.")
        rows = vector.reshape(-1, card.style_size)
        if len(rows) > 1:
            rows = rows / np.linalg.norm(rows, axis=1).max()
        if layers is None:
            return rows
        if layers[1] >= card.styles:
            raise Problem(
                f"{name} names layers that {card.name} does not have.", f"Choose from 0 to {card.styles - 1}."
            )
        part = np.zeros((card.styles, card.style_size), np.float32)
        part[layers[0] : layers[1] + 1] = np.broadcast_to(rows, part.shape)[layers[0] : layers[1] + 1]
        return part

    def _mapped_at_once(self, wanted: Mapping[object, _Source]) -> dict[object, Latent]:
        sources = wanted.values()
        moved = np.stack([self._moved(source) for source in sources])
        points = self.generator.points_of(moved, [source.label for source in sources])
        return dict(zip(wanted, points, strict=True))

    def _mapped(self, source: _Source) -> Latent:
        """What the mapping makes of a source; for the last few it does not run again."""
        with self._lock:  # while it runs, too: another thread that wants the same w waits for it
            if (known := self._kept.get(source.key)) is not None:
                self._kept.move_to_end(source.key)
                return known[1]
            w: Latent = self.generator.points_of(self._moved(source)[None], [source.label])[0]
            w.flags.writeable = False
            self._kept[source.key] = (source, w)  # with its arrays, so that no others come to have their place
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return w


def as_vector(channels: Sequence[Channel], weights: Sequence[float]) -> Latents:
    """Channels and how much of a step each moves, as a `Renderer` takes a direction of StyleSpace: (1, k, 3)."""
    rows = [(one.layer, one.number, weight) for one, weight in zip(channels, weights, strict=True)]
    return np.array([rows], np.float32)


def named_layers(name: str, known: Collection[str]) -> tuple[str, Layers | None]:
    """The direction that a scene means, and the layers in which it moves along it: ``smile@4-7``; None for all."""
    found = None if name in known else re.fullmatch(r"(.+)@(\d{1,9})(?:-(\d{1,9}))?", name)
    if found is None:
        return name, None
    first, last = int(found[2]), int(found[3] or found[2])
    return (found[1], (first, last)) if first <= last else (name, None)

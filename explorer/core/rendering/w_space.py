"""Scenes of a style-based model made into what its synthesis takes: a w for each layer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.core.inference.generator import Generator
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


class StyleRenderer(Renderer):
    """Draws scenes with a style-based generator: a w for each layer. Any thread may ask.

    With m the mapping, w̄ the mean of W, ψ the truncation, d the scene's directions of Z and e those of W, layer l
    is drawn with::

        w_l = w̄ + ψ_l (p_l - w̄) + Σ α σ e,   p_l = m(z + Σ α d), or what the mix says for its layers,

    where ψ_l is ψ below the cutoff and 1 from there on (Karras et al., 2019, sections 3.1 and B), and σ is the
    width of W. Once the user has set a point w for z, p_l = w + m(z + Σ α d) - m(z).

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
        """What the synthesis is given, (styles, style_size) float32."""
        return self._styles(scene, self._mapped)

    def drawn_many(self, scenes: Sequence[Scene]) -> Latents:
        """What the synthesis is given for many scenes, (N, styles, style_size): their latents are mapped at once."""
        wanted = {source.key: source for scene in scenes for source in self._sources(scene)}
        known = self._mapped_at_once(wanted) if wanted else {}
        return np.stack([self._styles(scene, lambda source: known[source.key]) for scene in scenes])

    def latent(self, scene: Scene) -> Latent:
        """The latent that is mapped, (latent_size,) float32: moved along the scene's directions of Z."""
        return self._moved(self._source(scene))

    def point(self, scene: Scene) -> Latent:
        """The one point of W nearest to what is drawn: truncated and moved in every layer, without the mix."""
        return self._stepped(self._truncated(self.mapped(scene), scene.truncation), scene)

    def mapped(self, scene: Scene) -> Latent:
        """The point of W of a scene, (style_size,) float32: before truncation, mix and directions of W."""
        return self._point(scene, self._mapped)

    def written(self, scene: Scene) -> Scene:
        """``scene`` with its point of W written out; what its directions of Z add stays theirs."""
        if scene.w is not None:
            return scene
        bare = replace(scene, directions=()) if scene.directions else scene
        return replace(scene, styled=StylePoint(self.mapped(bare), scene.z, scene.label))

    def placed(self, scene: Scene, values: Mapping[int, float]) -> Scene:
        """``scene`` with dimensions of its point of W put to values; the very scene where they have them already.

        Whatever its directions of Z add to the point stays added.

        Parameters
        ----------
        scene : Scene
        values : mapping of int to float
            In deviations from the mean of W, by dimension.
        """
        spread, here = self.generator.spread(), self.mapped(scene)
        places = np.fromiter(values, np.int64, len(values))
        wanted = spread.mean[places] + spread.deviation[places] * np.array([*values.values()], np.float32)
        if (here[places] == wanted).all():
            return scene
        if scene.directions:
            w = self.mapped(replace(scene, directions=())).copy()
            w[places] += wanted - here[places]
        else:
            w = here.copy()
            w[places] = wanted
        return replace(scene, styled=StylePoint(w, scene.z, scene.label))

    def at(self, scene: Scene, z: Latent) -> Scene:
        """``scene`` at a latent of `latent`: without the directions of Z, whose moves that has in it already."""
        left = tuple(pair for pair in scene.directions if self.is_of_w(pair[0]))
        return replace(scene, z=z, seed=None, directions=left)

    def check(self, scene: Scene) -> None:
        """Refuse a scene from elsewhere whose directions, mix or point of W do not fit the model."""
        card, mix, hint = self._card, scene.mix, "Copy or save the scene again where it was made."
        if scene.w is not None and scene.w.size != card.style_size:
            what = f"This scene has a w of {scene.w.size} numbers; {card.name} takes {card.style_size}."
            raise Problem(what, hint)
        if mix is not None and not self._fits(mix):
            raise Problem(f"The style mixing of this scene does not fit {card.name}.", hint)
        for name, _ in scene.directions:
            self._vector(name)

    def _fits(self, mix: StyleMix) -> bool:
        card = self._card
        sizes = mix.z.size == card.latent_size and (mix.w is None or mix.w.size == card.style_size)
        return sizes and mix.last < card.styles and (mix.label or 0) < max(len(card.classes), 1)

    def _sources(self, scene: Scene) -> list[_Source]:
        """Everything of a scene that has to be mapped; often nothing."""
        source, mix = self._source(scene), scene.mix
        plain = [] if scene.w is None else [_Source(scene.z, (), scene.label)]
        first = [source, *plain] if scene.w is None or source.steps else []
        return first + ([] if mix is None or mix.w is not None else [_Source(mix.z, (), mix.label)])

    def _source(self, scene: Scene) -> _Source:
        named = [(self._vector(name), alpha) for name, alpha in scene.directions]
        return _Source(scene.z, tuple(pair for pair in named if pair[0].ndim == 1), scene.label)

    def _point(self, scene: Scene, mapped: _Mapped) -> Latent:
        source, w = self._source(scene), scene.w
        if w is None:
            return mapped(source)
        if not source.steps:
            return w
        return w + mapped(source) - mapped(_Source(scene.z, (), scene.label))

    def _styles(self, scene: Scene, mapped: _Mapped) -> Latents:
        rows = np.repeat(self._point(scene, mapped)[None], self._card.styles, axis=0)
        mix = scene.mix
        if mix is not None:
            self.check(scene)
            rows[mix.first : mix.last + 1] = mix.w if mix.w is not None else mapped(_Source(mix.z, (), mix.label))
        cut = self._card.styles if scene.cutoff is None else scene.cutoff
        rows[:cut] = self._truncated(rows[:cut], scene.truncation)
        return self._stepped(rows, scene)

    def _truncated(self, w: Latents, psi: float) -> Latents:
        return w if psi == 1.0 else truncate_styles(w, self.generator.spread().mean, psi)

    def _stepped(self, w: Latents, scene: Scene) -> Latents:
        for name, alpha in scene.directions:
            vector = self._vector(name)
            if vector.ndim == 2:
                w = w + np.float32(alpha * self.generator.spread().width) * vector[0]
        return w

    def _moved(self, source: _Source) -> Latent:
        z = source.z
        if z.size != self._card.latent_size:
            what = f"{self._card.name} takes latents of {self._card.latent_size} numbers, not {z.size}."
            raise Problem(what, "Choose the model that the latent was made with.")
        for vector, alpha in source.steps:
            z = z + step_along(vector, alpha, self._card.distribution)
        return z

    def _vector(self, name: str) -> Latent:
        """A direction: (latent_size,) of Z or (1, style_size) of W."""
        vector = named_vector(name, self.directions)
        if vector.shape not in ((self._card.latent_size,), (1, self._card.style_size)):
            raise Problem(f"The direction {name} is not of the latent's size.", "Make it again for this model.")
        return vector

    def _mapped_at_once(self, wanted: Mapping[object, _Source]) -> dict[object, Latent]:
        sources = wanted.values()
        moved = np.stack([self._moved(source) for source in sources])
        points = self.generator.points_of(moved, [source.label for source in sources])
        return dict(zip(wanted, points, strict=True))

    def _mapped(self, source: _Source) -> Latent:
        """What the mapping makes of a source; for the last few it does not run again."""
        key = source.key
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][1]
        w: Latent = self.generator.points_of(self._moved(source)[None], [source.label])[0]
        w.flags.writeable = False
        with self._lock:
            self._kept[key] = (source, w)  # with its arrays, so that no others come to have their place
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return w


def renderer_of(generator: Generator, directions: Mapping[str, Latent] | None = None) -> Renderer:
    """What draws scenes with a generator: a `StyleRenderer` where it has a mapping, else a plain one."""
    return (Renderer if generator.mapping is None else StyleRenderer)(generator, directions)

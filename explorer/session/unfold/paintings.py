"""A painting under way, step by step, in a worker; and the noise that a picture of one's own is painted of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.rendering.scene import Scene
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel

if TYPE_CHECKING:
    from explorer.core.sampling.painting import PaintingState
    from explorer.core.sampling.records import RecordedState
    from explorer.core.sampling.sampler import Sampler

Picture = NDArray[np.uint8]
_TELLS_EVERY_S = 0.03
CORRECTIONS = 3
"""Of each step backwards, so that the picture comes back."""


@dataclass(frozen=True, eq=False)
class GoingOn:
    """A picture that is painted on from a part of the way, or in part.

    Attributes
    ----------
    picture : (height, width, channels) uint8
        Of the model's size.
    start : float
        How much noise is put on: the time from which it is painted, above 0, to 1.
    seed : int
        Of the noise.
    hole : (height, width) bool or None
        What alone is painted; None for the whole picture.
    """

    picture: Picture
    start: float
    seed: int
    hole: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class FoundNoise:
    """The noise that a picture is painted of.

    Attributes
    ----------
    scene : Scene
        That paints it again.
    error : float
        How far that picture is from the one that was given, in steps of 1/255 on average.
    """

    scene: Scene
    error: float


class Paintings(JobRunner):
    """Paints the newest that is asked for; of each picture all steps are kept.

    Signals
    -------
    came(states) : list of RecordedState
        All steps there are so far.
    found(noise) : FoundNoise
    """

    came = Signal(object)
    found = Signal(object)
    _told = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="paintings")
        self._newest: object = None
        self._told.connect(self._on_told)

    def paint(self, model: OpenModel, scene: Scene) -> None:
        """Paint a scene from its noise."""

        def ended(states: list[RecordedState]) -> list[RecordedState]:
            from explorer.core.sampling.records import ended_as_drawn

            return ended_as_drawn(states, model.renderer, scene)

        self._begin(lambda sampler: _states(sampler, model, scene), model, "Painting", ended)

    def go_on(self, model: OpenModel, scene: Scene, going_on: GoingOn) -> None:
        """Paint a picture on, with the class and the settings of a scene."""
        self._begin(lambda sampler: _states_from(sampler, scene, going_on), model, "Painting on")

    def find(self, model: OpenModel, scene: Scene, picture: Picture) -> None:
        """Find the noise that a picture of any size is painted of, with the class and the settings of a scene."""
        self._newest = object()
        self.begin(partial(_found, model, scene, picture), self.found.emit, words="Finding the noise of the picture")

    def _begin(
        self,
        states: Callable[[Sampler], Iterable[PaintingState]],
        model: OpenModel,
        words: str,
        ended: Callable[[list[RecordedState]], list[RecordedState]] = lambda states: states,
    ) -> None:
        self._newest = asked = object()

        def work(report: Report, cancelled: Cancelled) -> list[RecordedState]:
            from explorer.core.sampling.sampler import sampler_of

            kept = self._recorded(sampler_of(model.generator), states, asked, report, cancelled)
            return kept if cancelled() else ended(kept)

        self.begin(work, partial(self._on_told, asked), words=words)

    def _recorded(
        self,
        sampler: Sampler,
        states: Callable[[Sampler], Iterable[PaintingState]],
        asked: object,
        report: Report,
        cancelled: Cancelled,
    ) -> list[RecordedState]:
        from explorer.core.sampling.records import recorded_state

        kept: list[RecordedState] = []
        told_s = 0.0
        for state in states(sampler):
            if cancelled():
                break
            kept.append(recorded_state(sampler, state))
            report(state.step, state.steps)
            if monotonic() - told_s > _TELLS_EVERY_S:
                told_s = monotonic()
                self._told.emit(asked, list(kept))
        return kept

    def _on_told(self, asked: object, states: list[RecordedState]) -> None:
        if asked is self._newest and states:
            self.came.emit(states)


def _states(sampler: Sampler, model: OpenModel, scene: Scene) -> Iterable[PaintingState]:
    return sampler.states(model.renderer.latent(scene)[None], [scene.label], scene.sampling)


def _states_from(sampler: Sampler, scene: Scene, going_on: GoingOn) -> Iterable[PaintingState]:
    from explorer.core.rendering.latents import sample
    from explorer.core.sampling.diffusion import KeptPart
    from explorer.core.sampling.sampler import diffusion_of
    from explorer.core.sampling.settings import USUALLY

    painter, labels = diffusion_of(sampler), sampler.classes_of([scene.label])
    picture = sampler.as_values(going_on.picture[None])
    noise = sample(going_on.seed, sampler.card.latent_size).reshape(picture.shape)
    kept = None
    if going_on.hole is not None:
        kept = KeptPart(picture, (~going_on.hole).astype(np.float32)[None, None])
    begun = painter.mixed(picture, noise, going_on.start)
    return painter.painted(begun, noise, labels, scene.sampling or USUALLY, start=going_on.start, kept=kept)


def _found(model: OpenModel, scene: Scene, picture: Picture, report: Report, cancelled: Cancelled) -> FoundNoise | None:
    from explorer.core.photos.resizing import fitted_picture, with_channels
    from explorer.core.sampling.records import difference
    from explorer.core.sampling.sampler import diffusion_of, sampler_of
    from explorer.core.sampling.settings import USUALLY

    sampler = sampler_of(model.generator)
    card, painter, how = sampler.card, diffusion_of(sampler), scene.sampling or USUALLY
    fitted = with_channels(fitted_picture(picture, card.height, card.width).picture, card.channels)
    canvas = sampler.as_values(fitted[None])
    for state in painter.inverted(canvas, sampler.classes_of([scene.label]), how, corrections=CORRECTIONS):
        canvas = state.canvas
        if cancelled():
            return None
        report(state.step, state.steps)
    z = (canvas.reshape(-1) / np.float32(how.temperature)).astype(np.float32)
    settled = scene.sampling and replace(scene.sampling, eta=0.0)  # chance would lead elsewhere
    found = replace(scene, z=z, seed=None, directions=(), truncation=1.0, sampling=settled)
    again = canvas
    for state in sampler.states(z[None], [scene.label], found.sampling):
        again = state.canvas
        if cancelled():
            return None
    return FoundNoise(found, difference(sampler.as_bytes(again)[0], fitted))

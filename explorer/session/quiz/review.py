"""Results read in a worker, and the pictures that misled people, made again from their seed or their source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.session.explore.scene_pictures import shrunk
from explorer.session.jobs.job import JobRunner
from explorer.session.models.catalog import Catalog
from explorer.session.models.opening import Opener, OpenModel
from explorer.session.quiz.quiz_results import QuizResults
from explorer.session.settings import Device

if TYPE_CHECKING:
    from explorer.core.quiz.store import Player
    from explorer.session.quiz.result_tables import Doubted, Fooling, Summary

Picture = NDArray[np.uint8]

THUMB_PX = 128


@dataclass(frozen=True)
class ReviewRequest:
    """Whose results are wanted: of one player or all (None), in one mode or all ("")."""

    player: int | None = None
    mode: str = ""


@dataclass(frozen=True)
class ReviewResult:
    """What there is: the players, and the summary of what was asked for."""

    players: tuple[Player, ...]
    summary: Summary


class QuizReview(QObject):
    """Reads results, and draws the pictures that belong to them.

    Signals
    -------
    read(Found)
    drawn(dict)
        Pictures by `Fooling` and `Doubted`; those whose model or source is not at hand are missing.
    failed(error)
    """

    read = Signal(object)
    drawn = Signal(object)
    failed = Signal(object)

    def __init__(self, results: QuizResults, catalog: Catalog, opener: Opener, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._results, self._catalog, self._opener = results, catalog, opener
        self._kept: dict[Fooling | Doubted, Picture] = {}
        self._reader = JobRunner(self, overtakes="waiting", name="quiz-results")
        self._painter = JobRunner(self, overtakes="waiting", name="quiz-fooling")
        for work in (self._reader, self._painter):
            work.failed.connect(self.failed)

    @property
    def is_busy(self) -> bool:
        """Whether something is being read or drawn."""
        return self._reader.is_busy or self._painter.is_busy

    def ask(self, asked: ReviewRequest) -> None:
        """Read what there is."""
        self._reader.begin(lambda *_: self._read(asked), self.read.emit)

    def draw(self, found: Summary, device: Device) -> None:
        """Make the pictures of a summary again."""
        self._painter.begin(lambda *_: self._draw(found, device), self.drawn.emit)

    def close(self) -> None:
        """Wait for what is being done."""
        self._reader.close()
        self._painter.close()

    def _read(self, asked: ReviewRequest) -> ReviewResult:
        from explorer.session.quiz.result_tables import summary

        store = self._results.store
        everybody = store.rows(mode=asked.mode)
        rows = [row for row in everybody if asked.player in (None, row.session.player)]
        return ReviewResult(store.players(), summary(rows, everybody))

    def _draw(self, found: Summary, device: Device) -> dict[Fooling | Doubted, Picture]:
        self._draw_made([each for each in found.fooling if each not in self._kept], device)
        self._open_real([each for each in found.doubted if each not in self._kept])
        wanted = (*found.fooling, *found.doubted)
        return {each: self._kept[each] for each in wanted if each in self._kept}

    def _draw_made(self, missing: Sequence[Fooling], device: Device) -> None:
        for model_hash in dict.fromkeys(each.model_hash for each in missing):
            model = self._opened(model_hash, device)
            if model is None:
                continue
            try:
                for each in missing:
                    if each.model_hash == model_hash:
                        self._kept[each] = _drawn(model, each)
            finally:
                model.generator.close()

    def _open_real(self, missing: Sequence[Doubted]) -> None:
        from explorer.training.sources.quiz_pictures import pictures_named

        for source in dict.fromkeys(each.source for each in missing if each.source):
            mine = [each for each in missing if each.source == source]
            try:
                pictures = pictures_named(source, {each.name for each in mine}, THUMB_PX)
            except Problem:  # it was moved; the names are told
                continue
            self._kept.update({each: pictures[each.name] for each in mine if each.name in pictures})

    def _opened(self, model_hash: str, device: Device) -> OpenModel | None:
        """The model of this hash, where it is at hand and can still be opened."""
        opener = self._opener
        path = self._catalog.find(model_hash, opener.generator_of, opener.exports())
        try:
            return None if path is None else opener.open(path, device)
        except Problem:
            return None


def _drawn(model: OpenModel, fooling: Any) -> Picture:
    from explorer.core.rendering.latents import sample
    from explorer.core.rendering.scene import Scene

    card = model.generator.card
    z = sample(fooling.seed, card.latent_size, card.prior)
    scene = Scene(model.generator.hash, card.name, z, fooling.label, fooling.psi, fooling.seed)
    return shrunk(model.renderer.render(scene).picture)

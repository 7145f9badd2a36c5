"""Marking: some samples have it, some have it not, and the direction between them is seen at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QKeyEvent

from explorer.core.directions.direction import Direction
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.session.directions.marked_direction import POOL, MarkedDirections, drawn, suggested
from explorer.session.directions.marks import Mark, Marks, Sample, Side
from explorer.session.directions.pages import SamplePages
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.live_tiles import LiveTiles, TileRequest
from explorer.ui.directions.mark_controls import MarkControls
from explorer.ui.directions.mark_sheet import MarkSheet
from explorer.ui.directions.method import FindMethod
from explorer.ui.directions.preview_strip import Start
from explorer.ui.directions.result_card import ResultCard, judged_words
from explorer.ui.studio import Studio
from explorer.ui.widgets.parts import column_of, line

_ENOUGH = 10  # marks on each side


class MarkMethod(FindMethod):
    """A sheet of samples, marks on them, and what their direction does to the current picture."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.parts = MarkControls(self.column)
        self.sheet = MarkSheet()
        self.card = ResultCard(flat=True)
        self.tiles = LiveTiles(self)
        self.finding = MarkedDirections(self)
        self.direction: Direction | None = None
        self._model: OpenModel | None = None
        self._marks_of: dict[str, Marks] = {}
        self._pages = SamplePages(0, 1)
        self._label: int | None = None
        self._psi = 1.0
        self._wanted: TileRequest | None = None
        self._latents: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        column_of((self.sheet, 1), line(), self.card, on=self, spacing=0)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.tiles.is_busy or self.finding.is_busy or self.card.strip.is_busy

    @property
    def marks(self) -> Marks:
        """The marks of the open model."""
        key = self._model.generator.hash if self._model is not None else ""
        if key not in self._marks_of:
            self._marks_of[key] = marks = Marks(self.studio.document, self)
            marks.changed.connect(self._on_marked)
        return self._marks_of[key]

    @property
    def samples(self) -> tuple[Sample, ...]:
        """What lies on the sheet."""
        return tuple(Sample(seed, self._label) for seed in self._pages.seeds)

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        model = self.model
        if model is None:
            return
        if model is not self._model:
            self._begin(model)
        if (self._psi, self._label) != (after.truncation, after.label) or not self._latents.size:
            self._psi, self._label = after.truncation, after.label
            self._show_page()
        elif self._wanted is None and self.sheet.order():
            self._draw()
        if before is None or before.z is not after.z or before.directions is not after.directions:
            self._show_strip()

    def forget(self) -> None:
        self.rest()
        self._model = self.direction = None

    def rest(self) -> None:
        self._wanted = None
        self.tiles.cancel()
        self.card.strip.cancel()

    def close_work(self) -> None:
        self.tiles.close()
        self.finding.close()
        self.card.strip.close_work()

    def claims(self, event: QKeyEvent) -> bool:
        """Whether a key is for the marks: A and B over a tile."""
        return self.sheet.is_pointed_at and self.sheet.marks_with(event)

    def press(self, event: QKeyEvent) -> None:
        """Do what a key that is claimed stands for."""
        self.sheet.keyPressEvent(event)

    def _connect(self) -> None:
        parts, notices = self.parts, self.studio.notices
        parts.count.edited.connect(lambda _value, _gesture: self._begin_pages())
        parts.seed.edited.connect(lambda _value, _gesture: self._begin_pages())
        parts.size.moved.connect(lambda size, _gesture: self.sheet.set_tile_px(round(size)))
        parts.back.clicked.connect(lambda: self._turn(-1))
        parts.more.clicked.connect(lambda: self._turn(1))
        parts.suggest.clicked.connect(self._suggest)
        parts.clear.clicked.connect(lambda: self.marks.clear())
        self.sheet.side_of = lambda index: self.marks.of(self.samples[index])
        self.sheet.tip = self._tip
        self.sheet.marked.connect(self._mark)
        self.sheet.size_changed.connect(lambda size: parts.size.show_value(size))
        self.tiles.drawn.connect(self._on_drawn)
        self.tiles.finished.connect(lambda _order: self._on_finished())
        self.tiles.failed.connect(notices.show_error_once)
        self.finding.found.connect(self._on_found)
        self.finding.failed.connect(self._on_failed)
        self.card.strip.picked.connect(self.adopt)
        self.card.strip.failed.connect(notices.show_error_once)
        self.card.kept.connect(self._keep)

    def _begin(self, model: OpenModel) -> None:
        """Turn to the samples and the marks of another model."""
        self._model, self.direction = model, None
        self._latents = np.zeros((0, 0), np.float32)
        self.card.offer(False, "")
        self._pages = SamplePages(int(self.parts.seed.value), int(self.parts.count.value))
        self._on_marked()

    def _begin_pages(self) -> None:
        """Begin with other samples, or with more or fewer of them."""
        self._pages = SamplePages(int(self.parts.seed.value), int(self.parts.count.value))
        self._show_page()

    def _turn(self, step: int) -> None:
        self._pages.turn(step, int(self.parts.count.value))
        self._show_page()

    def _suggest(self) -> None:
        """Lay out what the direction is least sure of."""
        model = self._model
        if model is None or self.direction is None:
            return
        card, start = model.generator.card, self._pages.next_seed
        seeds = tuple(range(start, start + POOL))
        latents = drawn(seeds, card.latent_size, card.prior, self._psi)
        chosen = suggested(self.direction, seeds, latents, int(self.parts.count.value))
        self._pages.add(chosen)
        self._show_page()
        self.sheet.setFocus()

    def _show_page(self) -> None:
        model = self._model
        if model is None:
            return
        card, seeds = model.generator.card, self._pages.seeds
        self._latents = drawn(seeds, card.latent_size, card.prior, self._psi)
        self.sheet.show_samples(len(seeds), (card.height, card.width, card.channels))
        self.parts.back.setEnabled(self._pages.index > 0)
        self._show_counts()
        self._draw()

    def _draw(self) -> None:
        model, latents = self._model, self._latents
        if model is not None:
            labels, order = [self._label] * len(latents), self.sheet.order()
            self._wanted = TileRequest(model.generator, lambda: latents, labels, order, latents)
            self.tiles.request(self._wanted)

    def _on_finished(self) -> None:
        self._wanted = None

    def _on_drawn(self, order: TileRequest, indices: NDArray[np.intp], pictures: NDArray[np.uint8]) -> None:
        if order.place is self._latents:
            self.sheet.put(indices, pictures)

    def _mark(self, index: int, side: Side | None) -> None:
        z = self._latents[index].copy()
        self.marks.put(self.samples[index], None if side is None else Mark(side, z))

    def _on_marked(self) -> None:
        """Show the marks, and find their direction."""
        marks, parts = self.marks, self.parts
        self.sheet.show_marks()
        self._show_counts()
        parts.clear.setEnabled(len(marks) > 0)
        if not self.finding.request(marks, self._model, self._label):
            self._show_none("Mark at least one A and one B", "The direction between them then appears here.")

    def _show_counts(self) -> None:
        marks = self.marks
        here = sum(marks.of(sample) is not None for sample in self.samples)
        elsewhere = f", {len(marks) - here} of them on other sheets" if len(marks) > here else ""
        self.parts.counts.setText(f"{marks.count('A')} A, {marks.count('B')} B{elsewhere}")

    def _show_none(self, title: str, hint: str) -> None:
        self.direction = None
        self.card.show_words("")
        self.card.strip.clear(title, hint)
        self.card.offer(False)
        self.parts.suggest.setEnabled(False)

    def _on_found(self, marks: Marks, direction: Direction) -> None:
        if marks is not self.marks:
            return
        self.direction = direction
        counts = marks.count("A"), marks.count("B")
        few = min(counts) < _ENOUGH
        words = judged_words(direction) + (f" Mark about {_ENOUGH} of each." if few else "")
        self.card.show_words(f"From {counts[0]} A and {counts[1]} B", words)
        self.card.words.setToolTip("\n".join(direction.notes))
        self.card.offer(True)
        self.parts.suggest.setEnabled(True)
        self._show_strip()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self._show_none(error.what, error.hint)
        else:
            self.studio.notices.show_error(error)

    def _show_strip(self) -> None:
        model = self._model
        if model is None or self.direction is None or not self.isVisible():
            return
        here = self.here(model)
        if here is not None:
            scene = self.studio.document.scene
            starts = [Start("The current picture", here)]
            self.card.strip.show_direction(model, scene, starts, self.direction)

    def _keep(self, name: str) -> None:
        if self.direction is not None:
            self.keep([self.direction], name)

    def _tip(self, index: int) -> str:
        if index >= len(self.samples):
            return ""
        side = self.marks.of(self.samples[index])
        said = {"A": "marked A, has it", "B": "marked B, does not have it", None: "not marked"}[side]
        return f"Seed {self.samples[index].seed}, {said}"

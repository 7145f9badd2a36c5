"""Forgetting: a dream that is told the actions alone, beside what really came and a picture that stands still."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.session.jobs.report import Cancelled, Report
from explorer.session.worlds.forgetting import DRIVEN, Forgetting
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.traverse.export_strip import Offer
from explorer.ui.view import Controls, Meaning, beside
from explorer.ui.widgets.asking import ask_file
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import STRETCH, column_of, fill, line, named, pressing, push_button, row_of, text_label
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.working import Working
from explorer.ui.worlds.score_plot import DREAM, WORLD, ScoreLine, ScorePlot
from explorer.ui.worlds.world_view import WorldView

if TYPE_CHECKING:
    from explorer.training.worlds.judging import OpenLoop

_EYES = QColor("#7a8290")
_USUAL, _FEWEST, _MOST = 30, 5, 60
_RECORDINGS = "Recordings of worlds (*.npz);;All files (*)"
_DRIVEN = "1,500 frames of the drawn road, which no model here learned from"
_WHAT = (
    "The model sees the first five frames of drives that are new to it. After that it gets the actions alone, and its "
    "pictures are compared with what really came."
)


class ForgettingControls(Controls):
    """Says what is measured."""

    def __init__(self) -> None:
        super().__init__()
        self.source = DRIVEN
        self.steps = number_box("Steps", "For how many frames the dream carries on alone", _FEWEST, _MOST, _USUAL)
        self.bring = push_button(
            "A recording …", "An .npz of frames, actions, rewards and ends of the same world", image="open"
        )
        self.measure = push_button("Measure", "Let it dream, and compare (Space)", image="play", primary=True)
        self.working = Working("Stop measuring")
        self.recording = text_label(wraps=True)
        self.add_title("How long a dream holds", self.measure)
        fill(self.column, text_label(_WHAT, wraps=True))
        self.column.addLayout(row_of(text_label("Steps", of=self.steps), self.steps, STRETCH))
        fill(self.column, self.measure, self.working)
        self.add_title("Recording", self.bring)
        fill(self.column, self.recording, self.bring, STRETCH)

    def show_source(self, source: str) -> None:
        """Measure by another recording."""
        self.source = source
        self.recording.setText(_DRIVEN if source == DRIVEN else Path(source).name)


class ForgettingView(WorldView):
    """A curve, and one of the drives that can be looked at step by step."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.controls, self.work = ForgettingControls(), Forgetting(self)
        self.pictures = [named(PictureView(), name) for name in ("What really came", "The dream", "Standing still")]
        self.plot = ScorePlot("Error of dreams", "steps", begins=1)
        self.step = named(Slider(1, 2, home=1, step=1), "Step", "Look at one drive, step by step")
        self.words = ElidedLabel()
        self.loop: OpenLoop | None = None
        beside(self.controls, self._stage(), self)
        self._connect()

    @property
    def is_busy(self) -> bool:
        return self.work.is_busy

    def canvas_in_view(self) -> PictureView:
        return self.pictures[1]

    def open_own(self, path: Path) -> None:
        """Forget what was measured of another; what kind of world it is shows when it is measured."""
        self.work.cancel()
        self.own_path, self.loop = path, None
        self.controls.show_source(DRIVEN)
        self.plot.show_lines()
        for picture in self.pictures:
            picture.clear()
        self.words.show_words("")
        self.step.setEnabled(False)
        self.pages.setCurrentIndex(1)
        self.own_opened.emit(path)

    def measure(self) -> None:
        """Measure the world of the panel."""
        if self.own_path is not None:
            trusted = self.studio.catalog.is_bundled(self.own_path)
            steps, device = int(self.controls.steps.value), self.studio.settings.device
            self.work.measure(self.own_path, self.controls.source, steps, device, trusted=trusted)

    def exports(self) -> tuple[Offer, ...]:
        loop = self.loop
        if loop is None:
            return ()

        def write(path: Path, _progress: Report, _cancelled: Cancelled) -> None:
            from explorer.core.files import replace_file

            rows = zip(loop.dreamt, loop.frozen, loop.seen, strict=True)
            lines = [f"{step},{d:.3f},{f:.3f},{s:.3f}" for step, (d, f, s) in enumerate(rows, 1)]
            with replace_file(path) as file:
                file.write("\n".join(["step,dream,standing still,eyes", *lines, ""]).encode())

        return (Offer("Errors (CSV) …", "forgetting.csv", write),)

    def meanings(self) -> Mapping[str, Meaning | None]:
        return {"sample": Meaning("Measure", pressing(self.controls.measure))}

    def lesson_actions(self) -> Mapping[str, Callable[[str], object]]:
        return {"forgetting": self._measure_named}

    def rest(self) -> None:
        self.work.cancel()

    def close_work(self) -> None:
        self.work.close()

    def _stage(self) -> QStackedWidget:
        stage, below = QWidget(), QWidget()
        columns = [
            column_of(text_label(picture.accessibleName()), (picture, 1), spacing=UNIT // 2)
            for picture in self.pictures
        ]
        for picture in self.pictures:
            picture.margin_px = UNIT
            picture.set_smooth(self.studio.settings.smooth)
            picture.set_empty("", "")
        self.pictures[1].set_empty("Nothing measured yet", "Press Measure on the left, or Space.")
        self.plot.set_empty("Nothing measured yet")
        self.plot.setMinimumHeight(20 * UNIT)
        row_of((self.step, 1), self.words, on=below, margins=(UNIT, UNIT // 2))
        row = row_of(*((column, 1) for column in columns), margins=(UNIT, UNIT // 2, UNIT, 0))
        column_of((row, 3), below, line(), (self.plot, 2), on=stage, spacing=0)
        return self.behind_question(stage)

    def _connect(self) -> None:
        controls, work = self.controls, self.work
        controls.measure.clicked.connect(self.measure)
        controls.bring.clicked.connect(self._ask)
        controls.working.cancel.clicked.connect(work.cancel)
        self.step.moved.connect(lambda value, _gesture: self._show_step(round(value)))
        work.measured.connect(self._show)
        work.failed.connect(self.studio.notices.show_error)
        work.began.connect(controls.working.show_work)
        work.progressed.connect(controls.working.show_share)
        work.ended.connect(controls.working.hide)

    def _ask(self) -> None:
        chosen = ask_file(self, "A recording of the world", _RECORDINGS)
        if chosen is not None:
            self.controls.show_source(str(chosen))

    def _show(self, loop: OpenLoop) -> None:
        self.loop = loop
        dreamt, still = ("Dream", DREAM, loop.dreamt), ("Standing still", WORLD, loop.frozen)
        lines = (dreamt, still, ("Eyes alone", _EYES, loop.seen))
        self.plot.show_lines(*((name, colour, ScoreLine.of(values.tolist())) for name, colour, values in lines))
        self.step.set_range(1, len(loop.dreamt))
        self.step.setEnabled(True)
        self._show_step(1)

    def _show_step(self, step: int) -> None:
        loop = self.loop
        if loop is None:
            return
        at = min(max(step, 1), len(loop.dreamt))
        self.step.show_value(at)
        for view, picture in zip(self.pictures, loop.example[at - 1], strict=True):
            view.show_picture(picture)
        better = int((loop.dreamt < loop.frozen).sum())
        self.words.show_words(
            f"Step {at}: off by {loop.dreamt[at - 1]:.1f} of 255, standing still by {loop.frozen[at - 1]:.1f}; "
            f"the dream is nearer in {better} of {len(loop.dreamt)} steps"
        )
        self.plot.mark(at)

    def _measure_named(self, name: str) -> None:
        path = self.bundled_world(name)
        if self.own_path != path:
            self.open_own(path)
        self.measure()

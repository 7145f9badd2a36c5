"""Samples through time: the sheets of a run, with a slider that goes back to any of them."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from explorer.session.jobs.job import JobRunner
from explorer.training.runs.run_folder import FITTED, RECONSTRUCTIONS, SHEETS
from explorer.training.runs.sample_sheets import SampleSheets
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.train.sample_exports import offers
from explorer.ui.traverse.export_strip import ExportMenu, ExportStrip, Offer
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import STRETCH, column_of, named, row_of, text_label, tool_button
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.widgets.segments import Segments

_PLAY_MS = 120
_KEPT = 64  # sheets that are kept decoded
_KINDS = ((SHEETS, "Samples"), (RECONSTRUCTIONS, "Reconstructions"), (FITTED, "Raw and fitted"))
_TIPS = (
    "What the model makes of the same latents, at every step",
    "Pictures that are held out, where there are any, each beside what the model makes of it",
    "Above: codes drawn from N(0, 1). Below: the same draws from a Gaussian fitted to the codes of pictures",
)
_SAID = (
    "",
    ": each real picture, and its reconstruction beside it",
    ": above, raw N(0, 1); below, the same draws from a Gaussian fitted to the codes of pictures",
)


class SampleView(QWidget):
    """Shows one sheet of a run and goes through all of them; follows the newest until the user goes back.

    Signals
    -------
    step_shown(step) : int
        The sheet of this step is on the screen.
    """

    step_shown = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._steps: list[int] = []
        self._follows = True
        self._place = 0  # of the sheet that is chosen, among all
        self._shown_kind = 0
        self.kinds = named(
            Segments([(title, tip) for (_, title), tip in zip(_KINDS, _TIPS, strict=True)]), "What is shown"
        )
        self.kinds.chosen.connect(lambda _index: self._look())
        self.picture = named(PictureView(), "Sheet of samples")
        self.picture.set_smooth(False)
        self.slider = named(
            Slider(0.0, 1.0, step=1.0),
            "Step",
            "Go back through the training; the same latents at every step",
        )
        self.slider.moved.connect(lambda place, _gesture: self.go_to(round(place)))
        self.play = tool_button("play", "Play", "Play the training from the first sheet to the last", checkable=True)
        self.play.toggled.connect(self._on_play)
        self.newest = tool_button("chevron_right", "Newest", "Go to the newest sheet and follow it", self._go_to_newest)
        self.export = tool_button("export", "Export the samples", "Save this sheet, or a film of the training")
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.hide()
        self.strip: ExportStrip | None = None
        self.caption = text_label(wraps=True)
        self._timer = QTimer(self, interval=_PLAY_MS)
        self._timer.timeout.connect(self._advance)
        self._work = JobRunner(self, overtakes="waiting", name="sheets")
        self._lay_out()
        self.show_run(None)

    def offer_exports(self, studio: Studio) -> None:
        """Have a button offer what can be saved."""
        self.strip = ExportStrip(studio)
        self.export.setMenu(ExportMenu(studio, self.offers, self.strip, self))
        self.export.show()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(self.strip)

    def offers(self) -> tuple[Offer, ...]:
        """What can be saved of what is in sight."""
        found = self._sheets()
        if found is None or not self._steps or self._folder is None:
            return ()
        return offers(self._folder.name, [found.path(step) for step in self._steps], found.path(self.step))

    @property
    def is_busy(self) -> bool:
        """Whether a sheet is being read."""
        return self._work.is_busy

    @property
    def step(self) -> int:
        """The step whose sheet is chosen; 0 while there is none."""
        return self._steps[self._place] if self._steps else 0

    def go_to(self, place: int) -> None:
        """Show one of the sheets, the oldest being 0; the last one is followed."""
        before, self._place = self._place, min(max(place, 0), max(len(self._steps) - 1, 0))
        self.slider.show_value(self._place)
        if self._place != before:
            self._follows = self._place == len(self._steps) - 1
            self._say()
            self._read()

    def show_run(self, folder: Path | None) -> None:
        """Show the sheets of another run, the newest first."""
        self._folder, self._follows = folder, True
        self.play.setChecked(False)
        self.kinds.show_index(0)
        self.picture.clear()
        self._steps = []
        self._look()

    def refresh(self) -> None:
        """Look whether there are new sheets."""
        if self._folder is not None:
            self._look()

    def rest(self) -> None:
        """Stop playing."""
        self.play.setChecked(False)

    def close_work(self) -> None:
        """Stop, and wait for what is being read."""
        self.rest()
        self._work.close()
        if self.strip is not None:
            self.strip.exporter.close()

    def _sheets(self) -> SampleSheets | None:
        if self._folder is None:
            return None
        return SampleSheets(self._folder / _KINDS[self.kinds.index][0])

    def _look(self) -> None:
        found, at = self._sheets(), self.step
        steps = found.steps() if found is not None else []
        there = [self._folder is not None and (self._folder / kind).is_dir() for kind, _ in _KINDS]
        self.kinds.setVisible(any(there[1:]))
        for index, is_there in enumerate(there[1:], 1):
            self.kinds.offer(index, is_there)
        if steps == self._steps and self.picture.picture is not None and self._shown_kind == self.kinds.index:
            return
        self._shown_kind = self.kinds.index
        self._steps = steps
        index = len(steps) - 1 if self._follows or at not in steps else steps.index(at)
        self._place = max(index, 0)
        self.slider.set_range(0.0, max(len(steps) - 1, 1))
        self.slider.show_value(self._place)
        for widget in (self.slider, self.play, self.newest):
            widget.setEnabled(len(steps) > 1)
        self._say()
        self._read()

    def _read(self) -> None:
        found = self._sheets()
        if found is not None and self._steps:
            path = found.path(self.step)
            self._work.begin(lambda *_: _page(path), partial(self._on_page, path))
        else:
            self.picture.set_empty(
                "No samples yet",
                "The first sheet is drawn after the first step, and more as the model learns.",
            )

    def _on_page(self, asked: Path, page: NDArray[np.uint8] | None) -> None:
        found = self._sheets()
        if page is not None and found is not None and asked.parent == found.folder:
            self.picture.show_picture(page)
            self.step_shown.emit(int(asked.stem[5:]))

    def _say(self) -> None:
        self.caption.setText(f"Step {self.step:,}{_SAID[self.kinds.index]}" if self._steps else "")

    def _on_play(self, on: bool) -> None:
        self.play.setIcon(icon("pause" if on else "play"))
        if on:
            if self._follows:
                self.go_to(0)
            self._timer.start()
        else:
            self._timer.stop()

    def _advance(self) -> None:
        if self._work.is_busy:  # newest wins would skip sheets
            return
        if self._place >= len(self._steps) - 1:
            self.play.setChecked(False)
        else:
            self.go_to(self._place + 1)

    def _go_to_newest(self) -> None:
        self.play.setChecked(False)
        self.go_to(len(self._steps) - 1)

    def _lay_out(self) -> None:
        foot = row_of((self.play, 0), (self.slider, 1), (self.newest, 0), (self.export, 0))
        column_of(row_of(self.kinds, STRETCH), self.caption, (self.picture, 1), foot, on=self)


@lru_cache(maxsize=_KEPT)
def _decoded(path: Path, _age_ns: int) -> NDArray[np.uint8] | None:
    image = QImage(str(path))
    if image.isNull():
        return None
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _page(path: Path) -> NDArray[np.uint8] | None:
    """A sheet as one picture; None where it is gone or damaged."""
    try:
        return _decoded(path, path.stat().st_mtime_ns)
    except OSError:
        return None

"""One run watched: its head, its samples through time, its plots, and what is to be said of its health."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QScrollArea, QSplitter, QWidget

from explorer.session.train.health_watch import RunHealth
from explorer.session.train.run_metrics import Growth, RunMetrics
from explorer.session.train.run_summaries import Training
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.train.health_list import HealthList
from explorer.ui.train.plot_page import PlotPage, PlotRun
from explorer.ui.train.run_header import RunHeader
from explorer.ui.train.sample_view import SampleView
from explorer.ui.widgets.parts import column_of, line, row_of, text_label

if TYPE_CHECKING:
    from explorer.training.runs.health import Finding

_YOUNG = 200  # steps, before which a run cannot be judged


class WatchPage(QWidget):
    """Shows the run that is chosen, and in its plots those that are laid over it."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder: Path | None = None
        self.overlaid: dict[Path, str] = {}
        self._name = ""
        self._sheet: Path | None = None
        self.header, self.samples, self.plots = RunHeader(), SampleView(), PlotPage()
        for part in (self.samples, self.plots):
            part.offer_exports(studio)
        self.numbers = RunMetrics(self)
        self.numbers.grown.connect(self._on_grown)
        self.health, self.findings = RunHealth(self), HealthList()
        self.health.found.connect(self._on_found)
        self.health.scored.connect(lambda folder, scores: self.plots.show_scores(str(folder), scores))
        self._done_steps, self._is_over = 0, False
        self.note = text_label(role="", wraps=True)
        self.note_button = QPushButton()
        self.notice = QWidget()
        self.notice.hide()
        self.body = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._lay_out()

    @property
    def is_busy(self) -> bool:
        """Whether files of the run are being read."""
        return self.numbers.is_busy or self.samples.is_busy or self.health.is_busy

    def show_training(self, training: Training, *, is_live: bool, is_exporting: bool) -> None:
        """Show a run as it is now; another one than before is shown from the start."""
        if training.folder != self.folder:
            self._begin(training)
        self._done_steps, self._is_over = training.facts.done_steps, not training.is_active
        self.header.show_training(training, is_live=is_live, is_exporting=is_exporting)
        if training.facts.sheet != self._sheet:
            self._sheet = training.facts.sheet
            self.samples.refresh()

    def overlay(self, runs: dict[Path, str]) -> None:
        """Lay the numbers of these runs over those of the one that is shown."""
        self.overlaid = {folder: name for folder, name in runs.items() if folder != self.folder}
        self._show_runs()

    def say(self, what: str, button: str = "") -> None:
        """Say something about the run; "" takes it away."""
        self.note.setText(what)
        self.note_button.setText(button)
        self.note_button.setVisible(bool(button))
        self.notice.setVisible(bool(what))

    def watch(self, wanted: bool) -> None:
        """Follow the numbers of the run, or not while nobody looks."""
        self.numbers.watch(wanted and self.folder is not None)
        self.health.watch(wanted and self.folder is not None)
        if not wanted:
            self.samples.rest()

    def close_work(self) -> None:
        """Stop, and wait for what is being read."""
        self.numbers.close()
        self.health.close()
        self.samples.close_work()
        self.plots.close_work()

    def _begin(self, training: Training) -> None:
        self.folder, self._name = training.folder, training.facts.name
        self._sheet = training.facts.sheet
        self.overlaid.pop(training.folder, None)
        self.say("")
        self.header.show_took(0.0)
        self.samples.show_run(training.folder)
        self._show_runs()
        self.findings.clear()
        self.health.follow(training.folder)
        for part in (self.numbers, self.health):
            part.watch(self.isVisible())

    def _show_runs(self) -> None:
        if self.folder is None:
            return
        runs = {self.folder: self._name, **self.overlaid}
        self.plots.set_runs([PlotRun(str(folder), name) for folder, name in runs.items()])
        self.numbers.follow(tuple(runs))

    def _on_found(self, folder: Path, findings: tuple[Finding, ...]) -> None:
        if folder == self.folder:
            is_young, is_over = self._done_steps < _YOUNG, self._is_over
            self.findings.show_findings(findings, is_young=is_young, is_over=is_over)

    def _on_grown(self, growth: Growth) -> None:
        key = str(growth.folder)
        if growth.is_anew:
            self.plots.clear(key)
        self.plots.append(key, growth.rows, growth.seconds)
        if growth.folder == self.folder and growth.seconds is not None:
            self.header.show_took(float(growth.seconds[1][-1]))

    def _lay_out(self) -> None:
        row_of((self.note, 1), self.note_button, on=self.notice, margins=(2 * UNIT, UNIT), spacing=None)
        left = QWidget()
        column_of((self.samples, 1), self.findings, on=left, margins=(2 * UNIT, UNIT, UNIT, UNIT), spacing=None)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.plots)
        scroll.viewport().setAutoFillBackground(False)
        self.plots.setAutoFillBackground(False)
        for part in (left, scroll):
            part.setMinimumWidth(30 * UNIT)
            self.body.addWidget(part)
        self.body.setSizes([330, 640])  # two plots beside each other with their names, in 1280 pixels
        column_of(self.header, line(), self.notice, (self.body, 1), on=self, spacing=0)

"""The model in training as the open model: its newest weights again and again, under one name and one hash."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.json_store import JsonStore
from explorer.core.models.model import GENERATOR, drawing_file
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.live_file import LIVE_FILE
from explorer.session.models.session_controller import SessionController
from explorer.session.notices import Notices
from explorer.training.runs.run_folder import ask_to_keep, is_trained, kept_steps

if TYPE_CHECKING:
    from explorer.session.models.opening import OpenModel

_LOOK_MS = 500
_LEAST_S = 10.0  # between two checkpoints that are asked for: an export takes seconds of one core


class LiveModel(JobRunner):
    """Keeps the generator of a run in training open, sliders and all, as the run learns.

    The averaged generator is exported from a checkpoint in a child process, which gives the same file that the
    finished model will be; then it takes the place of the one before. The scene stays, and so does the history,
    since to the document it is one model.

    Attributes
    ----------
    run : Path or None
        The run that is followed.
    step : int
        The step of the generator that is open; 0 before the first.

    Signals
    -------
    changed()
        It follows another run or none, or shows a newer step.
    """

    changed = Signal()

    def __init__(
        self, folder: Path, controller: SessionController, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent, name="live-model")
        self.run: Path | None = None
        self.step = 0
        self._folder, self._controller, self._notices = folder, controller, notices
        self.failed.connect(self._on_not_exported)
        self._since_ms = 0
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        controller.models.opened.connect(lambda model, _request: self._on_opened(model))

    def place_of(self, run: Path) -> Path:
        """Where the generator of a run in training lies while it is explored."""
        return self._folder / key_of(run)[:24]

    def follow(self, run: Path | None) -> None:
        """Make the model of this run the open one, from now on; None follows no run, what is open stays."""
        if run == self.run:
            return
        self.cancel()
        self.run, self.step = run, 0
        self._since_ms = round(_LEAST_S * 1000)
        if run is not None:
            self._timer.start()
            self._look()
        else:
            self._timer.stop()
        self.changed.emit()

    def close(self) -> None:
        """Follow no run, and wait for what is being exported."""
        self.follow(None)
        super().close()

    def _look(self) -> None:
        """Export the newest checkpoint if it is newer than what is open, and ask for the next one."""
        run = self.run
        if run is None or self.is_wanted:
            return
        kept = kept_steps(run)
        if kept and kept[-1] > self.step:
            out = self.place_of(run)
            self.begin(partial(_export, run, out, kept[-1]), lambda _: self._on_exported(out, kept[-1]))
            self._since_ms = 0
            return
        self._since_ms += _LOOK_MS
        if self._since_ms >= _LEAST_S * 1000 and is_trained(run):
            self._since_ms = 0
            self._ask(run)

    def _ask(self, run: Path) -> None:
        try:
            ask_to_keep(run)
        except OSError:
            pass  # a folder that may only be read: its own checkpoints are shown

    def _on_exported(self, out: Path, step: int) -> None:
        is_first, self.step = self.step == 0, step
        current = self._controller.models.current
        if not is_first and current is not None and current.path == out:
            self._controller.models.reopen(current.device)
        else:
            self._controller.open(out)
        self.changed.emit()

    def _on_not_exported(self, error: Exception) -> None:
        self._notices.show_error(error)
        self.follow(None)

    def _on_opened(self, model: OpenModel) -> None:
        """The user went to another model: follow no more."""
        if self.run is not None and self.step and model.path != self.place_of(self.run):
            self.follow(None)


def key_of(run: Path) -> str:
    """What stands for the hash of a generator that changes: the same for all states of one run."""
    return hashlib.sha256(f"in training: {run.resolve()}".encode()).hexdigest()


def _export(run: Path, out: Path, step: int, _report: Report, cancelled: Cancelled) -> None:
    from explorer.training.runs.export import export_run

    only = Path(GENERATOR).stem  # the others take as long again, and are of no use to somebody who watches
    export_run(run, out, only=only, cancelled=cancelled)
    JsonStore(out / LIVE_FILE).write({"hash": key_of(run), "step": step, "run": str(run)})
    if drawing_file(out) is None:
        from explorer.core.problem import Problem

        raise Problem(f"The run {run.name} has no generator to explore.", "It trains another kind of network.")

"""What dreams are off by while they are told the actions alone, measured in a worker."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.exports.export_job import StoppedError
from explorer.core.models.model import DREAM
from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report, part
from explorer.session.settings import Device

if TYPE_CHECKING:
    from explorer.training.worlds.judging import OpenLoop

DRIVEN = "drive:1500:9"
"""A recording of the drawn road that no model of the program has seen."""

_READ = 0.5  # share of the work that reading the recording is


class Forgetting(JobRunner):
    """Measures the newest world that is asked for.

    Signals
    -------
    measured(loop) : OpenLoop
    """

    measured = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="forgetting")

    def measure(self, path: Path, source: str, steps: int, device: Device, *, trusted: bool) -> None:
        """Measure the world model in a folder by a recording, for so many steps."""
        folder = path.parent if path.name == DREAM else path
        work = partial(_measured, folder, source, steps, device, trusted)
        self.begin(work, self._tell, words="Dreaming of what was recorded")

    def _tell(self, loop: OpenLoop | None) -> None:
        if loop is not None:
            self.measured.emit(loop)


def _measured(
    folder: Path, source: str, steps: int, device: Device, trusted: bool, report: Report, cancelled: Cancelled
) -> OpenLoop | None:
    import numpy as np

    from explorer.core.worlds.dream import Dream
    from explorer.training.sources import open_pictures
    from explorer.training.worlds.judging import open_loop

    try:
        with Dream(folder, device, trusted=trusted) as dream:
            if source == DRIVEN and dream.facts.source != "drive":
                raise Problem(
                    f"{folder.name} did not learn from the drawn road.", "Choose a recording of its own world."
                )
            size, first = dream.generator.card.height, part(report, 0.0, _READ)
            found = open_pictures(source, size=size, progress=first, cancelled=cancelled)
            every, then = np.ones(len(found), np.bool_), part(report, _READ, 1.0)
            return open_loop(dream, found, every, steps, progress=then, cancelled=cancelled)
    except StoppedError:
        return None

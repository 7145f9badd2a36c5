"""Finished models from runs: exported in the background, with how far they differ from what was trained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report

MODEL_FOLDER = "model"


@dataclass(frozen=True)
class Exported:
    """A model that was written.

    Attributes
    ----------
    run, out : Path
        The run, and the folder of the model.
    parts : tuple of (str, str)
        ``generator`` and so on, and how far it differs from the torch original, in words.
    """

    run: Path
    out: Path
    parts: tuple[tuple[str, str], ...]

    @property
    def sentence(self) -> str:
        """``generator: 0.03 steps of 1/255; encoder: …``"""
        return "; ".join(f"{name}: {parity}" for name, parity in self.parts)


class RunExports(JobRunner):
    """Exports runs one after the other.

    Signals
    -------
    done(Exported)
    changed()
        Another run is being exported, or none any more.
    """

    done = Signal(object)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, overtakes="nothing", name="run-export")
        self.ended.connect(self.changed)

    def is_exporting(self, run: Path) -> bool:
        """Whether this run is being exported, or will be."""
        return any(job.key == run for job in self.jobs)

    def export(self, run: Path, out: Path) -> None:
        """Export the newest checkpoint of a run."""
        self.begin(partial(_export, run, out), self.done.emit, key=run)
        self.changed.emit()

    def stop(self, run: Path) -> None:
        """Do not export this run."""
        self.drop(*(job for job in self.jobs if job.key == run))
        self.changed.emit()


def _export(run: Path, out: Path, _report: Report, cancelled: Cancelled) -> Exported:
    from explorer.core.models.inspection import inspect
    from explorer.training.runs.export import export_run, parity_unit

    parts = []
    for file in export_run(run, out, cancelled=cancelled):
        if file.suffix == ".onnx":
            parity = inspect(file).card.parity
            parity_words = "not compared" if parity is None else f"{parity:.2g} {parity_unit(file.stem)}"
            parts.append((file.stem, parity_words))
    return Exported(run, out, tuple(parts))

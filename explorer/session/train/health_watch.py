"""What is wrong with a run, looked for in the background every few seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.training.runs.history import LossHistory
from explorer.training.runs.run_folder import FITTED, LOSSES_FILE, SHEETS, read_spec
from explorer.training.runs.sample_sheets import SampleSheets

if TYPE_CHECKING:
    from explorer.training.runs.health import Finding, HealthFacts

_LOOK_MS = 3000
_LIVE = "live dimensions"  # what only those tell that infer a latent
_LOOKED_AT = 1000  # pictures of the data


class RunHealth(JobRunner):
    """Looks at one run again and again.

    Signals
    -------
    found(folder, findings) : Path, tuple of Finding
    scored(folder, scores) : Path, str
        What the scores of its critic mean, as in a `Family`.
    """

    found = Signal(object, tuple)
    scored = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="run-health")
        self._patient: _Patient | None = None
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def follow(self, folder: Path) -> None:
        """Look at this run from now on."""
        self.cancel()
        self._patient = _Patient(folder)
        self._look()

    def watch(self, wanted: bool) -> None:
        """Look every few seconds, or no more."""
        if wanted:
            self._timer.start()
        else:
            self._timer.stop()

    def close(self) -> None:
        """Look no more, and wait."""
        self._timer.stop()
        super().close()

    def _look(self) -> None:
        """What fails is files that are being replaced: they are looked at the next time."""
        patient = self._patient
        if patient is not None and not self.is_busy:
            self.begin(lambda *_: patient.findings(), partial(self._on_found, patient))

    def _on_found(self, patient: _Patient, findings: tuple[Finding, ...] | None) -> None:
        if patient.scores is not None:
            self.scored.emit(patient.folder, patient.scores)
        if findings is None:
            self._look()
        else:
            self.found.emit(patient.folder, findings)


class _Patient:
    """One run; all but its folder is the worker's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._history = LossHistory(folder / LOSSES_FILE)
        self._sheets = SampleSheets(folder / SHEETS)
        self._facts: HealthFacts | None = None
        self._knows_pictures = False

    @property
    def scores(self) -> str | None:
        """What the scores of its critic mean; None before that is known."""
        return self._facts.scores if self._facts is not None else None

    def findings(self) -> tuple[Finding, ...] | None:
        """What is wrong; None the first time, when the family was looked at and the pictures not yet."""
        from explorer.training.runs.health import findings

        self._history.update()
        if not self._history.names:  # it tells nothing yet, not even whether it infers a latent
            return ()
        if self._facts is None:
            self._facts = self._numbers(read_spec(self.folder))
            return None
        if not self._knows_pictures:
            self._facts, self._knows_pictures = self._known(self._facts), True
        return findings(self._history, self._sheets, self._facts)

    def _numbers(self, spec: Mapping[str, Any]) -> HealthFacts:
        """What the family and its settings say; a latent counts only where it is inferred, as of a VAE."""
        from explorer.training.families import family_called
        from explorer.training.learning.knobs import configured
        from explorer.training.runs.health import HealthFacts

        settings, infers = dict(spec.get("settings", {})), _LIVE in self._history
        try:
            family = family_called(str(spec.get("family", "")))
            config = configured(family.config, settings)
        except Problem:  # of another version of the program
            return HealthFacts("", int(settings.get("latent_size", 0) or 0) if infers else 0)
        return HealthFacts(family.scores(config), int(getattr(config, "latent_size", 0)) if infers else 0)

    def _known(self, known: HealthFacts) -> HealthFacts:
        """The facts with a few of the run's pictures, where they are still there."""
        from explorer.training.sources import Assumptions, open_pictures

        if (self.folder / FITTED).is_dir():
            return known  # samples of raw codes are rubbish by nature, which is no collapse
        spec = read_spec(self.folder)
        labels, assume = str(spec.get("attributes", "")), spec.get("assume")
        try:
            found = open_pictures(
                str(spec.get("data", "")),
                size=int(spec.get("size", 64)),
                attributes=Path(labels) if labels else None,
                assume=Assumptions.of(assume if isinstance(assume, dict) else {}),
            )
        except Problem:  # they are gone; the numbers can be judged still
            return known
        few = np.unique(np.linspace(0, len(found) - 1, _LOOKED_AT).astype(int))
        return replace(
            known,
            pictures=np.asarray(found.pictures[few]),
            labels=None if found.labels is None else found.labels[few],
            classes=found.classes,
        )

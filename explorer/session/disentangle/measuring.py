"""How well the codes of several models keep known factors apart, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.disentanglement.known_factors import KnownFactors, factors_from
from explorer.core.disentanglement.table import DisentanglementRow, scored
from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.core.words import plain
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report, part, silent

if TYPE_CHECKING:
    from explorer.core.disentanglement.scores import Codes
    from explorer.core.inference.providers import Device
    from explorer.training.sources import Assumptions, PictureSet

FEWEST = 100
"""Pictures of which all factors are known, at least."""

_FACTORS, _NOTHING = "the factors themselves", "zeros"


@dataclass(frozen=True)
class DisentanglementRequest:
    """What is to be measured.

    Attributes
    ----------
    models : tuple of (str, Path)
        What each is called, and the file of its encoder.
    data : str or Path
        Pictures of which factors are known, as for train.
    factors : tuple of str or None
        Only these; None for all in which the pictures differ.
    count : int
        At most so many pictures.
    repeats : int
        Draws of these pictures.
    """

    models: tuple[tuple[str, Path], ...]
    data: str | Path
    factors: tuple[str, ...] | None = None
    count: int = 1500
    repeats: int = 3
    device: Device = "cpu"
    assume: Assumptions | None = None


@dataclass(frozen=True, eq=False)
class DisentanglementTable:
    """What was measured.

    Attributes
    ----------
    rows : tuple of DisentanglementRow
        One for each model; the last two are what the factors themselves score, and zeros.
    factors : KnownFactors
    pictures : PictureSet
        Those that were measured on.
    """

    rows: tuple[DisentanglementRow, ...]
    factors: KnownFactors
    pictures: PictureSet

    @property
    def models(self) -> tuple[DisentanglementRow, ...]:
        """The rows of models."""
        return self.rows[:-2]


class DisentanglementMeter(JobRunner):
    """Measures one request at a time.

    Signals
    -------
    found(table) : DisentanglementTable
    """

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="disentanglement")

    def ask(self, request: DisentanglementRequest) -> None:
        """Measure this instead of anything else."""
        self.begin(partial(measured, request), self._on_found, words="Measuring …")

    def _on_found(self, table: DisentanglementTable | None) -> None:
        if table is not None:
            self.found.emit(table)


def measured(
    request: DisentanglementRequest, report: Report = silent, cancelled: Cancelled = lambda: False
) -> DisentanglementTable | None:
    """A row for each model and the two references; None where it was cancelled.

    Raises
    ------
    Problem
        A file cannot be used, or too little is known of the pictures.
    """
    rows: list[DisentanglementRow] = []
    found: tuple[PictureSet, KnownFactors] | None = None
    steps = len(request.models) + 2
    for turn, (name, file) in enumerate(request.models):
        reading, scoring = (part(report, (turn + a) / steps, (turn + b) / steps) for a, b in ((0.0, 0.4), (0.4, 1.0)))
        pictures, codes, factors = _read(file, request, reading, cancelled)
        found = found or (pictures, factors)
        if cancelled():
            return None
        rows.append(scored(name, codes, factors, request.repeats, scoring))
    if found is None:
        raise Problem("No model is chosen.", "Choose one that has an encoder.")
    known = found[1]
    references = known.values.astype(np.float32), np.zeros((len(known.values), len(known.names)), np.float32)
    for turn, (name, codes) in enumerate(zip((_FACTORS, _NOTHING), references, strict=True), len(request.models)):
        if cancelled():
            return None
        rows.append(scored(name, codes, known, request.repeats, part(report, turn / steps, (turn + 1) / steps)))
    return DisentanglementTable(tuple(rows), known, found[0])


def encoder_beside(generator: Path, name: str) -> Path:
    """The encoder that lies beside a generator's file.

    Raises
    ------
    Problem
        There is none.
    """
    file = generator.with_name("encoder.onnx")
    if not file.is_file():
        raise Problem(
            f"{plain(name)} has no encoder, so what its dimensions stand for cannot be measured.",
            "Train one for it: train inversion --set generator=MODEL.",
        )
    return file


def _read(
    file: Path, request: DisentanglementRequest, report: Report, cancelled: Cancelled
) -> tuple[PictureSet, Codes, KnownFactors]:
    """The pictures, what an encoder makes of those of which all is known, and what that is."""
    from explorer.core.inference.perception import Encoder
    from explorer.training.sources import open_pictures

    with closing(Encoder.open(file, request.device, trusted=run_of(file.parent) is not None)) as encoder:
        pictures = open_pictures(
            request.data,
            size=encoder.card.height,
            channels=encoder.card.channels,
            most=request.count,
            assume=request.assume,
            progress=report,
            cancelled=cancelled,
        )
        sound, factors = _known(pictures, request.factors)
        return pictures, encoder.latents(pictures.pictures[sound]), factors


def _known(found: PictureSet, wanted: Sequence[str] | None) -> tuple[NDArray[np.intp], KnownFactors]:
    """Of which pictures all factors are known, and these."""
    from explorer.training.learning.attribute_columns import facts_of

    facts = facts_of(found)
    sound = np.flatnonzero(np.isfinite(facts.values).all(axis=1)) if facts.names else np.arange(0)
    if len(sound) < FEWEST:
        raise Problem(
            f"All factors are known for only {len(sound)} of these pictures, which is too few.",
            f"Choose {FEWEST} or more with labels or attributes, such as portraits:2000.",
        )
    return sound, factors_from(facts.names, facts.values[sound], wanted)

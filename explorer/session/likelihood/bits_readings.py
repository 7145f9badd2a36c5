"""What the picture at hand costs under each model that can say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.likelihood.open_likelihoods import OpenLikelihoods

if TYPE_CHECKING:
    from explorer.core.likelihood.likelihood import Likelihood

Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class BitsReading:
    """What one model says of one picture.

    Attributes
    ----------
    path : Path
        The model's folder.
    name : str
    bits : float
        Bits per dimension; NaN where the model cannot say, see ``problem``.
    measured : str
        What that is: ``exact``, ``bound, 64 samples``.
    levels : int
        How many values a number of a picture has to the model; 256 but for models of few levels.
    picture : (height, width, channels) uint8 or None
        The picture as the model takes it.
    surprise : (height, width) float32 or None
        The bits of each pixel, where the model tells them.
    classes : tuple of str
    chances : (K,) float64 or None
        How probable each class is by Bayes' rule, for a model that is told classes.
    problem : Problem or None
    data : str
        What the model learned from, in words; "" where that is not known.
    """

    path: Path
    name: str
    bits: float = float("nan")
    measured: str = ""
    levels: int = 256
    picture: Picture | None = None
    surprise: NDArray[np.float32] | None = None
    classes: tuple[str, ...] = ()
    chances: NDArray[np.float64] | None = None
    problem: Problem | None = None
    data: str = ""


class BitsReadings(JobRunner):
    """Reads the newest picture with every model that is wanted.

    Signals
    -------
    read(reading) : BitsReading
        One model has said what it says.
    """

    read = Signal(object)
    _came = Signal(object, object)

    def __init__(self, likelihoods: OpenLikelihoods, parent: QObject | None = None) -> None:
        super().__init__(parent, name="likelihoods")
        self._likelihoods = likelihoods
        self._newest: object = None
        self._came.connect(self._on_came)

    def ask(self, picture: Picture, paths: Sequence[Path]) -> None:
        """Read a picture (height, width, 1 or 3) with the models in these folders."""
        self._newest = asked = object()
        self.begin(partial(self._ask, picture, tuple(paths), asked))

    def _ask(
        self, picture: Picture, paths: Sequence[Path], asked: object, report: Report, cancelled: Cancelled
    ) -> None:
        for done, path in enumerate(paths):
            if cancelled():
                return
            report(done, len(paths))
            self._came.emit(asked, self._reading(path, picture))
        report(1.0)

    def _reading(self, path: Path, picture: Picture) -> BitsReading:
        try:
            return reading_of(self._likelihoods.of(path), path, picture)
        except Problem as problem:
            return BitsReading(path, path.name, problem=problem)

    def _on_came(self, asked: object, reading: BitsReading) -> None:
        if asked is self._newest:
            self.read.emit(reading)


def reading_of(likelihood: Likelihood, path: Path, picture: Picture) -> BitsReading:
    """What an open likelihood says of a picture of any size.

    Raises
    ------
    Problem
        The model gives no number.
    """
    from explorer.core.likelihood.bayes import bits_of_any_class, class_chances

    fitted, _said = likelihood.fitted(picture)
    one = fitted[None]
    chances = None
    if likelihood.classes:
        by_class = likelihood.bits_by_class(one)
        bits, chances = float(bits_of_any_class(by_class, fitted.size)[0]), class_chances(by_class, fitted.size)[0]
    else:
        bits = float(likelihood.bits(one)[0])
    return BitsReading(
        path,
        likelihood.name,
        bits,
        likelihood.measured,
        likelihood.card.levels,
        fitted,
        likelihood.surprise(one)[0] if likelihood.has_surprise else None,
        likelihood.classes,
        chances,
        data=likelihood.card.data,
    )

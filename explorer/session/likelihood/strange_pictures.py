"""A person's pictures under a likelihood: which is the strangest, and whether two sets are told apart by it."""

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
from explorer.session.jobs.report import Cancelled, Report, part
from explorer.session.likelihood.open_likelihoods import OpenLikelihoods
from explorer.session.traverse.map_pictures import PORTRAITS, Source

if TYPE_CHECKING:
    from explorer.core.likelihood.likelihood import Likelihood
    from explorer.session.models.opening import OpenModel
    from explorer.training.sources import PictureSet

DIGITS, SAMPLES = "digits", "samples of the open model"
"""Sources besides files: drawn digits, and what the open model paints."""

_AT_ONCE = 100


@dataclass(frozen=True, eq=False)
class BitsTable:
    """What the pictures of one set cost under one model.

    Attributes
    ----------
    model : str
    bits : (N,) float32
        Bits per dimension.
    pictures : (N, height, width, channels) uint8
        As the model takes them.
    names : tuple of str
    told : float or None
        Share of the pictures whose class Bayes' rule tells; None where model or pictures have no classes in common.
    """

    model: str
    bits: NDArray[np.float32]
    pictures: NDArray[np.uint8]
    names: tuple[str, ...]
    told: float | None = None

    @property
    def strangest(self) -> NDArray[np.intp]:
        """The places of the pictures, the one that costs most first."""
        return np.argsort(-self.bits, kind="stable")


@dataclass(frozen=True, eq=False)
class BitsComparison:
    """One set under several models, and another set beside it where there is one.

    Attributes
    ----------
    paths : tuple of Path
        The models' folders.
    tables, others : tuple of BitsTable
        One for each model; ``others`` is empty where there is no second set.
    problems : tuple of Problem
        Why models that were asked as well could not say; they have no table.
    """

    paths: tuple[Path, ...]
    tables: tuple[BitsTable, ...]
    others: tuple[BitsTable, ...] = ()
    problems: tuple[Problem, ...] = ()

    def told_apart(self, index: int) -> float:
        """How often a picture of the second set costs more than one of the first (AUC), by one model: 0.5 is chance."""
        return auc_of(self.tables[index].bits, self.others[index].bits)


def auc_of(usual: NDArray[np.floating], strange: NDArray[np.floating]) -> float:
    """The share of pairs in which the strange one costs more; ties count half (Mann and Whitney, 1947)."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([usual, strange]))[len(usual) :]
    pairs = len(usual) * len(strange)
    return float((ranks.sum() - len(strange) * (len(strange) + 1) / 2) / pairs)


class StrangePictures(JobRunner):
    """Works out what sets of pictures cost.

    Signals
    -------
    found(comparison) : BitsComparison
    """

    found = Signal(object)

    def __init__(self, likelihoods: OpenLikelihoods, parent: QObject | None = None) -> None:
        super().__init__(parent, name="strange-pictures")
        self._likelihoods = likelihoods

    def look(
        self, paths: Sequence[Path], source: Source, other: Source | None, count: int, model: OpenModel | None = None
    ) -> None:
        """Work out what at most ``count`` pictures of a source cost, and of another one, under these models.

        ``model`` is what paints `SAMPLES`.
        """
        self.begin(
            partial(self._look, tuple(paths), source, other, count, model),
            self.found.emit,
            words="Reading the pictures",
        )

    def _look(
        self,
        paths: Sequence[Path],
        source: Source,
        other: Source | None,
        count: int,
        model: OpenModel | None,
        report: Report,
        cancelled: Cancelled,
    ) -> BitsComparison:
        sources = [source] if other is None else [source, other]
        found: dict[Path, list[BitsTable]] = {}
        problems: list[Problem] = []
        for done, path in enumerate(paths):
            share = part(report, done / len(paths), (done + 1) / len(paths))
            try:
                found[path] = _tables(self._likelihoods.of(path), sources, count, model, share, cancelled)
            except Problem as problem:
                problems.append(problem)
        if not found:
            raise problems[0]
        first, *second = zip(*found.values(), strict=True)
        return BitsComparison(tuple(found), first, second[0] if second else (), tuple(problems))


def _tables(
    likelihood: Likelihood,
    sources: Sequence[Source],
    count: int,
    model: OpenModel | None,
    report: Report,
    cancelled: Cancelled,
) -> list[BitsTable]:
    shares = [part(report, turn / len(sources), (turn + 1) / len(sources)) for turn in range(len(sources))]
    return [
        _table(likelihood, each, count, model, share, cancelled) for each, share in zip(sources, shares, strict=True)
    ]


def _table(
    likelihood: Likelihood,
    source: Source,
    count: int,
    model: OpenModel | None,
    report: Report,
    cancelled: Cancelled,
) -> BitsTable:
    card = likelihood.card
    if card.height != card.width:
        raise Problem(f"{likelihood.name} takes {card.width} × {card.height} pixels.", "Only squares can be read.")
    arrays, names, labels = _pictures(likelihood, source, count, model, part(report, 0.0, 0.5), cancelled)
    reading, by_class = part(report, 0.5, 1.0), []
    bits = np.zeros(len(arrays), np.float32)
    for start in range(0, len(arrays), _AT_ONCE):
        if cancelled():
            break
        some = arrays[start : start + _AT_ONCE]
        if likelihood.classes:
            by_class.append(likelihood.bits_by_class(some))
        else:
            bits[start : start + _AT_ONCE] = likelihood.bits(some)
        reading(start, len(arrays))
    told = None
    if by_class:
        bits, told = _by_bayes(np.concatenate(by_class), arrays[0].size, labels)
    return BitsTable(likelihood.name, bits, arrays, names, told)


def _by_bayes(
    by_class: NDArray[np.float32], numbers: int, labels: NDArray[np.int64] | None
) -> tuple[NDArray[np.float32], float | None]:
    from explorer.core.likelihood.bayes import bits_of_any_class

    bits = bits_of_any_class(by_class, numbers).astype(np.float32)
    if labels is None or not (labels >= 0).any():
        return bits, None
    known = labels[: len(by_class)] >= 0
    return bits, float((by_class.argmin(1)[known] == labels[: len(by_class)][known]).mean())


def _pictures(
    likelihood: Likelihood,
    source: Source,
    count: int,
    model: OpenModel | None,
    report: Report,
    cancelled: Cancelled,
) -> tuple[NDArray[np.uint8], tuple[str, ...], NDArray[np.int64] | None]:
    """Pictures as the likelihood takes them, what they are called, and their classes."""
    from explorer.training.sources import open_pictures

    if source == SAMPLES:
        return _samples(likelihood, count, model, report, cancelled)
    found = open_pictures(
        f"{source}:{count}" if source in (PORTRAITS, DIGITS) else source,
        size=likelihood.card.height,
        channels=likelihood.card.channels,
        most=count,
        progress=report,
        cancelled=cancelled,
    )
    return found.pictures, tuple(found.names), _labels_of(found, likelihood.classes)


def _samples(
    likelihood: Likelihood, count: int, model: OpenModel | None, report: Report, cancelled: Cancelled
) -> tuple[NDArray[np.uint8], tuple[str, ...], None]:
    from explorer.core.traverse.layout import sample_points

    if model is None:
        raise Problem("No model is open whose samples could be read.", "Open one, or choose other pictures.")
    scenes = sample_points(model.generator, count, 0)
    drawn: list[NDArray[np.uint8]] = []
    for some in model.generator.stream(np.stack([scene.z for scene in scenes]), [scene.label for scene in scenes]):
        drawn.extend(likelihood.fitted(picture)[0] for picture in some)
        report(len(drawn), count)
        if cancelled():
            break
    return np.stack(drawn), tuple(f"sample {index}" for index in range(len(drawn))), None


def _labels_of(pictures: PictureSet, classes: tuple[str, ...]) -> NDArray[np.int64] | None:
    """The classes of the pictures as the model counts them, -1 for what it does not know; None where there are none."""
    if not classes or pictures.labels is None or not set(pictures.classes) & set(classes):
        return None
    places = {name: place for place, name in enumerate(classes)}
    ours = np.array([places.get(name, -1) for name in pictures.classes] + [-1], np.int64)
    found: NDArray[np.int64] = ours[np.asarray(pictures.labels, np.int64)]
    return found

"""All measures of one model's codes, several times over, so that their spread is known."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.random import RandomState

from explorer.core.disentanglement.known_factors import KnownFactors
from explorer.core.disentanglement.scores import (
    Codes,
    dci,
    factor_vae_score,
    information,
    modularity,
    mutual_information_gap,
    separated_predictability,
)
from explorer.core.files import replace_file
from explorer.core.words import plain

HEADS = ("MIG", "DCI D", "DCI C", "DCI I", "FactorVAE", "SAP", "modularity")
"""What people call the measures, in the order of `DisentanglementScores`."""

_TELLS = 0.1  # the gap from which on a code is said to stand for a factor


@dataclass(frozen=True)
class DisentanglementScores:
    """What codes score, each from 0 to 1; see `explorer.core.disentanglement.scores`."""

    mig: float
    disentanglement: float
    completeness: float
    informativeness: float
    factor_vae: float
    sap: float
    modularity: float


@dataclass(frozen=True, eq=False)
class DisentanglementRow:
    """What a model scored.

    Attributes
    ----------
    model : str
    mean, spread : DisentanglementScores
        Over draws of pictures, or over trainings from several seeds; the spread is a standard deviation.
    tells : tuple of (str, int, float)
        For each factor its best code, and how many nats more than the second best that tells of it, in shares of all
        there are to know.
    """

    model: str
    mean: DisentanglementScores
    spread: DisentanglementScores
    tells: tuple[tuple[str, int, float], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Each measure with its spread, as people read it: "0.412 ± 0.010"."""
        pairs = zip(asdict(self.mean).values(), asdict(self.spread).values(), strict=True)
        return tuple(f"{mean:.3f} ± {spread:.3f}" for mean, spread in pairs)

    @property
    def told(self) -> str:
        """Which dimension stands for which factor, the clearest first."""
        best = sorted(self.tells, key=lambda each: -each[2])
        told = ", ".join(f"z{code} {plain(name)} ({gap:.2f})" for name, code, gap in best if gap >= _TELLS)
        return told or "no dimension stands for one factor alone"


def save_scores(path: Path, rows: Sequence[DisentanglementRow]) -> None:
    """Writes a CSV: a line for each row, and for each measure its mean and its spread.

    Raises
    ------
    Problem
        It cannot be written.
    """
    names = [field.name for field in fields(DisentanglementScores)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["model", *(head for name in names for head in (name, f"{name}_spread"))])
    for row in rows:
        pairs = zip(asdict(row.mean).values(), asdict(row.spread).values(), strict=True)
        writer.writerow([row.model, *(f"{value:.6g}" for pair in pairs for value in pair)])
    with replace_file(path) as file:
        file.write(text.getvalue().encode())


def scored(
    model: str, codes: Codes, factors: KnownFactors, repeats: int, report: Callable[[int, int], None] | None = None
) -> DisentanglementRow:
    """Score the codes (N, D) of a model's pictures, by four fifths of them drawn anew each time."""
    drawn: list[DisentanglementScores] = []
    for turn in range(repeats):
        rows = RandomState(turn).permutation(len(codes))[: max(2, 4 * len(codes) // 5)]
        drawn.append(_scores(codes[rows], factors.subset(rows), turn))
        if report is not None:
            report(turn + 1, repeats)
    values = np.array([list(asdict(each).values()) for each in drawn])
    return DisentanglementRow(model, _row(values.mean(axis=0)), _row(values.std(axis=0)), _tells(codes, factors))


def over_seeds(model: str, rows: Sequence[DisentanglementRow]) -> DisentanglementRow:
    """One row of several, of networks that were trained from different seeds: their mean, and how far they spread."""
    values = np.array([list(asdict(row.mean).values()) for row in rows])
    return DisentanglementRow(model, _row(values.mean(axis=0)), _row(values.std(axis=0)), rows[0].tells)


def _row(values: np.ndarray) -> DisentanglementScores:
    names = (field.name for field in fields(DisentanglementScores))
    return DisentanglementScores(**dict(zip(names, map(float, values), strict=True)))


def _scores(codes: Codes, factors: KnownFactors, seed: int) -> DisentanglementScores:
    found, by_trees = information(codes, factors), dci(codes, factors, seed)
    return DisentanglementScores(
        mutual_information_gap(found, factors),
        by_trees.disentanglement,
        by_trees.completeness,
        by_trees.informativeness,
        factor_vae_score(codes, factors, seed),
        separated_predictability(codes, factors),
        modularity(found),
    )


def _tells(codes: Codes, factors: KnownFactors) -> tuple[tuple[str, int, float], ...]:
    found = information(codes, factors)
    gaps = [mutual_information_gap(found[:, [k]], factors.only(k)) for k in range(len(factors.names))]
    return tuple(zip(factors.names, map(int, found.argmax(axis=0)), gaps, strict=True))

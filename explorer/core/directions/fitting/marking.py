"""Marking: a direction from a handful of latents that somebody put on one side or the other."""

from __future__ import annotations

import numpy as np

from explorer.core.directions.direction import CHANCE, Direction, HeldOut, unit
from explorer.core.directions.fitting import fit_warnings
from explorer.core.directions.fitting.cross_validation import folds, judgement, no_better_than_chance, places_across
from explorer.core.directions.fitting.examples import Examples, Mask
from explorer.core.directions.fitting.hyperplanes import Fold, Hyperplane, by_classifier
from explorer.core.inference.threads import one_thread
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latents

MOST_ONE_BY_ONE = 40
"""With more marks than this, folds are left out rather than single marks, so that each mark is answered at once."""


@one_thread()
def marked_direction(with_it: Latents, without: Latents, name: str, source: str = "") -> Direction:
    """The direction from marked latents without something to those with it.

    The normal of a logistic regression with both sides weighted alike and C = 1, on latents scaled by one
    number. With one mark a side this is their difference; with few it hardly differs from the difference of
    the means, towards which the regularisation pulls it; with more it leaves that behind, as it attends to
    the marks near the border. Among the difference of means, discriminant analysis with a shrunk covariance
    and regressions with other or chosen C, it came closest to planted directions at any number of marks.

    Parameters
    ----------
    with_it, without : (n, d), (m, d) float32
        At least one each.
    name, source : str
        As in `Direction`.

    Returns
    -------
    Direction
        By the method ``marked``. ``held_out`` is the accuracy when each mark in turn is left out; None with
        fewer than three marks a side. ``details`` have the threshold, and from two marks a side on
        ``expected_cosine``, see `fit_warnings.certainty`.

    Raises
    ------
    Problem
        A side has no mark, the marks are of unlike size, or both sides are the same.
    """
    marks = _marks(with_it, without)
    has = marks.values > 0.0
    cut = _cut(marks.latents, has)
    counts = (int(has.sum()), int((~has).sum()))
    expected = fit_warnings.certainty("mean", marks, has, marks.nuisances) if min(counts) > 1 else None
    held_out, notes = _judged(marks.latents, has)
    return Direction(
        name=name,
        vector=unit(cut.normal),
        method="marked",
        source=source,
        examples=counts,
        held_out=held_out,
        notes=(*fit_warnings.too_few(counts, expected), *notes),
        details={"threshold": cut.threshold, **({} if expected is None else {"expected_cosine": expected})},
    )


def _marks(with_it: Latents, without: Latents) -> Examples:
    for side, how in ((with_it, "with it"), (without, "without it")):
        if not len(side):
            raise Problem(f"No picture is marked as {how}.", "Mark at least one on each side.")
    if np.shape(with_it)[1:] != np.shape(without)[1:]:
        raise Problem("The marked pictures come from different models.", "Mark pictures of one model.")
    return Examples(np.concatenate([with_it, without]), np.repeat([1.0, 0.0], [len(with_it), len(without)]))


def _cut(latents: Latents, has: Mask) -> Hyperplane:
    weights = np.where(has, 1.0 / max(int(has.sum()), 1), 1.0 / max(int((~has).sum()), 1))
    return by_classifier("logistic", latents, has, weights, ())


def _judged(latents: Latents, has: Mask) -> tuple[HeldOut | None, list[str]]:
    if min(has.sum(), (~has).sum()) < 3:
        return None, []
    parts = folds(has, None, 0) if len(has) > MOST_ONE_BY_ONE else _one_by_one(len(has))
    places = places_across(lambda fit: _cut(latents[fit], has[fit]), latents, parts)
    if places is None:
        return None, []
    return judgement(places, has), [CHANCE] if no_better_than_chance(places, has) else []


def _one_by_one(count: int) -> tuple[tuple[Fold, Fold], ...]:
    every = np.arange(count)
    return tuple((np.delete(every, index), every[index : index + 1]) for index in range(count))

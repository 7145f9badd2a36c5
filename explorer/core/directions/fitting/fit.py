"""Fitting: from examples with and without an attribute to a direction that says how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from explorer.core.directions.direction import CHANCE, PAIRS, Direction, HeldOut, unit
from explorer.core.directions.fitting import fit_warnings
from explorer.core.directions.fitting.cross_validation import (
    folds,
    judgement,
    no_better_than_chance,
    pairs_in_order,
    places_across,
)
from explorer.core.directions.fitting.examples import Doubles, Examples
from explorer.core.directions.fitting.hyperplanes import Hyperplane, by_classifier, through_means, through_pairs
from explorer.core.directions.fitting.sides import Part, check_sides, known_examples, part_of, sides_of
from explorer.core.inference.threads import one_thread
from explorer.core.problem import Problem

METHODS = ("mean", PAIRS, "logistic", "svm")
"""By which methods a direction can be fitted."""

_MOST_TRIED = 4000  # so many examples at most are used to choose a classifier's regularisation


@one_thread()
def fit_direction(
    examples: Examples,
    method: str,
    name: str,
    attribute: str,
    source: str = "",
    balance: Sequence[str] = (),
    seed: int = 0,
) -> Direction:
    """The direction from the examples without an attribute to those with it.

    An attribute of two values splits the examples at them; one of more values at the median of the examples
    fitted to. Its sign is such that positive strengths add the attribute, and its length 1. Examples of which
    the attribute, or one balanced against, is unknown are left out.

    What ``examples.held_out`` marks is judged on and not fitted to. Where nothing is marked, the accuracy is
    that of five-fold cross-validation (with the regularisation chosen once, on all). A direction of pairs is judged
    by how many of the pairs are in order: people differ more than what the pairs differ in, so single examples may
    well fall on the wrong side of a cut that is the same for everybody.

    Parameters
    ----------
    examples : Examples
    method : {"mean", "pairs", "logistic", "svm"}
        ``mean``: the difference of the means. ``pairs``: the mean difference within groups.
        ``logistic``, ``svm``: the normal of a classifier, see `by_classifier`.
    name, attribute, source : str
        As in `Direction`.
    balance : sequence of str
        Nuisances that must not tell the sides apart: ``mean``, ``logistic`` and ``svm`` weight the examples
        by `balanced`; ``pairs`` regresses the nuisances' changes out of each pair.
    seed : int
        How examples are put into folds.

    Returns
    -------
    Direction
        Its ``details`` may have: ``seed``, ``threshold`` (of the latent's projection), ``median``,
        ``balanced`` (attributes), ``effective_examples``, ``expected_cosine`` (see `fit_warnings.certainty`),
        ``C``, ``pairs``, ``balanced_accuracy``, ``alone`` (of pairs, see `Direction.alone`) and ``folds``.

    Raises
    ------
    Problem
        The method or a nuisance is unknown, a side has fewer than two examples, or there are no pairs.
    """
    _check_wishes(examples, method)
    known, notes = known_examples(examples, balance)
    kept = np.zeros(len(known), np.bool_) if known.held_out is None else known.held_out
    sides, split_notes, details = sides_of(known, kept, attribute)
    fit = part_of(known, sides, ~kept, balance)
    check_sides(fit.has, attribute)
    cut = _cut(method, fit, seed)
    said = _remarks(method, fit, cut, balance)
    held_out, judged, figures = _judged(method, cut, fit, part_of(known, sides, kept, balance), seed)
    return Direction(
        name=name,
        vector=unit(cut.normal),
        method=method,
        source=source,
        attribute=attribute,
        examples=_counted(method, fit),
        held_out=held_out,
        notes=(*notes, *split_notes, *said[0], *judged),
        details={"seed": seed, "threshold": cut.threshold, **details, **cut.remarks, **said[1], **figures},
    )


def _check_wishes(examples: Examples, method: str) -> None:
    if method not in METHODS:
        raise Problem(f"There is no method {method}.", f"Choose one of: {', '.join(METHODS)}.")
    if method == "pairs" and examples.groups is None:
        raise Problem(
            "Nothing says which pictures belong together.",
            "Choose a column that names the pair or the person, or another method.",
        )


def _cut(method: str, part: Part, seed: int, strength: float | None = None) -> Hyperplane:
    latents, has = part.examples.latents, part.has
    if method == "pairs":
        assert part.examples.groups is not None
        return through_pairs(latents, has, part.examples.groups, part.nuisances)
    weights = part.balance.weights
    if method == "mean":
        return through_means(latents, has, weights)
    if strength is not None:
        return by_classifier(method, latents, has, weights, (), strength)
    tried = folds(has, part.examples.groups, seed, _MOST_TRIED)
    return by_classifier(method, latents, has, weights, tried)


def _counted(method: str, fit: Part) -> tuple[int, int]:
    """How many examples with and without took part."""
    has = fit.has
    if method == "pairs" and fit.examples.groups is not None:
        groups = fit.examples.groups
        has = has[np.isin(groups, np.intersect1d(groups[has], groups[~has]))]
    return int(has.sum()), int((~has).sum())


def _remarks(method: str, fit: Part, cut: Hyperplane, balance: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Warnings about the examples, and the figures behind them."""
    expected = fit_warnings.certainty(method, fit.examples, fit.has, fit.nuisances)
    notes = fit_warnings.too_few(_counted(method, fit), expected) + fit_warnings.unsettled(cut)
    figures: dict[str, Any] = {} if expected is None else {"expected_cosine": expected}
    if balance:
        figures["balanced"] = list(balance)
    if method == "pairs":
        return notes + fit_warnings.few_pairs(cut.remarks["pairs"]), figures
    if balance:
        figures["effective_examples"] = list(fit.balance.effective)
    notes += fit_warnings.lopsided(fit.has) + fit_warnings.unbalanced(fit.balance, balance, len(fit.has))
    return notes, figures


def _judged(
    method: str, cut: Hyperplane, fit: Part, kept: Part, seed: int
) -> tuple[HeldOut | None, list[str], dict[str, Any]]:
    """What kept-out examples say; folds of the fitted ones where none are kept out."""
    if len(kept.has):
        places = cut.places(kept.examples.latents)
        return _said(method, places, kept, [])
    parts = folds(fit.has, fit.examples.groups, seed)
    across = places_across(
        lambda index: _cut(method, fit.at(index), seed, cut.remarks.get("C")), fit.examples.latents, parts
    )
    if not parts or across is None:
        return None, [fit_warnings.NOT_JUDGED], {}
    held_out, notes, figures = _said(method, across, fit, [fit_warnings.cross_validated(len(parts))])
    return held_out, notes, {**figures, "folds": len(parts)}


def _said(method: str, places: Doubles, part: Part, notes: list[str]) -> tuple[HeldOut, list[str], dict[str, Any]]:
    has, groups = part.has, part.examples.groups
    held_out, figures = judgement(places, has), dict[str, Any]()
    ordered = pairs_in_order(places, has, groups) if method == PAIRS and groups is not None else None
    if ordered is not None:
        return (
            ordered,
            [*notes, *([CHANCE] if ordered.low <= 0.5 else [])],
            {"alone": asdict(held_out)},
        )
    chance = no_better_than_chance(places, has)
    if chance is None:
        notes = [*notes, fit_warnings.ONE_SIDE_KEPT]
    else:
        rates = [float(((places[side] > 0.0) == has[side]).mean()) for side in (has, ~has)]
        figures["balanced_accuracy"] = sum(rates) / 2.0
        notes = [*notes, *([CHANCE] if chance else [])]
    if groups is not None:
        notes = [*notes, *fit_warnings.few_groups(len(np.unique(groups)), len(has))]
    return held_out, notes, figures

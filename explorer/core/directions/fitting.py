"""Fitting: from examples with and without an attribute to a direction that says how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from explorer.core.directions import remarks
from explorer.core.directions.balancing import Balance, balanced
from explorer.core.directions.cuts import Cut, Fold, by_classifier, through_means, through_pairs
from explorer.core.directions.direction import Direction, HeldOut, unit
from explorer.core.directions.examples import Doubles, Examples, Mask
from explorer.core.directions.holding_out import (
    folds,
    judgement,
    no_better_than_chance,
    pairs_in_order,
    places_across,
)
from explorer.core.problem import Problem

METHODS = ("mean", "pairs", "logistic", "svm")
"""By which methods a direction can be fitted."""

_MOST_TRIED = 4000  # so many examples at most are used to choose a classifier's regularisation


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
    that of five-fold cross-validation (with the regularisation chosen once, on all).

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
        ``balanced`` (attributes), ``effective_examples``, ``expected_cosine`` (see `remarks.certainty`),
        ``C``, ``pairs``, ``balanced_accuracy``, ``pairs_ordered`` (as a `HeldOut`) and ``folds``.

    Raises
    ------
    Problem
        The method or a nuisance is unknown, a side has fewer than two examples, or there are no pairs.
    """
    if method not in METHODS:
        raise Problem(f"There is no method {method}.", f"Choose one of: {', '.join(METHODS)}.")
    if method == "pairs" and examples.groups is None:
        raise Problem(
            "Nothing says which pictures belong together.",
            "Choose a column that names the pair or the person, or another method.",
        )
    known, notes = _known(examples, balance)
    kept = np.zeros(len(known), np.bool_) if known.held_out is None else known.held_out
    sides, split_notes, details = _sides(known, kept, attribute)
    fit = _part(known, sides, ~kept, balance)
    _check_sides(fit.has, attribute)
    cut = _cut(method, fit, seed)
    expected = remarks.certainty(method, fit.examples, fit.has, fit.nuisances)
    held_out, judged_notes, figures = _judged(method, cut, fit, _part(known, sides, kept, balance), seed)
    return Direction(
        name=name,
        vector=unit(cut.normal),
        method=method,
        source=source,
        attribute=attribute,
        examples=_counted(method, fit),
        held_out=held_out,
        notes=(*notes, *split_notes, *_warnings(method, fit, cut, balance, expected), *judged_notes),
        details={
            "seed": seed,
            "threshold": cut.threshold,
            **details,
            **cut.remarks,
            **({} if expected is None else {"expected_cosine": expected}),
            **(_costs(method, fit, balance) if balance else {}),
            **figures,
        },
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """Examples to fit to or to judge on: their sides, and the nuisances that are balanced against."""

    examples: Examples
    has: Mask
    nuisances: Doubles

    def at(self, index: Fold) -> _Part:
        which = np.zeros(len(self.has), np.bool_)
        which[index] = True
        return _Part(self.examples.chosen(which), self.has[which], self.nuisances[which])

    @cached_property
    def balance(self) -> Balance:
        return balanced(self.has, self.nuisances)


def _part(examples: Examples, sides: Mask, which: Mask, balance: Sequence[str]) -> _Part:
    chosen = examples.chosen(which)
    return _Part(chosen, sides[which], chosen.nuisance(balance))


def _known(examples: Examples, balance: Sequence[str]) -> tuple[Examples, list[str]]:
    known = np.isfinite(examples.values) & np.isfinite(examples.nuisance(balance)).all(axis=1)
    left = int((~known).sum())
    return (examples.chosen(known), remarks.left_out(left)) if left else (examples, [])


def _sides(known: Examples, kept: Mask, attribute: str) -> tuple[Mask, list[str], dict[str, Any]]:
    """Who has the attribute, said of all and decided by those fitted to."""
    seen = np.unique(known.values[~kept])
    if len(seen) < 2:
        raise Problem(
            f"All examples to fit to are alike in {attribute or 'the attribute'}.",
            "Choose another attribute, or add examples of the other side.",
        )
    if len(np.unique(known.values)) == 2:
        return known.values == seen[1], [], {}
    median = float(np.median(known.values[~kept]))
    above, least = known.values > median, known.values >= median
    lopsided = [abs(float(side[~kept].mean()) - 0.5) for side in (above, least)]
    sides, word = (above, "above") if lopsided[0] <= lopsided[1] else (least, "at or above")
    return sides, [remarks.split(attribute, word, median)], {"median": median}


def _check_sides(has: Mask, attribute: str) -> None:
    what = attribute or "the attribute"
    for count, how in ((int(has.sum()), "with"), (int((~has).sum()), "without")):
        if count < 2:
            raise Problem(
                f"There {'is 1 example' if count == 1 else 'are no examples'} {how} {what} to fit to; "
                "at least 2 are needed.",
                "Add examples, or keep fewer of them out.",
            )


def _cut(method: str, part: _Part, seed: int, strength: float | None = None) -> Cut:
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


def _counted(method: str, fit: _Part) -> tuple[int, int]:
    """How many examples with and without took part."""
    has = fit.has
    if method == "pairs" and fit.examples.groups is not None:
        groups = fit.examples.groups
        has = has[np.isin(groups, np.intersect1d(groups[has], groups[~has]))]
    return int(has.sum()), int((~has).sum())


def _costs(method: str, fit: _Part, balance: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {"balanced": list(balance)}
    return told if method == "pairs" else {**told, "effective_examples": list(fit.balance.effective)}


def _warnings(method: str, fit: _Part, cut: Cut, balance: Sequence[str], expected: float | None) -> list[str]:
    notes = remarks.too_few(_counted(method, fit), expected) + remarks.unsettled(cut)
    if method == "pairs":
        return notes + remarks.few_pairs(cut.remarks["pairs"])
    return notes + remarks.lopsided(fit.has) + remarks.unbalanced(fit.balance, balance, len(fit.has))


def _judged(
    method: str, cut: Cut, fit: _Part, kept: _Part, seed: int
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
        return None, [remarks.NOT_JUDGED], {}
    held_out, notes, figures = _said(method, across, fit, [remarks.cross_validated(len(parts))])
    return held_out, notes, {**figures, "folds": len(parts)}


def _said(
    method: str, places: Doubles, part: _Part, notes: list[str]
) -> tuple[HeldOut, list[str], dict[str, Any]]:
    has, groups = part.has, part.examples.groups
    held_out = judgement(places, has)
    figures: dict[str, Any] = {}
    chance = no_better_than_chance(places, has)
    if chance is None:
        notes = [*notes, remarks.ONE_SIDE_KEPT]
    else:
        rates = [float(((places[side] > 0.0) == has[side]).mean()) for side in (has, ~has)]
        figures["balanced_accuracy"] = sum(rates) / 2.0
        notes = [*notes, *([remarks.CHANCE] if chance else [])]
    if groups is not None:
        notes = [*notes, *remarks.few_groups(len(np.unique(groups)), len(has))]
    if method == "pairs" and groups is not None:
        ordered = pairs_in_order(places, has, groups)
        figures["pairs_ordered"] = None if ordered is None else asdict(ordered)
    return held_out, notes, figures

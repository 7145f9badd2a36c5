"""Sides: which examples have an attribute and which lack it, and the parts to fit to and to judge on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from explorer.core.directions.fitting import fit_warnings
from explorer.core.directions.fitting.balancing import Balance, balanced
from explorer.core.directions.fitting.examples import Doubles, Examples, Mask
from explorer.core.directions.fitting.hyperplanes import Fold
from explorer.core.problem import Problem


@dataclass(frozen=True, eq=False)
class Part:
    """Examples to fit to or to judge on: their sides, and the nuisances that are balanced against."""

    examples: Examples
    has: Mask
    nuisances: Doubles

    def at(self, index: Fold) -> Part:
        which = np.zeros(len(self.has), np.bool_)
        which[index] = True
        return Part(self.examples.chosen(which), self.has[which], self.nuisances[which])

    @cached_property
    def balance(self) -> Balance:
        return balanced(self.has, self.nuisances)


def part_of(examples: Examples, sides: Mask, which: Mask, balance: Sequence[str]) -> Part:
    chosen = examples.chosen(which)
    return Part(chosen, sides[which], chosen.nuisance(balance))


def known_examples(examples: Examples, balance: Sequence[str]) -> tuple[Examples, list[str]]:
    known = np.isfinite(examples.values) & np.isfinite(examples.nuisance(balance)).all(axis=1)
    left = int((~known).sum())
    return (examples.chosen(known), fit_warnings.left_out(left)) if left else (examples, [])


def sides_of(known: Examples, kept: Mask, attribute: str) -> tuple[Mask, list[str], dict[str, Any]]:
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
    return sides, [fit_warnings.split(attribute, word, median)], {"median": median}


def check_sides(has: Mask, attribute: str) -> None:
    what = attribute or "the attribute"
    for count, how in ((int(has.sum()), "with"), (int((~has).sum()), "without")):
        if count < 2:
            raise Problem(
                f"There {'is 1 example' if count == 1 else 'are no examples'} {how} {what} to fit to; "
                "at least 2 are needed.",
                "Add examples, or keep fewer of them out.",
            )

"""What a fit has to say for itself: when its examples are too few, too lopsided or too much alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.core.directions.fitting.balancing import BALANCED_WITHIN, Balance, balanced
from explorer.core.directions.fitting.examples import Doubles, Examples, Mask
from explorer.core.directions.fitting.hyperplanes import Hyperplane, pair_differences

FEW = 10
"""Examples a side below which a fit is called small."""

SURE = 0.7
"""Expected cosine below which chance is called too large a part of a direction: half of its square."""

TINY = 0.05
"""Share of the smaller side below which the sides are called lopsided."""

NOT_JUDGED = "There are too few examples to keep some out, so nothing says how well it tells others apart."
ONE_SIDE_KEPT = "The examples kept out are all of one side, so their accuracy says little."


def left_out(count: int) -> list[str]:
    """How many examples are not used because something about them is unknown."""
    what = "example for which the attribute is" if count == 1 else "examples for which an attribute is"
    return [f"{count:,} {what} unknown {'was' if count == 1 else 'were'} left out."]


def split(attribute: str, word: str, median: float) -> str:
    """Where an attribute of many values was divided."""
    return f"{attribute or 'The attribute'} is a number: with it means {word} its median, {median:.4g}."


def certainty(method: str, examples: Examples, has: Mask, nuisances: Doubles) -> float | None:
    """The cosine to expect between the difference of means found and the true one, 0 to 1.

    The mean difference Δ is the true one plus chance whose mean square is v = Σ_sides Σ w² |z − mean|², with
    each side's variance taken from its own deviations (n / (n − 1)); so |Δ|² is the true square plus v, and
    the cosine about √(1 − v / |Δ|²). For pairs v is the variance of the differences over their number. It is
    what a *mean* is worth; classifiers, which use the spread too, may do better. None where it cannot be told.
    """
    if method == "pairs":
        assert examples.groups is not None
        steps, _, _ = pair_differences(examples.latents, has, examples.groups, nuisances)
        if len(steps) < 2:
            return None
        return _cosine(steps.mean(axis=0), float(steps.var(axis=0, ddof=1).sum()) / len(steps))
    weights = balanced(has, nuisances).weights
    means, chance = [], 0.0
    for side in (has, ~has):
        mean = weights[side] @ examples.latents[side]
        away = np.square(examples.latents[side] - mean).sum(axis=1)
        count = int(side.sum())
        chance += float(np.square(weights[side]) @ away) * count / (count - 1)
        means.append(mean)
    return _cosine(means[0] - means[1], chance)


def _cosine(step: Doubles, chance: float) -> float:
    square = float(step @ step)
    return float(np.sqrt(max(0.0, 1.0 - chance / square))) if square > 0.0 else 0.0


def too_few(counts: tuple[int, int], expected: float | None) -> list[str]:
    """Whether chance is too large a part of the direction, and why."""
    if expected is not None and expected < SURE:
        part = f"{1.0 - expected**2:.0%}"
        shown = f"{counts[0]:,} with it, {counts[1]:,} without"
        return [f"Too few examples ({shown}): about {part} of this direction is chance."]
    if min(counts) < FEW:
        few = "1 example" if min(counts) == 1 else f"{min(counts)} examples"
        return [f"Only {few} on one side: {FEW} or more make a direction steadier."]
    return []


def few_pairs(pairs: int) -> list[str]:
    """Whether there are few pairs."""
    return [f"Only {pairs} pairs: {FEW} or more make a direction steadier."] if pairs < FEW else []


def lopsided(has: Mask) -> list[str]:
    """Whether one side is tiny."""
    share = float(has.mean())
    if min(share, 1.0 - share) >= TINY:
        return []
    word = "with" if share < 0.5 else "without"
    return [f"Only {min(share, 1.0 - share):.1%} of the examples are {word} it, so these few carry much weight."]


def unbalanced(balance: Balance, names: Sequence[str], count: int) -> list[str]:
    """Whether balancing left something, or used up most examples."""
    notes = [
        f"{name} still differs between the sides: too few examples separate the two."
        for name, left in zip(names, balance.left, strict=True)
        if abs(left) > BALANCED_WITHIN
    ]
    effective = sum(balance.effective)
    if names and not notes and effective < 0.2 * count:
        notes.append(f"After balancing, the {count:,} examples count for only {effective:,.0f}.")
    return notes


def unsettled(cut: Hyperplane) -> list[str]:
    """Whether a classifier was stopped before it came to rest."""
    return [] if cut.remarks.get("settled", True) else ["The classifier had not settled when it was stopped."]


def cross_validated(count: int) -> str:
    """How the accuracy came about where nothing was kept out."""
    return f"No examples were kept out: the accuracy is from {count}-fold cross-validation."


def few_groups(groups: int, count: int) -> list[str]:
    """Whether examples judged on are far from independent."""
    if count < 3 * groups:
        return []
    return [f"The {count:,} examples judged on come from {groups:,} groups, so the interval is too narrow."]

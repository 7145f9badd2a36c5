"""The table of what pictures cost: a row a picture, a column a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.cli.likelihood.costs import Costs
from explorer.cli.output import remark, say
from explorer.core.proportions import wilson
from explorer.core.words import plain

_WIDTH = 12


def as_data(costs: Sequence[Costs], *, sort: bool) -> dict[str, Any]:
    """What ``--json`` prints."""
    order = _order(costs, sort)
    pictures = [
        {
            "name": costs[0].names[row],
            "bits": [round(float(each.bits[row]), 5) for each in costs],
            "told": [each.classes[each.bayes.told[row]] if each.bayes else None for each in costs],
        }
        for row in order
    ]
    return {"models": [_model(each) for each in costs], "pictures": pictures}


def _model(costs: Costs) -> dict[str, Any]:
    found = {
        "name": costs.model,
        "measures": costs.measures,
        "levels": costs.levels,
        "mean": round(float(costs.bits.mean()), 5),
    }
    if costs.bayes is not None and costs.bayes.known:
        found["bayes"] = {"right": costs.bayes.right, "of": costs.bayes.known, "accuracy": _accuracy(costs)}
    return found


def _accuracy(costs: Costs) -> float:
    assert costs.bayes is not None
    return round(costs.bayes.right / costs.bayes.known, 5)


def tell(costs: Sequence[Costs], *, sort: bool) -> None:
    """Say it to people: the pictures, then the means, then how often Bayes' rule is right."""
    heads = [_head(each) for each in costs]
    wide = [max(len(head), _WIDTH) for head in heads]
    say("  ".join(head.rjust(width) for head, width in zip(heads, wide, strict=True)) + "  bits per dimension of")
    for row in _order(costs, sort):
        say(
            _row([float(each.bits[row]) for each in costs], wide) + f"  {plain(costs[0].names[row])}{_told(costs, row)}"
        )
    if len(costs[0].names) > 1:
        say(_row([float(each.bits.mean()) for each in costs], wide) + f"  mean of {len(costs[0].names):,}")
    for each in costs:
        if each.bayes is not None and each.bayes.known:
            low, high = wilson(each.bayes.right, each.bayes.known)
            share = f"{100 * _accuracy(each):.1f}% ({100 * low:.1f} to {100 * high:.1f})"
            say(f"{each.model} gets the class of {share} of {each.bayes.known:,} pictures right, by Bayes' rule.")
    if len({each.levels for each in costs}) > 1:
        remark("These models know different numbers of levels, so their bits cannot be compared.")


def _head(costs: Costs) -> str:
    levels = "" if costs.levels == 256 else f"{costs.levels} levels"
    said = ", ".join(filter(None, (costs.measures, levels)))
    return f"{costs.model} ({said})" if said else costs.model


def _row(bits: Sequence[float], wide: Sequence[int]) -> str:
    return "  ".join(f"{value:{width}.4f}" for value, width in zip(bits, wide, strict=True))


def _told(costs: Sequence[Costs], row: int) -> str:
    """What the models that are told classes take a picture for."""
    told = [each.classes[each.bayes.told[row]] for each in costs if each.bayes is not None]
    return f" ({', '.join(plain(name) for name in told)})" if told else ""


def _order(costs: Sequence[Costs], sort: bool) -> Sequence[int]:
    bits = costs[0].bits
    return [int(row) for row in np.argsort(-bits, kind="stable")] if sort else range(len(bits))

"""How well a direction tells pictures apart, with how sure that is."""

from __future__ import annotations

from explorer.core.directions.direction import EXAMPLES, HeldOut
from explorer.core.proportions import wilson


def judged(hits: int, trials: int, what: str = EXAMPLES) -> HeldOut:
    """The share of hits among at least one trial, with its 95 % Wilson interval."""
    return HeldOut(hits / trials, *wilson(hits, trials), trials, what)

"""Portraits of which something is settled: all with glasses, say, and for the rest as they would have been."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from explorer.core.problem import Problem
from explorer.training.portraits.factors import FACTORS, Factor, Factors
from explorer.training.portraits.seeded_chance import Correlations, sampled_factors

_WORDS = {"yes": True, "no": False}


def fixed_factors(text: str) -> dict[str, Any]:
    """``eyeglasses=no,smile=1`` as values of `Factors`; "" settles nothing.

    Raises
    ------
    Problem
        A factor is unknown, or cannot have this value.
    """
    pairs = [pair.partition("=") for pair in text.split(",")] if text else []
    found = {name: _value(_factor(name), word) for name, _, word in pairs}
    Factors(**found)  # says what is out of range
    return found


def factors_of(seed: int, index: int, fixed: str = "", correlations: Correlations | None = None) -> Factors:
    """What portrait ``index`` of a set shows, some of it settled as `fixed_factors` has it."""
    return replace(sampled_factors(seed, index, correlations), **fixed_factors(fixed))


def _factor(name: str) -> Factor:
    for factor in FACTORS:
        if factor.name == name:
            return factor
    raise Problem(
        f"Portraits have no factor called {name or 'nothing'}.",
        f"Write for instance eyeglasses=yes. The factors are: {', '.join(each.name for each in FACTORS)}.",
    )


def _value(factor: Factor, word: str) -> Any:
    if factor.kind == "category":
        return word
    try:
        return _WORDS[word.lower()] if factor.kind == "yes/no" else float(word)
    except (KeyError, ValueError):
        wanted = "yes or no" if factor.kind == "yes/no" else f"a number from {factor.low:g} to {factor.high:g}"
        raise Problem(f"{factor.name} cannot be {word or 'nothing'}.", f"Write {wanted}.") from None

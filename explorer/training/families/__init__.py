"""The kinds of model this program can train, one per file."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from explorer.core.problem import Problem
from explorer.training.learning.family import Family


@cache
def families() -> dict[str, Family]:
    """Every family in this folder, by key, in order of title."""
    names = (module.name for module in pkgutil.iter_modules(__path__, __name__ + "."))
    found = sorted((import_module(name).FAMILY for name in names), key=lambda family: family.title)
    return {family.key: family for family in found}


def family_called(key: str) -> Family:
    """The family with this key.

    Raises
    ------
    Problem
        There is none; the families there are get named.
    """
    known = families()
    if key not in known:
        raise Problem(f"There is no family called {key}.", f"The families are: {', '.join(known)}.")
    return known[key]

"""The kinds of model this program can train: a file each in the folders here, and those of other packages."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

from explorer.core.problem import Problem
from explorer.training.extensions import Extensions, extensions
from explorer.training.learning.family import Family
from explorer.training.learning.knobs import knobs


@cache
def families() -> dict[str, Family]:
    """Every family, by key, in order of title."""
    found = [*_ours().values(), *_theirs().found.values()]
    return {family.key: family for family in sorted(found, key=lambda family: family.title)}


def broken_families() -> tuple[Problem, ...]:
    """What is wrong with families of other packages."""
    return tuple(_theirs().problems.values())


@cache
def _ours() -> dict[str, Family]:
    names = (module.name for module in pkgutil.walk_packages(__path__, __name__ + ".") if not module.ispkg)
    found: list[Family] = [import_module(name).FAMILY for name in names]
    return {family.key: family for family in found}


@cache
def _theirs() -> Extensions:
    return extensions("families", _ours(), _check)


def _check(name: str, found: Any) -> None:
    if not isinstance(found, Family) or found.key != name:
        raise TypeError(f"it is no Family with the key {name}")
    if missing := {"batch_size", "mirror"} - knobs(found.config).keys():
        raise TypeError(f"it has no setting called {min(missing)}")


def family_called(key: str) -> Family:
    """The family with this key.

    Raises
    ------
    Problem
        There is none; the families there are get named.
    """
    known = families()
    if key in _theirs().problems and key not in known:
        raise _theirs().problems[key]
    if key not in known:
        raise Problem(f"There is no family called {key}.", f"The families are: {', '.join(known)}.")
    return known[key]

"""The layouts that are known, whose weights can be made networks again: one per file here, and other packages'."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from torch import Tensor

from explorer.core.problem import Problem
from explorer.training.extensions import Extensions, extensions
from explorer.training.weight_import.rebuilt import Rebuilt

Rebuild = Callable[[Mapping[str, Tensor], Mapping[str, str]], Rebuilt | None]


@cache
def layouts() -> tuple[Rebuild, ...]:
    """How each layout is rebuilt, the most particular first, by their ``ORDER`` (50 by default); ours before others."""
    modules = sorted(map(import_module, _ours()), key=lambda each: getattr(each, "ORDER", 50))
    return (*(module.rebuild for module in modules), *map(_careful, theirs().found.values()))


def _ours() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(__path__, __name__ + "."))


@cache
def theirs() -> Extensions:
    """The layouts of other packages."""
    return extensions("weight_layouts", {name.rpartition(".")[2] for name in _ours()}, _check)


def _check(_name: str, found: Any) -> None:
    if not callable(found):
        raise TypeError("it is no function")


def _careful(rebuild: Rebuild) -> Rebuild:
    """A layout of somebody else's, whose mistakes mean that it does not know the weights."""

    def careful(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
        try:
            return rebuild(tensors, chosen)
        except Problem:
            raise
        except Exception as error:
            raise ValueError(str(error)) from error

    return careful

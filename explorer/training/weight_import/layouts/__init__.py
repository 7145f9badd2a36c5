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
    return (
        *(module.rebuild for module in modules),
        *(_careful(name, rebuild) for name, rebuild in theirs().found.items()),
    )


def _ours() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(__path__, __name__ + "."))


@cache
def theirs() -> Extensions:
    """The layouts of other packages."""
    return extensions("weight_layouts", {name.rpartition(".")[2] for name in _ours()}, _check)


def _check(_name: str, found: Any) -> None:
    if not callable(found):
        raise TypeError("it is not a function")


def _careful(name: str, rebuild: Rebuild) -> Rebuild:
    """A layout of somebody else's, whose mistakes mean that it does not know the weights, and are told."""

    def careful(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
        try:
            return rebuild(tensors, chosen)
        except Problem:
            raise
        except Exception as error:  # noqa: BLE001  somebody else's code
            reason = str(error).strip().splitlines()[:1] or [type(error).__name__]
            what = f"The layout {name} of another package failed ({type(error).__name__}: {reason[0]})."
            theirs().problems[name] = Problem(what, "Update that package, or remove it.")
            return None

    return careful

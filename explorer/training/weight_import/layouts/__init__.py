"""The layouts that are known, one per file: whose weights can be made networks again."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

from torch import Tensor

from explorer.training.weight_import.rebuilt import Rebuilt

Rebuild = Callable[[Mapping[str, Tensor], Mapping[str, str]], Rebuilt | None]


@cache
def layouts() -> tuple[Rebuild, ...]:
    """How each layout in this folder is rebuilt, the most particular first, by their ``ORDER`` (50 by default)."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__, __name__ + "."))
    modules = sorted((import_module(name) for name in names), key=lambda each: getattr(each, "ORDER", 50))
    return tuple(module.rebuild for module in modules)

"""With which settings a class of a source may be made: those that the file gives it, its defaults, and names alike."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.training.weight_import.source.following.source_values import Function, SourceClass
from explorer.training.weight_import.source.script import Script
from explorer.training.weight_import.source.vocabulary import DEVICE

UNSAID = 64
"""The value of a setting that nobody tells, until shapes do."""


@dataclass(frozen=True, eq=False)
class Call:
    """How a class may be called."""

    given: tuple[Any, ...]
    named: dict[str, Any]
    unsaid: tuple[str, ...] = ()


def kind_parameters(kind: SourceClass) -> list[str]:
    """The names of what a class is made with."""
    start = kind.find("__init__")
    if not isinstance(start, Function) or isinstance(start.node, ast.Lambda):
        return []
    told = start.node.args
    return [each.arg for each in (*told.args[1:], *told.kwonlyargs)]


def defaults_of(kind: SourceClass, names: list[str]) -> dict[str, Any]:
    """What a class takes where nobody says otherwise, by name."""
    start = kind.find("__init__")
    if not isinstance(start, Function):
        return {}
    positional = names[: len(names) - len(start.node.args.kwonlyargs)]
    return dict(zip(positional[len(positional) - len(start.defaults) :], start.defaults, strict=True))


def calls_of(script: Script, kind: SourceClass, told: Mapping[str, int]) -> Iterator[Call]:
    """How a class may be called: as the file does it, the last first; else by defaults and names alike."""
    names = kind_parameters(kind)
    mine = {name: value for name, value in told.items() if name in names}
    seen = [(given, named) for known, given, named in script.machine.calls if known is kind]
    start = kind.find("__init__")
    takes_any = isinstance(start, Function) and start.node.args.vararg is not None
    for given, named in reversed(seen[-8:]):
        if takes_any:
            yield Call(given, {**named, **mine})
        yield Call((), dict(zip(names, given, strict=False)) | dict(named) | mine)
    if not isinstance(start, Function):
        yield Call((), {})
        return
    arguments = start.node.args
    wanted = names[: len(arguments.args) - 1 - len(start.defaults)]
    needed = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    wanted += [each.arg for each, default in needed if default is None]
    alike = {name: value for name in wanted if (value := _named_alike(script, name)) is not None}
    unsaid = tuple(name for name in wanted if name not in alike and not DEVICE.search(name))
    alike |= {name: 0 for name in wanted if name not in alike and name not in unsaid}
    yield Call((), dict.fromkeys(unsaid, UNSAID) | alike | mine, unsaid)


def _named_alike(script: Script, name: str) -> Any:
    known = {**script.scope.names, **script.machine.options}
    value = known.get(name)
    return value if isinstance(value, int | float | str | tuple | list | bool) else None

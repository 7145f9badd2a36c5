"""Methods of lists, dictionaries and texts that a source may call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from explorer.training.weight_import.source.following.limits import MOST_CHARACTERS, NotFollowedError, sized
from explorer.training.weight_import.source.following.operators import filled, same_value
from explorer.training.weight_import.source.following.source_places import key_of

if TYPE_CHECKING:
    from explorer.training.weight_import.source.following.interpreter import Machine


def _append(of: list[Any], value: Any) -> None:
    of.append(value)
    sized(of)


def _extend(of: list[Any], values: Any) -> None:
    more = list(values)
    sized(range(len(of) + len(more)))
    of.extend(more)


def _insert(of: list[Any], place: int, value: Any) -> None:
    of.insert(int(place), value)
    sized(of)


def _index(of: Any, value: Any) -> int:
    return next(place for place, each in enumerate(of) if same_value(each, value))


def _count(of: Any, value: Any) -> int:
    return sum(same_value(each, value) for each in of)


def _popped(of: Any, *place: Any) -> Any:
    if isinstance(of, dict):
        return of.pop(key_of(place[0]), *place[1:])
    return of.pop(*(int(each) for each in place))


def _join(of: str, parts: Any) -> str:
    listed = [str(part) for part in parts if isinstance(part, str)]
    sized(range(sum(map(len, listed)) + len(of) * len(listed)), MOST_CHARACTERS)
    return of.join(listed)


def _replace(of: str, old: str, new: str) -> str:
    sized(range(of.count(old) * len(new) + len(of)), MOST_CHARACTERS)
    return of.replace(old, new)


_LISTS: dict[str, Callable[..., Any]] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": _popped,
    "reverse": list.reverse,
    "copy": list.copy,
    "index": _index,
    "count": _count,
}
_DICTS: dict[str, Callable[..., Any]] = {
    "items": lambda of: list(of.items()),
    "keys": lambda of: list(of.keys()),
    "values": lambda of: list(of.values()),
    "get": lambda of, key, other=None: of.get(key_of(key), other),
    "pop": _popped,
    "update": lambda of, *more, **named: of.update(*more, **named),
    "copy": dict.copy,
    "setdefault": lambda of, key, other=None: of.setdefault(key_of(key), other),
}
_TEXTS: dict[str, Callable[..., Any]] = {
    "format": lambda of, *values, **named: filled(of, values, named),
    "join": _join,
    "replace": _replace,
    **{name: getattr(str, name) for name in ("lower", "upper", "strip", "startswith", "endswith", "split", "find")},
    "isdigit": str.isdigit,
    "title": str.title,
}
_METHODS: dict[type, dict[str, Callable[..., Any]]] = {
    list: _LISTS,
    dict: _DICTS,
    str: _TEXTS,
    tuple: {"index": _index, "count": _count, "numel": lambda of: _product(of)},
    set: {"add": lambda of, value: of.add(key_of(value))},
}


def has_method(value: Any, name: str) -> bool:
    """Whether a value has a method of this name that is followed."""
    return name in _of(value)


def call(machine: Machine, of: Any, name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """What a method gives."""
    machine.budget.step(1 + (len(of) // 16 if isinstance(of, list | dict | str | tuple) else 0))
    if name == "extend" and given:
        given = (list(machine.items(given[0])), *given[1:])
    if name == "join" and given:
        given = (machine.items(given[0]),)
    if name == "sort":
        raise NotFollowedError("sorts in place, which is not followed")
    return _of(of)[name](of, *given, **named)


def _of(value: Any) -> dict[str, Callable[..., Any]]:
    return next((methods for kind, methods in _METHODS.items() if isinstance(value, kind)), {})


def _product(of: tuple[int, ...]) -> int:
    total = 1
    for each in of:
        total *= each
    return total

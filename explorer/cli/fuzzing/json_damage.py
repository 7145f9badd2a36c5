"""Damage to JSON by what it says: values of other kinds and sizes, keys that are missing, strange or there twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from explorer.cli.fuzzing.mutants import Damage, Draw, one_of

_DEEP, _MANY = 100_000, 100_000
_LONGEST = 10_000_000  # characters that a list may grow to
_RAW = {  # what no writer of JSON writes, put in the place of a mark
    "mark:nan": "NaN",
    "mark:infinite": "-Infinity",
    "mark:beyond": "1e999",
    "mark:digits": "9" * 5000,
    "mark:deep": "[" * _DEEP + "]" * _DEEP,
    "mark:deeper": '{"a":' * _DEEP + "1" + "}" * _DEEP,
    "mark:surrogate": '"\\ud800"',
}
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 0.5, 3.7, 1e308, -1e308, 5e-324, 10**6, 2**31, 2**53 + 1, 2**63, 10**400),
    *("", "0", "0.7", "NaN", "³", "\x1b[2J\u202e", "x" * _MANY, "../../etc/passwd", [], {}, [[]], [None]),
    *([0.1] * _MANY, {"a": {"b": {}}}, *_RAW),
)


def changed_json(text: bytes, draw: Draw) -> bytes:
    """One value becomes another."""
    told = json.loads(text)
    holder, key = one_of(list(_places(told)), draw)
    holder[key] = one_of(_VALUES, draw)
    return _written(told)


def _slightly(text: bytes, draw: Draw) -> bytes:
    """One number becomes another one that could be meant, or is written as a word."""
    told = json.loads(text)
    numbers = [(h, k) for h, k in _places(told) if isinstance(h[k], int | float)]
    holder, key = one_of(numbers, draw)
    value = holder[key]
    holder[key] = one_of((value + 1, -value, value * 1.5, value + 0.25, str(value), [value], bool(value)), draw)
    return _written(told)


def _drop(text: bytes, draw: Draw) -> bytes:
    told = json.loads(text)
    holder, key = one_of(list(_places(told)), draw)
    del holder[key]
    return _written(told)


def _rename(text: bytes, draw: Draw) -> bytes:
    told = json.loads(text)
    holder, key = one_of([(h, k) for h, k in _places(told) if isinstance(h, dict)], draw)
    holder[one_of(("", key.upper(), f"{key} ", f"{key}²", "__class__", "x" * 1000), draw)] = holder.pop(key)
    return _written(told)


def _twice(text: bytes, draw: Draw) -> bytes:
    """A key is there twice, with two values."""
    told = json.loads(text)
    holder, key = one_of([(h, k) for h, k in _places(told) if isinstance(h, dict)], draw)
    pair = f"{json.dumps(key)}: {json.dumps(holder[key])}"
    again = f"{pair}, {json.dumps(key)}: {json.dumps(one_of(_VALUES[:20], draw))}"
    return _written(told).replace(pair.encode(), again.encode(), 1)


def _grow(text: bytes, draw: Draw) -> bytes:
    """A list or an object gets more of what it holds."""
    told = json.loads(text)
    holder, key = one_of([(h, k) for h, k in _places(told) if isinstance(h[k], list) and h[k]], draw)
    times = one_of((2, 3, 1000), draw)
    holder[key] = holder[key] * min(times, max(1, _LONGEST // len(json.dumps(holder[key]))))
    return _written(told)


def _places(told: Any) -> Iterator[tuple[Any, Any]]:
    """Each container within, and each key or index of it."""
    keys = list(told) if isinstance(told, dict) else range(len(told)) if isinstance(told, list) else ()
    for key in keys:
        yield told, key
        yield from _places(told[key])


def _written(told: Any) -> bytes:
    text = json.dumps(told)
    for mark, raw in _RAW.items():
        text = text.replace(json.dumps(mark), raw)
    return text.encode("utf-8", "surrogatepass")


JSON: Mapping[str, Damage] = {
    "JSON: a value": changed_json,
    "JSON: a number": _slightly,
    "JSON: a key dropped": _drop,
    "JSON: a key renamed": _rename,
    "JSON: a key twice": _twice,
    "JSON: more of a list": _grow,
}
"""Damage to a JSON text."""

"""JSON that others may have written: refused in words, never half understood."""

from __future__ import annotations

import json
import math
from typing import Any

_LARGEST_INTEGER = 2**63


def parsed_json(text: str | bytes, *, finite: bool = True) -> Any:
    """What a JSON text says.

    Without ``finite`` any number passes: whoever asks looks at each of them.

    Raises
    ------
    ValueError
        It is no JSON, is nested without end, says a key twice, or holds a number that is not finite or beyond all use.
    """
    try:
        return json.loads(text, object_pairs_hook=_once, **(_HOOKS if finite else {}))
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno} of it is not valid JSON") from None
    except UnicodeDecodeError:
        raise ValueError("it is not text") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def number_in(told: Any, what: str) -> float:
    """A number of JSON that is one: neither a word nor a truth. May be infinite or NaN.

    Raises
    ------
    ValueError
        It is none, or too large for a float.
    """
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise ValueError(f"its {what} is not a number")
    try:
        return float(told)
    except OverflowError:
        raise ValueError(f"its {what} is far out of range") from None


def whole_in(told: Any, what: str) -> int:
    """A whole number of JSON, perhaps written with a point and zeros; ValueError where it is none."""
    if not number_in(told, what).is_integer():
        raise ValueError(f"its {what} is not a whole number")
    return int(told)


def word_in(told: Any, what: str) -> str:
    """A text of JSON; ValueError where it is of another kind."""
    if not isinstance(told, str):
        raise ValueError(f"its {what} is not text")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"it says {twice[:40]!r} twice")
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"it holds the number {digits[:20]}, which is not finite")
    return number


def _integer(digits: str) -> int:
    number = int(digits) if len(digits) < 25 else _LARGEST_INTEGER
    if abs(number) >= _LARGEST_INTEGER:
        raise ValueError(f"it holds a number of {len(digits)} digits")
    return number


_HOOKS: dict[str, Any] = {"parse_constant": _finite, "parse_float": _finite, "parse_int": _integer}

"""Arithmetic, comparisons and texts of a source, each refused before it grows."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from explorer.training.weight_import.source.following.limits import (
    MOST_CHARACTERS,
    MOST_ITEMS,
    NotFollowedError,
    TooMuchError,
    small,
)
from explorer.training.weight_import.source.following.source_values import Known

_Number = (int, float, bool)
_MOST_EXPONENT = 256
_FORM = re.compile(r"(0?[<>^]?\d{0,3}|)(,|)(\.\d{1,2})?[dfegsx%]?")
_PLACE = re.compile(r"%%|\{\{|\}\}|\{(?P<key>\w*)(?::(?P<spec>[^{}]*))?\}|%(?P<form>0?\d{0,3}(?:\.\d{1,2})?[dsfeg])")

BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def calculated(kind: type[ast.operator], left: Any, right: Any) -> Any:
    """What a binary operator gives; raises `NotFollowedError` for what it is not defined for here."""
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        if all(isinstance(side, (Tensor, *_Number)) for side in (left, right)):
            return BINARY[kind](left, right)
        raise NotFollowedError("calculates with a tensor and something else")
    if isinstance(left, _Number) and isinstance(right, _Number):
        return _number(kind, left, right)
    if kind is ast.Mod and isinstance(left, str):
        return filled(left, right if isinstance(right, tuple) else (right,), {})
    if kind is ast.Add and type(left) is type(right) and isinstance(left, list | str | tuple):
        most = MOST_CHARACTERS if isinstance(left, str) else MOST_ITEMS
        return left + right if len(left) + len(right) <= most else _refuse()
    if kind is ast.Add and isinstance(left, tuple) and isinstance(right, tuple):
        return (*left, *right)  # torch.Size and a tuple
    if kind is ast.Mult and isinstance(right, list | str | tuple):
        left, right = right, left
    if kind is ast.Mult and isinstance(left, list | str | tuple) and isinstance(right, int):
        return left * right if len(left) * right <= MOST_ITEMS else _refuse()
    if kind is ast.BitOr and isinstance(left, dict) and isinstance(right, dict):
        return left | right
    raise NotFollowedError("calculates with things that are not numbers")


def _number(kind: type[ast.operator], left: Any, right: Any) -> Any:
    if kind is ast.Pow and (abs(right) > _MOST_EXPONENT or (isinstance(left, int) and abs(left) > 2**31)):
        return _refuse()
    if kind is ast.Pow and isinstance(left, int) and isinstance(right, int) and left.bit_length() * right > 128:
        return _refuse()
    if kind in (ast.LShift, ast.RShift) and not 0 <= right <= 62:
        return _refuse()
    result = BINARY[kind](left, right)
    if isinstance(result, complex):
        raise NotFollowedError("calculates with complex numbers")
    return small(result) if isinstance(result, int) else result


def _refuse() -> Any:
    raise TooMuchError("makes something larger than any network needs")


def compared(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    """What a comparison gives."""
    if isinstance(kind, type) and issubclass(kind, ast.Is | ast.IsNot):
        same = left is right or (isinstance(left, Known) and left == right)
        return same if kind is ast.Is else not same
    if kind in (ast.In, ast.NotIn):
        return _holds(right, left) is (kind is ast.In)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        if kind in _ORDER:
            return _ORDER[kind](left, right)
        return left == right if kind is ast.Eq else left != right
    if kind in (ast.Eq, ast.NotEq):
        return same_value(left, right) is (kind is ast.Eq)
    both = all(isinstance(side, _Number) for side in (left, right))
    if both or (isinstance(left, str) and isinstance(right, str)) or _are_flat(left, right):
        return _ORDER[kind](left, right)
    raise NotFollowedError("compares things that have no order")


def _are_flat(*sides: Any) -> bool:
    return all(isinstance(s, list | tuple) and all(isinstance(each, _Number) for each in s) for s in sides)


def _holds(within: Any, value: Any) -> bool:
    if isinstance(within, str) and isinstance(value, str):
        return value in within
    if isinstance(within, list | tuple | range | dict | set):
        return any(same_value(each, value) for each in within)
    raise NotFollowedError("searches something that cannot be searched")


def same_value(left: Any, right: Any, depth: int = 3) -> bool:
    """Whether two values are equal; of lists within lists only so deep, for they may hold each other."""
    if left is right:
        return True
    plain = (str, int, float, bool, Known, type(None), torch.dtype)
    if isinstance(left, plain) and isinstance(right, plain):
        return bool(left == right)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        if not depth:
            raise NotFollowedError("compares lists that are nested deeply")
        alike = isinstance(left, list) is isinstance(right, list) and len(left) == len(right)
        return alike and all(same_value(a, b, depth - 1) for a, b in zip(left, right, strict=True))
    return False


def truth(value: Any) -> bool:
    """Whether a value counts as true, as a condition asks it."""
    if isinstance(value, Tensor):
        return bool(value)  # sizes while a network is traced; what depends on numbers fails in the trial without any
    if value is None or isinstance(value, (str, *_Number, list, tuple, dict, set, range)):
        return bool(value)
    return True


def as_text(value: Any, form: str = "") -> str:
    """A value within a text, formatted as is common; raises `NotFollowedError` for other forms."""
    if not _FORM.fullmatch(form) or not isinstance(value, (str, *_Number, type(None))):
        if isinstance(value, tuple | list) and not form and len(value) < 64:
            return "(" + ", ".join(as_text(each) for each in value) + ")"
        raise NotFollowedError("writes a text in a form that is not followed")
    text = format(value, form) if form else str(value)
    return text if len(text) <= MOST_CHARACTERS else _refuse()


def filled(text: str, values: tuple[Any, ...], named: dict[str, Any]) -> str:
    """A text whose places, ``{}`` or ``%d``, are filled with values; raises `NotFollowedError` for other places."""
    left = iter(values)

    def fill(found: re.Match[str]) -> str:
        if found[0] in ("%%", "{{", "}}"):
            return found[0][0]
        if found[0].startswith("%"):
            return as_text(next(left), found["form"] if found["form"] != "s" else "")
        key = found["key"]
        value = next(left) if not key else values[int(key)] if key.isdigit() else named[key]
        return as_text(value, found["spec"] or "")

    if set(_PLACE.sub("", text)) & {"%", "{", "}"}:
        raise NotFollowedError("writes a text in a form that is not followed")
    made = _PLACE.sub(fill, text)
    return made if len(made) <= MOST_CHARACTERS else _refuse()

"""Whole numbers in the names and rows that files bring."""

from __future__ import annotations

_MOST_DIGITS = 15  # so that every one is exact as a float too


def whole_number(word: str) -> int | None:
    """The number that a few ASCII digits write; None for anything else, such as "³", a digit to `str.isdigit`."""
    plain = word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS
    return int(word) if plain else None

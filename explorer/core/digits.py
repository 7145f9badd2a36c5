"""Whole numbers in the names and rows that files bring, and in what people write."""

from __future__ import annotations

import re

_MOST_DIGITS = 15  # so that every one is exact as a float too


def whole_number(word: str) -> int | None:
    """The number that a few ASCII digits write; None for anything else, such as "³", a digit to `str.isdigit`."""
    plain = word.isascii() and word.isdecimal() and len(word) <= _MOST_DIGITS
    return int(word) if plain else None


def number_words(text: str) -> list[str]:
    """What stands between commas, semicolons and spaces; a range is one word, "3 – 9" is "3-9"."""
    joined = re.sub(r"\s*[-\u2013\u2212]\s*", "-", text.strip())
    return [word for word in re.split(r"[,;\s]+", joined) if word]

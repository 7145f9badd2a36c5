"""Words of files that others made, before they reach a terminal or a label: bounded, and nothing but words."""

from __future__ import annotations

import re
import unicodedata

_JOINERS = "\u200c\u200d"  # some languages and emoji are not written without them
_UNUSUAL = re.compile(r"[^\x20-\x7e\n]")
# CSI and OSC sequences of terminals, ended or not: their letters would be left over.
_ESCAPES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?")


def plain(words: str, longest: int = 1000) -> str:
    """The words without control characters, escape sequences and marks of direction, cut at ``longest`` characters.

    Line breaks stay.
    """
    cut = words[: longest - 1] + "…" if len(words) > longest else words
    return _UNUSUAL.sub(lambda found: found[0] if _is_word(found[0]) else " ", _ESCAPES.sub("", cut))


def plain_name(words: str, longest: int = 100) -> str:
    """As `plain`, on one line and without spaces around it."""
    return " ".join(plain(words, longest).split())


def size_words(size_bytes: int) -> str:
    """A size in words, e.g. 3.4 MB or 1.2 GB."""
    return f"{size_bytes / 2**30:.1f} GB" if size_bytes >= 2**30 else f"{size_bytes / 2**20:.1f} MB"


def _is_word(letter: str) -> bool:
    return letter in _JOINERS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")

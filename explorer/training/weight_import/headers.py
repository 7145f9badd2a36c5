"""The header of a safetensors file, checked before the library is shown the file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import IO

from explorer.core.problem import Problem

_LARGEST_HEADER = 32 * 2**20
_DEEPEST_HEADER = 8
_MOST_TENSORS = 100_000
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""A bracket, or a text, in which there may be more; one that never ends is not looked for again from within."""


def check_header(path: Path, file: IO[bytes], size: int) -> None:
    """Refuse a header that cannot be: by its length, its depth and the places it names.

    Parameters
    ----------
    path : Path
    file : file
        Open at its beginning.
    size : int
        Of the file, in bytes.

    Raises
    ------
    Problem
        It is damaged, cut off or a trap.
    """
    length = int.from_bytes(file.read(8), "little")
    if not 2 <= length <= min(size - 8, _LARGEST_HEADER):
        raise Problem(
            f"{path.name} says that its header has {length:,} bytes, which cannot be.",
            "It is cut off or damaged; copy it again.",
        )
    data = file.read(length)
    if _depth(data) > _DEEPEST_HEADER:
        raise Problem(f"The header of {path.name} is nested without need.", "Do not trust this file.")
    try:
        header = json.loads(data)
        ends = [int(entry["data_offsets"][1]) for key, entry in header.items() if key != "__metadata__"]
        starts = [int(entry["data_offsets"][0]) for key, entry in header.items() if key != "__metadata__"]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError):
        raise Problem(f"The header of {path.name} is damaged.", "Copy it again.") from None
    if len(header) > _MOST_TENSORS:
        raise Problem(f"{path.name} has {len(header):,} tensors, more than any model.", "Do not trust this file.")
    if any(end > size - 8 - length for end in ends) or any(start < 0 for start in starts):
        raise Problem(f"{path.name} is cut off: tensors that it lists are not in it.", "Copy it again.")


def _depth(data: bytes) -> int:
    """How deep brackets are nested, those in texts left out."""
    deepest = depth = 0
    for found in _BRACKETS.finditer(data):
        if found[0] in (b"{", b"["):
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in (b"}", b"]"):
            depth -= 1
    return deepest

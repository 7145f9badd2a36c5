"""How long the list at the end of a zip is, told before a million of its entries are made."""

from __future__ import annotations

_END, _LARGE_END = b"PK\5\6", b"PK\6\6"  # APPNOTE.TXT, 4.3.16 and 4.3.14
_LONGEST_END = 22 + 65_535 + 20 + 56  # bytes, with a comment
_OPEN = 0xFFFF_FFFF  # the size stands in the larger form

LARGEST_DIRECTORY = 16 << 20
"""Bytes: some hundred thousand entries."""


def directory_bytes(data: bytes) -> int:
    """How many bytes the directory of a zip takes, as whoever reads it believes; 0 where there is none."""
    end = data[-_LONGEST_END:]
    place = end.rfind(_END)
    if place < 0:
        return 0
    size = int.from_bytes(end[place + 12 : place + 16], "little")
    large = end.rfind(_LARGE_END, 0, place)
    return int.from_bytes(end[large + 40 : large + 48], "little") if size == _OPEN and large >= 0 else size

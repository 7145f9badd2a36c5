"""A file that is packed as a whole, by gzip, bzip2 or xz, read from its beginning on in bounded memory.

Python's own readers take whatever dictionary an xz file asks for, and know no end of what comes out.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from explorer.core.problem import Problem
from explorer.training.sources.spool import unpacked_limit

FAILURES = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)
"""What damaged files raise."""

_PIECE = 1 << 16
_MEMORY = 256 << 20  # for xz, whose own strongest setting takes 65 MiB


class Unpacked:
    """What a packed file holds, as a file that goes forward only.

    Raises
    ------
    ValueError
        It is packed in no way that is known here.
    Problem
        From `read` and `seek`: more comes out than an honest file holds.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._limit = path, unpacked_limit(path.stat().st_size)
        self._file: BinaryIO = path.open("rb")
        self._packed = self._file.read(_PIECE)
        self._unpacker = _unpacker(self._packed)
        self._at = 0
        if self._unpacker is None:
            self._file.close()
            raise ValueError("it is packed in another way")

    def tell(self) -> int:
        """How many bytes have come out."""
        return self._at

    def seek(self, place: int) -> int:
        """Go forward to ``place``, or to the end."""
        while self._at < place and self._piece(min(place - self._at, _PIECE)):
            pass
        return self._at

    def read(self, count: int) -> bytes:
        """So many bytes; fewer at the end."""
        pieces = []
        while count > 0 and (piece := self._piece(min(count, _PIECE))):
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _piece(self, most: int) -> bytes:
        """At most so many bytes; none at the end."""
        piece = b""
        while not piece and self._unpacker is not None:
            if self._unpacker.eof:
                self._next_stream()
                continue
            fresh = self._fresh() if self._unpacker.needs_input else b""
            if self._unpacker.needs_input and not fresh:
                raise EOFError("it ends early")
            piece = self._unpacker.decompress(fresh, most)
        self._at += len(piece)
        if self._at > self._limit:
            raise Problem(
                f"{self._path.name} unpacks to more than {self._limit / 1e9:,.1f} GB, which no file of pictures does.",
                "Unpack it yourself if you trust it, and open the folder.",
            )
        return piece

    def _fresh(self) -> bytes:
        packed, self._packed = self._packed, b""
        return packed or self._file.read(_PIECE)

    def _next_stream(self) -> None:
        """Several that were packed one by one may follow each other; other things behind them do not count."""
        rest: bytes = self._unpacker.unused_data or self._fresh()
        while not rest.strip(b"\0") and (more := self._fresh()):
            rest = more
        rest = rest.lstrip(b"\0")
        self._packed = rest + (self._file.read(_PIECE) if len(rest) < _HEAD else b"")
        self._unpacker = _unpacker(self._packed)


class _Gzip:
    """zlib's own object, in the shape of the other two."""

    def __init__(self) -> None:
        self._unpacker, self._left = zlib.decompressobj(31), b""

    @property
    def eof(self) -> bool:
        return self._unpacker.eof

    @property
    def unused_data(self) -> bytes:
        return self._unpacker.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._left

    def decompress(self, data: bytes, most: int) -> bytes:
        piece = self._unpacker.decompress(self._left or data, most)
        self._left = self._unpacker.unconsumed_tail
        return piece


_HEAD = 6  # bytes by which the ways of packing are told


def _unpacker(head: bytes) -> Any:
    if head.startswith(b"\x1f\x8b"):
        return _Gzip()
    if head.startswith(b"BZh"):
        return bz2.BZ2Decompressor()
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, _MEMORY) if head.startswith(b"\xfd7zXZ\0") else None

"""Arrays in numpy's own files, .npz and .npy: what they claim is checked, and nothing in them is ever unpickled.

What is not packed is mapped, not read. What is packed is unpacked piece by piece, up to a limit: pictures onto the
disk, from where they are read a few at a time, and what is small, such as labels, into memory.
"""

from __future__ import annotations

import math
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.npy_header import LARGEST_HEADER, MAGIC, NpyHeader, npy_header
from explorer.core.problem import Problem
from explorer.training.sources.members import pieces, unknown_packing
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.spool import Spool, unpacked_limit

MEMORY_LIMIT = 64 << 20
"""Bytes of memory that a packed array may always take; beyond them it may take as much as its file."""

_ARRAYS = 10_000  # members that are looked at


@dataclass(frozen=True)
class StoredArray:
    """An array that has not been read yet: what its header claims, checked against the file.

    Attributes
    ----------
    name : str
    header : NpyHeader
    path : Path
        Of the file that it lies in.
    offset : int
        Where in the file its numbers begin; -1 where they are packed.
    pieces : callable
        Its numbers as bytes, piece by piece.
    """

    name: str
    header: NpyHeader
    path: Path
    offset: int
    pieces: Callable[[], Iterator[bytes]] = field(repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """As it claims."""
        return self.header.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """As it claims."""
        return self.header.dtype

    @property
    def fits(self) -> bool:
        """Whether it may be read into memory as a whole."""
        return self.offset >= 0 or self.header.size_bytes <= max(MEMORY_LIMIT, self.path.stat().st_size)

    def read(self) -> NDArray[Any]:
        """The array, mapped where it is not packed; to be asked for where it `fits`.

        Raises
        ------
        Cancelled
            Nobody waits any more.
        ValueError, ...
            It is damaged; see `FAILURES`.
        """
        if self.offset >= 0:
            return self._mapped()
        found, done = np.empty(self.header.size_bytes, np.uint8), 0
        for piece in self._checked_pieces():
            found[done : done + len(piece)] = np.frombuffer(piece, np.uint8)
            done += len(piece)
        return self.header.array(found)

    def rows(self, spool: Spool) -> NDArray[Any] | SpooledRows:
        """The array, unpacked into ``spool`` where it is packed.

        Raises
        ------
        Problem
            It unpacks to more than an honest file holds, or there is no room for it.
        Cancelled, ValueError, ...
            As `read`.
        """
        if self.offset >= 0:
            return self._mapped()
        if self.header.size_bytes > unpacked_limit(self.path.stat().st_size):
            raise Problem(
                f"{self.name} in {self.path.name} unpacks to {self.header.size_bytes / 1e9:,.1f} GB, "
                "more than is read from a packed file.",
                "Save it with numpy.savez or as .npy, which are read in place, if you trust it.",
            )
        for piece in self._checked_pieces():
            spool.append(piece)
        if self.header.is_fortran:  # its rows lie scattered
            return self.header.array(np.memmap(spool.file, np.uint8, "r"))
        return SpooledRows(spool, self.shape, self.dtype)

    def _mapped(self) -> NDArray[Any]:
        if self.dtype.hasobject:
            raise ValueError(f"{self.name} holds Python objects, which are never loaded")
        count = self.header.size_bytes
        flat = np.memmap(self.path, np.uint8, "r", self.offset, (count,)) if count else np.empty(0, np.uint8)
        return self.header.array(flat)

    def _checked_pieces(self) -> Iterator[bytes]:
        if self.dtype.hasobject:
            raise ValueError(f"{self.name} holds Python objects, which are never loaded")
        left = self.header.size_bytes
        for piece in self.pieces():
            yield piece
            left -= len(piece)
        if left > 0:
            raise ValueError(f"{self.name} ends early")


class SpooledRows:
    """An array on the disk of which a few rows at a time are in memory: ``rows[3]``, ``rows[16:32]``.

    Attributes
    ----------
    shape : tuple of int
    dtype : dtype
    """

    def __init__(self, spool: Spool, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self.shape, self.dtype = shape, dtype
        self._spool, self._row_bytes = spool, math.prod(shape[1:]) * dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, which: int | slice) -> NDArray[Any]:
        first, last, _ = (which if isinstance(which, slice) else slice(which, which + 1)).indices(len(self))
        data = self._spool.read(first * self._row_bytes, (last - first) * self._row_bytes)
        found = np.frombuffer(data, self.dtype).reshape(last - first, *self.shape[1:])
        return found if isinstance(which, slice) else found[0]


def are_arrays(path: Path, archive: zipfile.ZipFile) -> bool:
    """Whether a zip holds arrays and nothing else, or is called so."""
    names = [name for name in archive.namelist() if not name.endswith("/")]
    arrays = any(name.endswith(".npy") for name in names)
    return arrays and (path.suffix.lower() == ".npz" or all(name.endswith(".npy") for name in names))


def is_npy(path: Path) -> bool:
    """Whether ``path`` begins like a single array."""
    with path.open("rb") as file:
        return file.read(6) == MAGIC


def arrays_in(path: Path, reading: PictureReading) -> dict[str, StoredArray]:
    """The arrays in a .npz or .npy file, by name.

    Raises
    ------
    ValueError, ...
        The file is damaged; see `FAILURES`.
    """
    if is_npy(path):
        with path.open("rb") as file:
            head = file.read(LARGEST_HEADER)
        return {path.stem: _described(path.stem, path, head, path.stat().st_size, 0, lambda _header: iter(()))}
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        return {info.filename.removesuffix(".npy"): _member(path, archive, info, reading) for info in infos[:_ARRAYS]}


def _member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, reading: PictureReading) -> StoredArray:
    name = info.filename.removesuffix(".npy")
    if packing := unknown_packing(info):
        raise ValueError(f"{name} is packed with {packing}, which is not read")
    head = b"".join(pieces(archive, info, LARGEST_HEADER))
    is_plain = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1
    offset = _offset(path, info) if is_plain else -1
    return _described(name, path, head, info.file_size, offset, partial(_unpacked, path, info, reading))


def _offset(path: Path, info: zipfile.ZipInfo) -> int:
    """Where a member that is not packed begins in the file."""
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
    return int(info.header_offset + 30 + name + extra)


def _unpacked(path: Path, info: zipfile.ZipInfo, reading: PictureReading, header: int) -> Iterator[bytes]:
    """What lies behind the header of a packed array."""
    with zipfile.ZipFile(path) as archive:
        for piece in pieces(archive, info, info.file_size):
            reading.check()
            yield piece[header:]
            header = max(0, header - len(piece))


def _described(
    name: str, path: Path, head: bytes, length: int, offset: int, body: Callable[[int], Iterator[bytes]]
) -> StoredArray:
    """What the header says, if that is something that can be; ``offset`` is that of the header, -1 where packed."""
    try:
        header = npy_header(head)
    except ValueError:
        raise ValueError(f"the header of {name} makes no sense") from None
    if not header.dtype.hasobject and header.size_bytes != length - header.begin:
        raise ValueError(f"{name} is not as long as it says")
    begin = -1 if offset < 0 else offset + header.begin
    return StoredArray(name, header, path, begin, partial(body, header.begin))

"""Arrays in numpy's own files, .npz and .npy: what they claim is checked, and nothing in them is ever unpickled.

What is not packed is mapped, not read; what is packed is unpacked piece by piece, up to a limit.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
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

UNPACKED_LIMIT = 448 << 20
"""Bytes that a packed array may take beyond the size of its file."""

HONEST_RATIO = 3
"""Bytes that it may take for each of its file's in any case: pictures hardly shrink when they are packed."""

_ARRAYS = 10_000  # members that are looked at


_Reader = Callable[[int, int], NDArray[np.uint8]]  # (bytes of the header, bytes behind it)


@dataclass(frozen=True)
class StoredArray:
    """An array that has not been read yet: what its header claims, checked against the file."""

    name: str
    header: NpyHeader
    reader: _Reader = field(repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """As it claims."""
        return self.header.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """As it claims."""
        return self.header.dtype

    def read(self) -> NDArray[Any]:
        """The array, mapped where it is not packed.

        Raises
        ------
        Problem
            It unpacks to more than the limit.
        Cancelled
            Nobody waits any more.
        ValueError, ...
            It is damaged; see `FAILURES`.
        """
        if self.dtype.hasobject:
            raise ValueError(f"{self.name} holds Python objects, which are never loaded")
        return self.header.array(self.reader(self.header.begin, self.header.size_bytes))


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
        return {path.stem: _described(path.stem, head, path.stat().st_size, partial(_mapped, path, 0))}
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        return {info.filename.removesuffix(".npy"): _member(path, archive, info, reading) for info in infos[:_ARRAYS]}


def unpacked_limit(path: Path, beyond: int) -> int:
    """How many bytes may come out of a packed file."""
    size = path.stat().st_size
    return max(size + beyond, HONEST_RATIO * size)


def _member(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, reading: PictureReading) -> StoredArray:
    name = info.filename.removesuffix(".npy")
    if packing := unknown_packing(info):
        raise ValueError(f"{name} is packed with {packing}, which is not read")
    head = b"".join(pieces(archive, info, LARGEST_HEADER))
    is_plain = info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1
    reader = partial(_mapped, path, _offset(path, info)) if is_plain else partial(_unpacked, path, info, reading)
    return _described(name, head, info.file_size, reader)


def _offset(path: Path, info: zipfile.ZipInfo) -> int:
    """Where a member that is not packed begins in the file."""
    with path.open("rb") as file:
        file.seek(info.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
    return int(info.header_offset + 30 + name + extra)


def _mapped(path: Path, offset: int, header: int, count: int) -> NDArray[np.uint8]:
    return np.memmap(path, np.uint8, "r", offset + header, (count,)) if count else np.empty(0, np.uint8)


def _unpacked(path: Path, info: zipfile.ZipInfo, reading: PictureReading, header: int, count: int) -> NDArray[np.uint8]:
    """The bytes of a packed array, counted while they are unpacked."""
    if count > unpacked_limit(path, UNPACKED_LIMIT):
        raise Problem(
            f"{info.filename} in {path.name} unpacks to {count / 1e9:,.1f} GB, more than is read from a packed file.",
            "Save it with numpy.savez or as .npy, which are read in place, if you trust it.",
        )
    found, done = np.empty(header + count, np.uint8), 0
    with zipfile.ZipFile(path) as archive:
        for piece in pieces(archive, info, header + count):
            reading.check()
            found[done : done + len(piece)] = np.frombuffer(piece, np.uint8)
            done += len(piece)
    if done < header + count:
        raise ValueError(f"{info.filename} ends early")
    return found[header:]


def _described(name: str, head: bytes, length: int, reader: _Reader) -> StoredArray:
    """What the header says, if that is something that can be."""
    try:
        header = npy_header(head)
    except ValueError:
        raise ValueError(f"the header of {name} makes no sense") from None
    if not header.dtype.hasobject and header.size_bytes != length - header.begin:
        raise ValueError(f"{name} is not as long as it says")
    return StoredArray(name, header, reader)

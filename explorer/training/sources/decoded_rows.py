"""Where decoded pictures go, one after another: into memory, or into an .npy file when there are too many."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

_HEADER_BYTES = 128
_PIECE = 1024


class NoRoomError(Exception):
    """The file cannot grow any further: the disk is full, or may not be written."""


class Rows(Protocol):
    """A growing (N, size, size, C) stack."""

    def append(self, pixels: NDArray[np.uint8]) -> None:
        """Add one picture."""

    def finish(self, grey: bool) -> None:
        """No more are to come; ``grey`` keeps only the first channel of each."""


class MemoryRows:
    """A stack in memory, at most ``count`` pictures high; ``pictures`` is the stack once finished."""

    def __init__(self, count: int, size: int, channels: int) -> None:
        self.pictures: NDArray[np.uint8] = np.empty((count, size, size, channels), np.uint8)
        self._used = 0

    def append(self, pixels: NDArray[np.uint8]) -> None:
        """Add one picture."""
        self.pictures[self._used] = pixels
        self._used += 1

    def finish(self, grey: bool) -> None:
        """Cut off what was not used, and the colours if there are none."""
        used = self.pictures[: self._used]
        self.pictures = used[..., :1].copy() if grey and used.shape[-1] > 1 else used


class FileRows:
    """A stack in the .npy file ``path``, which is not valid before it is finished.

    Raises
    ------
    NoRoom
        From any of its methods, when the disk does not take what is written.
    """

    def __init__(self, path: Path, size: int, channels: int) -> None:
        self._shape = (size, size, channels)
        self._used = 0
        try:
            self._file = path.open("w+b")
            self._file.write(bytes(_HEADER_BYTES))
        except OSError as error:
            raise NoRoomError(str(error)) from error

    def append(self, pixels: NDArray[np.uint8]) -> None:
        """Add one picture."""
        try:
            self._file.write(np.ascontiguousarray(pixels).data)
        except OSError as error:
            raise NoRoomError(str(error)) from error
        self._used += 1

    def finish(self, grey: bool) -> None:
        """Drop the colours if there are none, then write the header, now that the height is known."""
        try:
            if grey and self._shape[-1] > 1:
                self._squeeze()
            self._write_header()
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise NoRoomError(str(error)) from error

    def close(self) -> None:
        """Close the file, finished or not."""
        try:
            self._file.close()
        except OSError:
            pass  # what could not be written out is reported by `append` and `finish`

    def _write_header(self) -> None:
        shape = (self._used, *self._shape)
        self._file.seek(0)
        header = {"descr": "|u1", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, header)
        if self._file.tell() != _HEADER_BYTES:
            raise OSError("the header does not fit its place")

    def _squeeze(self) -> None:
        """Keep the first channel of each pixel, in place: what is written always lies before what is read."""
        deep = self._shape[-1]
        picture_bytes = int(np.prod(self._shape))
        for first in range(0, self._used, _PIECE):
            count = min(_PIECE, self._used - first)
            self._file.seek(_HEADER_BYTES + first * picture_bytes)
            piece = np.frombuffer(self._file.read(count * picture_bytes), np.uint8)[::deep]
            self._file.seek(_HEADER_BYTES + first * picture_bytes // deep)
            self._file.write(piece.tobytes())
        self._file.truncate(_HEADER_BYTES + self._used * picture_bytes // deep)
        self._shape = (*self._shape[:2], 1)

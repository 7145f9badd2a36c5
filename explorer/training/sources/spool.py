"""Bytes that are unpacked once, in passing, into a file without a name: read back from anywhere, gone when closed.

What is packed as a whole can only be read from its beginning. On the disk it takes no memory, whatever it unpacks to.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from threading import Lock
from typing import BinaryIO, cast

from explorer.core.problem import Problem

TOTAL_LIMIT = 1 << 30
"""Bytes that a packed file may always unpack to; beyond them `RATIO_LIMIT` applies."""

RATIO_LIMIT = 200
"""Most bytes that it may unpack to, for each of its own. Pictures hardly shrink when they are packed."""


def unpacked_limit(size: int) -> int:
    """How many bytes may come out of a packed file of ``size`` bytes."""
    return max(TOTAL_LIMIT, RATIO_LIMIT * size)


class Spool:
    """A file that grows at its end, and may be read by several threads.

    Parameters
    ----------
    folder : Path
        Where there is room; where it cannot be written, the system's own folder for such files is taken.

    Raises
    ------
    Problem
        From `append`: the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        self._folder: Path | None = folder
        self._opened: BinaryIO | None = None  # many sources need none
        self._end, self._lock = 0, Lock()

    def append(self, data: bytes) -> None:
        """Add bytes at the end."""
        try:
            with self._lock:
                self.file.seek(self._end)
                self.file.write(data)
                self._end += len(data)
        except OSError as error:
            raise Problem(
                f"Unpacking to {self._folder or tempfile.gettempdir()} failed: {error.strerror or error}.",
                "Free some disk space, or unpack the pictures yourself and open their folder.",
            ) from None

    @property
    def file(self) -> BinaryIO:
        """The file itself."""
        if self._opened is None:
            self._opened = self._nameless()
        return self._opened

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._end

    def read(self, offset: int, count: int) -> bytes:
        """So many bytes from ``offset`` on; fewer at the end."""
        with self._lock:
            self.file.seek(offset)
            return self.file.read(count)

    def close(self) -> None:
        """Give the room back."""
        if self._opened is not None:
            self._opened.close()

    def _nameless(self) -> BinaryIO:
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                return cast(BinaryIO, tempfile.TemporaryFile(dir=self._folder))
            except OSError:
                self._folder = None
        return cast(BinaryIO, tempfile.TemporaryFile())

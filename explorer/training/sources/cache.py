"""Decoded pictures kept on disk, so that a source is decoded once.

For each (source, size, channels) there is one note ``PLACE.json``, which names the .npy file that holds the
pictures and the stamp of the files they came from. The note is written last and atomically: without it, or
where the two do not agree, there is nothing, and the pictures are decoded again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.json_store import JsonStore
from explorer.core.problem import Problem
from explorer.paths import user_folder
from explorer.training.sources.source_report import Tally

CODE_VERSION = 3
"""To be raised whenever the same files would give other pixels."""

_STALE_S = 24 * 3600
_LARGEST_NOTE = 1 << 30  # it lists every picture


def default_cache() -> Path:
    """Where pictures are kept unless the caller says otherwise."""
    return user_folder("cache") / "pictures"


@dataclass(frozen=True)
class Kept:
    """What the cache holds of one source: the pictures' file, the candidates they came from, the counts."""

    pictures: NDArray[np.uint8]
    kept: list[int]
    tally: Tally


class CacheEntry:
    """The place of one (source, size, channels) in the cache folder.

    Parameters
    ----------
    folder : Path
        The cache; made when something is stored.
    key : str
        What was asked for: source, size, channels.
    stamp : str
        What it was made from: the files' names, sizes and times.
    """

    def __init__(self, folder: Path, key: str, stamp: str) -> None:
        self._folder = folder
        self._name = hashlib.sha256(key.encode(errors="backslashreplace")).hexdigest()[:20]
        self._stamp = hashlib.sha256(f"{CODE_VERSION}\n{stamp}".encode(errors="backslashreplace")).hexdigest()
        self._note = JsonStore(folder / f"{self._name}.json", _LARGEST_NOTE)

    def load(self, memory_limit: int) -> Kept | None:
        """What is kept, memory-mapped above ``memory_limit`` bytes; None if missing, old or damaged."""
        return self._note.read(lambda note: self._noted(note, memory_limit), None)

    def _noted(self, note: dict[str, Any], memory_limit: int) -> Kept | None:
        if note["stamp"] != self._stamp:
            return None
        pictures = opened(self._folder / note["pictures"], memory_limit)
        kept = [int(index) for index in note["kept"]]
        tally = Tally.from_json(note["tally"])
        fits = pictures.ndim == 4 and pictures.dtype == np.uint8 and len(pictures) == len(kept) == tally.used
        return Kept(pictures, kept, tally) if fits else None

    def partial(self) -> Path:
        """A fresh name for an .npy file that is not finished; also sweeps away what crashed runs left.

        Raises
        ------
        OSError
            The folder cannot be made.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.glob("*.part"):
            if time.time() - left.stat().st_mtime > _STALE_S:
                left.unlink(missing_ok=True)
        return self._folder / f"{self._name}.{secrets.token_hex(4)}.part"

    def store(self, partial: Path, kept: list[int], tally: Tally) -> Path:
        """Give the finished file ``partial`` its name, write the note, and drop what the place held before.

        Raises
        ------
        OSError
            The disk is full or may not be written; what was stored before is untouched.
        """
        path = self._folder / f"{self._name}-{secrets.token_hex(4)}.npy"
        os.replace(partial, path)
        note = {"stamp": self._stamp, "pictures": path.name, "kept": kept, "tally": tally.to_json()}
        try:
            self._note.write(note)
        except Problem as problem:
            path.unlink(missing_ok=True)
            raise OSError(problem.what) from None
        self._drop_all_but(path)
        return path

    def _drop_all_but(self, path: Path) -> None:
        for old in self._folder.glob(f"{self._name}-*.npy"):
            try:
                if old != path:
                    old.unlink()
            except OSError:
                pass  # Windows keeps what another window has mapped; the next store tries again


def opened(path: Path, memory_limit: int) -> NDArray[np.uint8]:
    """The read-only array in the .npy file ``path``, memory-mapped if larger than ``memory_limit``."""
    mapped = path.stat().st_size > memory_limit
    pictures: NDArray[np.uint8] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    if not mapped:
        pictures.flags.writeable = False
    return pictures

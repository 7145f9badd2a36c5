"""Which pictures lie in a folder and the folders in it."""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from explorer.core.photos.suffixes import SUFFIXES

_TOLD = ("readme", "licence", "license", "copying", "notice", "makefile")  # files without an ending, and no pictures


@dataclass
class PictureWalk:
    """Looks for pictures in a folder and those in it, as training does: nearest first, each folder once, none hidden.

    Attributes
    ----------
    is_cut : bool
        Whether it stopped before the end, after ``most`` files and folders or because nobody waits for it.
    is_unclear : bool
        Whether there are files without an ending, which training tries as pictures.
    """

    folder: Path
    most: float = math.inf
    cancelled: Callable[[], bool] = lambda: False
    is_cut: bool = False
    is_unclear: bool = False
    _visited: int = field(default=0, init=False)
    _seen: set[tuple[int, int]] = field(default_factory=set, init=False)

    def pictures(self) -> Iterator[Path]:
        """Those that are found, folder by folder, each by name."""
        waiting = deque([str(self.folder)])
        while waiting and not self.is_cut:
            photos, folders = self._inside(waiting.popleft())
            yield from photos
            waiting += folders

    def _inside(self, folder: str) -> tuple[list[Path], list[str]]:
        photos, folders = list[Path](), list[str]()
        try:
            here = os.stat(folder)
            if (here.st_dev, here.st_ino) in self._seen:  # by a link that leads back, for instance
                return [], []
            self._seen.add((here.st_dev, here.st_ino))
            with os.scandir(folder) as entries:
                for entry in entries:
                    self._visited += 1
                    if self._visited > self.most or self.cancelled():
                        self.is_cut = True
                        break
                    if entry.name.startswith(".") or entry.name == "__MACOSX":
                        continue
                    if os.path.splitext(entry.name)[1].lower() in SUFFIXES and entry.is_file():
                        photos.append(Path(entry.path))
                    elif entry.is_dir():
                        folders.append(entry.path)
                    elif "." not in entry.name and not entry.name.lower().startswith(_TOLD):
                        self.is_unclear = True
        except OSError:  # it may not be read
            pass
        return sorted(photos), sorted(folders)

"""Class labels from the folders that pictures lie in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def classes_from_folders(paths: Sequence[str]) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    """(N,) labels and class names by the first folder in which the paths differ.

    Folders that hold everything are looked through: ``animals/train/cat/1.png`` is a cat where all pictures
    lie under ``animals/train``. Pictures beside the class folders are -1. None where there are not at least
    two such folders.
    """
    folders = [path.split("/")[:-1] for path in paths]
    depth = _common_depth(folders)
    firsts = [folder[depth] if len(folder) > depth else "" for folder in folders]
    classes = tuple(sorted({first for first in firsts if first}))
    if len(classes) < 2:
        return None, ()
    index = {name: number for number, name in enumerate(classes)}
    return np.array([index.get(first, -1) for first in firsts], np.int64), classes


def _common_depth(folders: list[list[str]]) -> int:
    """How many folders from the top are the same for all."""
    first, last = min(folders, default=[]), max(folders, default=[])
    return next(
        (d for d, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )

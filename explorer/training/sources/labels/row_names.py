"""Which row of a table tells about which picture: names compared, whatever wrote them."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from explorer.core.photos.photo_files import SUFFIXES

_Parts = tuple[str, ...]
_Likeness = tuple[int, bool, int, bool, bool]
_UNLIKE: _Likeness = (-1, False, 0, False, False)


class Names:
    """The names of pictures, to ask of a word how well it names one."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._whole = {_parts(path)[-1] for path in paths}
        self._stems = {_stem(name) for name in self._whole}

    def score(self, word: str) -> int:
        """2 for a whole name, 1 for one without its ending, 0 for any other word."""
        last = _parts(word)[-1] if word else ""
        return 2 if last in self._whole else int(bool(last) and _stem(last) in self._stems)

    def has(self, word: str) -> bool:
        """Whether the word names a picture, or ends as if it did."""
        return bool(self.score(word)) or PurePosixPath(word.lower()).suffix in SUFFIXES


def rows_for(paths: Sequence[str], keys: Sequence[str]) -> NDArray[np.int64]:
    """(N,) the row that tells about each path, -1 where none does.

    A row belongs to the picture of the same file name, with any ending, in any case and however its letters are
    composed. Where several have that name, the row and the path that are most alike belong together, which a whole path
    always is; what is still ambiguous belongs to nobody. Equal paths, such as pages of one file, share a row.
    """
    each = {path: _parts(path) for path in dict.fromkeys(paths)}
    by_stem: dict[str, list[int]] = {_stem(parts[-1]): [] for parts in each.values()}
    for row, key in enumerate(keys):
        if (rows := by_stem.get(_stem(_parts(key)[-1]))) is not None:
            rows.append(row)
    found = _undisputed([_best(path, parts, by_stem[_stem(parts[-1])], keys) for path, parts in each.items()])
    place = {path: number for number, path in enumerate(each)}
    return found[[place[path] for path in paths]] if each else found


def _parts(path: str) -> _Parts:
    plain = path if path.isascii() else _composed(path)
    return tuple(part for part in plain.replace("\\", "/").casefold().split("/") if part not in ("", ".")) or ("",)


def _composed(path: str) -> str:
    """One form of each letter; bytes that are no UTF-8 are taken as Windows' western letters."""
    try:
        path.encode()
    except UnicodeEncodeError:
        path = os.fsencode(path).decode("cp1252", "replace")
    return unicodedata.normalize("NFC", path)


def _stem(name: str) -> str:
    return PurePosixPath(name).stem if PurePosixPath(name).suffix in SUFFIXES else name


def _best(path: str, parts: _Parts, rows: list[int], keys: Sequence[str]) -> tuple[int, _Likeness]:
    """The row that is most like a path, and how like; -1 where there is none, or two are equally like."""
    name = path.rpartition("/")[2]
    ranked = sorted(
        ((_likeness(parts, _parts(keys[row]), name == keys[row].rpartition("/")[2]), row) for row in rows),
        reverse=True,
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return -1, _UNLIKE
    return ranked[0][1], ranked[0][0]


def _likeness(one: _Parts, other: _Parts, exact: bool) -> _Likeness:
    """Folders that agree, from the file upwards; then no contradiction, little left over, same ending, same case."""
    pairs = list(zip(one[-2::-1], other[-2::-1], strict=False))
    agree = next((number for number, (mine, theirs) in enumerate(pairs) if mine != theirs), len(pairs))
    left_over = len(one) + len(other) - 2 * agree
    return agree, agree == len(pairs), -left_over, one[-1] == other[-1], exact


def _undisputed(found: list[tuple[int, _Likeness]]) -> NDArray[np.int64]:
    """A row that several pictures claim belongs to the one that is most like it, if there is only one."""
    best: dict[int, _Likeness] = {}
    for row, likeness in found:
        best[row] = max(likeness, best.get(row, _UNLIKE))
    claims = Counter(row for row, likeness in found if likeness == best[row])
    mine = [row if likeness == best[row] and claims[row] == 1 else -1 for row, likeness in found]
    return np.array(mine, np.int64)

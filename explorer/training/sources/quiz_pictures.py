"""Real pictures for a quiz: held out from training where that is known, none of them twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.photos.resizing import is_grey
from explorer.core.problem import Problem
from explorer.training.sources import Assumptions, PictureSet, SourceReport, open_pictures
from explorer.training.sources.source_report import counted

Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class RealPictures:
    """Pictures to choose from, in an order of their own.

    Attributes
    ----------
    names : tuple of str
        In the order in which they are shown, which follows from the seed and the names alone.
    sets : mapping of int to PictureSet
        The source at each size.
    held_out : bool
        Whether they were kept away from training, as far as is known.
    grey : bool
        Whether the source is.
    report : SourceReport
        What became of its files, and what was assumed of them.
    """

    names: tuple[str, ...]
    sets: Mapping[int, PictureSet]
    held_out: bool
    grey: bool
    report: SourceReport

    def picture(self, rank: int, size: int) -> Picture:
        """The picture that is shown as the ``rank``-th, at one of the sizes: (size, size, 1 or 3) uint8."""
        found = self.sets[size]
        return np.asarray(found.pictures[found.names.index(self.names[rank])])


def real_pictures(
    source: str | Path,
    sizes: Collection[int],
    needed: int,
    seed: int = 0,
    *,
    hold_out: float = 0.0,
    grey: bool = False,
    assume: Assumptions | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RealPictures:
    """So many real pictures of a source, chosen by a seed.

    Parameters
    ----------
    source : str or Path
        See `explorer.training.sources`.
    sizes : collection of int
        What the models draw: each opens the source as its training did.
    needed : int
    seed : int
    hold_out : float
        The share that was held out from training; only those pictures are shown. 0 where it is not known.
    grey : bool
        The quiz will be grey. Otherwise pictures without colour are left out: that alone would tell they are real.
    assume, progress, cancelled : optional
        As for `open_pictures`.

    Raises
    ------
    Problem
        There are fewer than needed, and how many there are; or the source cannot be used.
    Cancelled
        ``cancelled()`` became true.
    """
    how: dict[str, Any] = {"assume": assume, "progress": progress, "cancelled": cancelled}
    sets = {size: open_pictures(source, size=size, **how) for size in sorted(sizes)}
    first = sets[min(sets)]
    grey_source = first.pictures.shape[3] == 1
    mask = first.held_out(hold_out) if hold_out > 0.0 else np.ones(len(first), np.bool_)
    everywhere = set.intersection(*(set(found.names) for found in sets.values()))
    allowed = [index for index in np.flatnonzero(mask) if first.names[index] in everywhere]
    allowed.sort(key=lambda index: _order(seed, first.names[index]))
    chosen: list[str] = []
    for index in allowed:
        if len(chosen) < needed and (grey or grey_source or not is_grey(np.asarray(first.pictures[index]))):
            chosen.append(first.names[index])
    if len(chosen) < needed:
        raise _too_few(len(chosen), needed, hold_out, coloured=not (grey or grey_source))
    return RealPictures(tuple(chosen), sets, hold_out > 0.0, grey_source, first.report)


def pictures_named(source: str | Path, names: Collection[str], size: int) -> dict[str, Picture]:
    """Those pictures of a source that are still there, each (size, size, 3) uint8, without decoding the others.

    Raises
    ------
    Problem
        There is no such source any more.
    """
    from explorer.training.sources.decoding import quiet_pillow
    from explorer.training.sources.material import UnreadablePictureError
    from explorer.training.sources.source_kinds import listed

    found: dict[str, Picture] = {}
    with closing(listed(source, size)) as material, quiet_pillow():
        for index, name in enumerate(material.names):
            if name in names:
                try:
                    found[name] = material.draw(index, size, 3).pixels
                except UnreadablePictureError:  # it was there once, and its name is told
                    continue
    return found


def _order(seed: int, name: str) -> bytes:
    return hashlib.sha256(f"quiz {seed}: {name}".encode()).digest()


def _too_few(count: int, needed: int, hold_out: float, *, coloured: bool) -> Problem:
    which = " in colour" if coloured else ""
    which += " that were held out from training" if hold_out > 0.0 else ""
    return Problem(
        f"{counted(needed)} are needed, but there are only {count:,}{which}: none is shown twice.",
        "Ask for fewer, or add more pictures.",
    )


def held_out_share(run: Path) -> float:
    """The share of its pictures that a run holds out from training.

    Raises
    ------
    Problem
        There is no run in the folder, or it is damaged.
    """
    from explorer.training.runs.run import Run

    return float(Run.open(run).spec.hold_out)

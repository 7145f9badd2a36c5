"""Which pictures a likelihood is asked about, in its own size: one photograph, or those of a source."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.cli.assuming import assumptions, tell_report
from explorer.cli.output import remark
from explorer.cli.progress_bar import progress_bar
from explorer.core.models.file_kinds import kind_of
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.likelihood.likelihood import Likelihood

_ENOUGH = 64  # more candidates than are expected among those held out


@dataclass(frozen=True, eq=False)
class MeasuredPictures:
    """Pictures as one model takes them.

    Attributes
    ----------
    pictures : (N, H, W, C) uint8
    names : tuple of str
    labels : (N,) int64 or None
        Their classes, as the source says, -1 where unknown.
    classes : tuple of str
        Names of those.
    """

    pictures: NDArray[np.uint8]
    names: tuple[str, ...]
    labels: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()


def pictures_for(likelihood: Likelihood, options: argparse.Namespace, *, report: bool) -> MeasuredPictures:
    """The pictures that were asked about; what was done to them is said where ``report`` says so.

    Raises
    ------
    Problem
        There are none, or the model takes no squares.
    """
    path = Path(options.data)
    if path.is_file() and kind_of(path) in ("photo", "picture"):
        return _of_photo(likelihood, path)
    return _of_source(likelihood, options, report)


def _of_photo(likelihood: Likelihood, path: Path) -> MeasuredPictures:
    from explorer.core.photos.photo_files import read_photo

    fitted, said = likelihood.fitted(read_photo(path).pixels)
    if said:
        remark(f"{likelihood.name}: {said}")
    return MeasuredPictures(fitted[None], (path.name,))


def _of_source(likelihood: Likelihood, options: argparse.Namespace, report: bool) -> MeasuredPictures:
    from explorer.training.sources import open_pictures

    card, share = likelihood.card, options.hold_out
    if card.height != card.width or not card.height:
        raise Problem(
            f"{likelihood.name} takes pictures of {card.width or 'any'} x {card.height or 'any'} pixels.",
            "Ask it about one picture at a time: a source gives only squares of one size.",
        )
    most = options.count if not share else int(1.2 * options.count / share) + _ENOUGH
    with progress_bar("pictures", "pictures") as told:
        found = open_pictures(
            options.data,
            size=card.height,
            channels=card.channels,
            most=most,
            assume=assumptions(options.assume, options.data),
            progress=told,
        )
    if report:
        tell_report(found.report)
    if share:
        found = found.subset(np.flatnonzero(found.held_out(share))[: options.count])
    if not len(found):
        raise Problem(f"None of these pictures was held out by a share of {share:g}.", "Ask for more, or for all.")
    return MeasuredPictures(found.pictures, found.names, found.labels, found.classes)

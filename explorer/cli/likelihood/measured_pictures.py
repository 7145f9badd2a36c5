"""Which pictures a likelihood is asked about, in its own size: one photograph, or those of a source."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.cli.assuming import pictures_of
from explorer.cli.output import remark
from explorer.core.models.file_kinds import kind_of
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.likelihood.likelihood import Likelihood


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
    card = likelihood.card
    if card.height != card.width or not card.height:
        raise Problem(
            f"{likelihood.name} takes pictures of {card.width or 'any'} x {card.height or 'any'} pixels.",
            "Ask it about one picture at a time: a source gives only squares of one size.",
        )
    wanted = (options.data, card.height, card.channels, options.count, options.hold_out, options.assume)
    found = pictures_of(*wanted, telling=report)
    return MeasuredPictures(found.pictures, found.names, found.labels, found.classes)

"""What a verb takes for granted of pictures: stated by ``--assume``, and told on stderr."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.cli.output import remark
from explorer.cli.progress_bar import progress_bar
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.training.sources import Assumptions, PictureSet, SourceReport

_ENOUGH = 64  # more candidates than are expected among those held out


def assume_argument(parser: argparse.ArgumentParser) -> None:
    """Let a verb be told what to take for granted of its pictures."""
    parser.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what to assume about the pictures, such as range=0..4095, key=COLUMN, classes=no, alpha=black, "
        "colour=no, align=faces, pages=all or parts=train; repeatable",
    )


def assumptions(words: Sequence[str], source: str | None) -> Assumptions | None:
    """What ``--assume`` states of the pictures of ``source``; None where it states nothing.

    Raises
    ------
    Problem
        There are no pictures that it could be stated of, there is no such question, or a value makes no sense.
    """
    if not words:
        return None
    if source is None:
        raise Problem("--assume is about pictures, and none were named.", "Add --data SOURCE, or leave it out.")
    from explorer.training.sources import Assumptions

    return Assumptions.from_words(words)


def pictures_of(
    source: str, side: int, channels: int, count: int, share: float, words: Sequence[str], *, telling: bool = True
) -> PictureSet:
    """``count`` pictures of a source, ``side`` pixels wide and high: of those held out by a ``share``, of all where 0.

    Raises
    ------
    Problem
        The source cannot be used, or none of its pictures was held out.
    """
    import numpy as np

    from explorer.training.sources import open_pictures

    most = count if not share else int(1.2 * count / share) + _ENOUGH
    assume = assumptions(words, source)
    with progress_bar("pictures", "pictures") as report:
        found = open_pictures(source, size=side, channels=channels, most=most, assume=assume, progress=report)
    if telling:
        tell_report(found.report)
    if share:
        found = found.subset(np.flatnonzero(found.held_out(share))[:count])
    if not len(found):
        raise Problem(f"None of these pictures was held out by a share of {share:g}.", "Ask for more, or for all.")
    return found


def tell_report(report: SourceReport) -> None:
    """Say what became of the files, what was assumed, and what looks wrong."""
    for line in (report.sentence(), report.assumptions(), *(f"warning: {each}" for each in report.warnings)):
        if line:
            remark(line)

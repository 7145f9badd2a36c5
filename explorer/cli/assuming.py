"""What a verb takes for granted of pictures: stated by ``--assume``, and told on stderr."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from explorer.cli.output import remark

if TYPE_CHECKING:
    from explorer.training.sources import SourceReport


def assume_argument(parser: argparse.ArgumentParser) -> None:
    """Let a verb be told what to take for granted of its pictures."""
    parser.add_argument(
        "--assume",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what to assume about the pictures, such as range=0..4095, key=COLUMN, classes=no, alpha=black, "
        "colour=no, pages=all or parts=train; repeatable",
    )


def tell_report(report: SourceReport) -> None:
    """Say what became of the files, what was assumed, and what looks wrong."""
    for line in (report.sentence(), report.assumptions(), *(f"warning: {each}" for each in report.warnings)):
        if line:
            remark(line)

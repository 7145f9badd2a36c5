"""``world``: a world model trained from nothing, driven, and judged."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from explorer.cli.world import drive, judge, train

#: Part to what it does, what describes its arguments, and what does it.
_PARTS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]] = {
    "train": ("train eyes, memory and controller, one after another", train.add_arguments, train.train),
    "drive": ("film the world and the dream side by side", drive.add_arguments, drive.drive),
    "judge": ("measure how long dreams hold, and what drivers earn", judge.add_arguments, judge.judge),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parts = parser.add_subparsers(title="parts", metavar="PART", required=True)
    for name, (summary, describe, work) in _PARTS.items():
        part = parts.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        describe(part)
        part.add_argument("--json", action="store_true", help="print one JSON object")
        part.set_defaults(part=work)


def run(options: argparse.Namespace) -> int:
    """Do the part that was asked for."""
    code: int = options.part(options)
    return code

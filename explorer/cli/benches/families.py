"""Every family taught for a minute or so, and marked: a table that shows whether each of them learns."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.progress import progress_bar
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.training.exam.sitting import Mark

USUAL_DATA = "portraits:4000"
_HEAD = (
    f"{'family':<12} {'steps':>6} {'seconds':>8} {'images/s':>9} {'figure':>7} {'untrained':>9} {'floor':>6}"
)


def report(keys: Sequence[str], data: str | None, steps: int | None, as_json: bool) -> int:
    """Print the table of these families, all where none is named; 1 if one of them did not learn, else 0.

    Families that the pictures do not suit are left out, which is said.

    Raises
    ------
    Problem
        None of them could be taught.
    """
    from explorer.training.devices import use_threads
    from explorer.training.families import families, family_called

    use_threads(1)
    chosen = [family_called(key).key for key in keys] or list(families())
    marks: list[Mark] = []
    left_out: list[Problem] = []
    if not as_json:
        print(_HEAD)
    with tempfile.TemporaryDirectory() as scratch:
        for key in chosen:
            try:
                marks.append(_mark(key, data or USUAL_DATA, steps, Path(scratch)))
            except Problem as problem:
                left_out.append(problem)
                print(f"{key} was left out: {problem.what} {problem.hint}", file=sys.stderr)
            else:
                if not as_json:
                    print(_row(marks[-1]), flush=True)
    if not marks:
        raise left_out[-1]
    if as_json:
        print(json.dumps([asdict(mark) | {"passed": mark.passed} for mark in marks]))
    return 0 if all(mark.passed for mark in marks) else 1


def _mark(key: str, data: str, steps: int | None, scratch: Path) -> Mark:
    from explorer.training.exam.sitting import sit

    with progress_bar(key, "steps") as tell:
        return sit(key, data, scratch, steps=steps, progress=tell)


def _row(mark: Mark) -> str:
    return (
        f"{mark.family:<12} {mark.steps:>6} {mark.seconds:>8.1f} {mark.pictures_per_s:>9.0f} {mark.figure:>7.3f} "
        f"{mark.untrained:>9.3f} {mark.floor:>6.2f} {'pass' if mark.passed else 'FAIL'}  "
        f"{mark.question.replace('_', ' ')}"
    )

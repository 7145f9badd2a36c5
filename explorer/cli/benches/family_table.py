"""Every family taught for a minute or so, and marked: a table that shows whether each of them learns."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.training.convergence.convergence_test import ConvergenceResult

_HEAD = (
    f"{'family':<26} {'learned on':<22} {'steps':>5} {'minutes':>7} {'images/s':>8}  "
    f"{'figure':>6} {'before':>6} {'floor':>5} {'':<4}  of what"
)


def report(keys: Sequence[str], data: str | None, steps: int | None, as_json: bool) -> int:
    """Print the table of these families, all where none is named; 1 if one of them did not learn, else 0.

    Families that the pictures do not suit are left out, which is said.

    Parameters
    ----------
    keys : sequence of str
        Of the families; all if empty.
    data : str or None
        The source of pictures; None for shapes that are drawn here.
    steps : int or None
        For each family, instead of its lesson's.
    as_json : bool
        Print a list of objects, at the end, instead of the table.

    Raises
    ------
    Problem
        None of them could be taught, or one of them is unknown.
    """
    from explorer.training.convergence.tasks import USES
    from explorer.training.families import families, family_called
    from explorer.training.learning.devices import use_threads

    use_threads(1)
    chosen = [family_called(key).key for key in keys] or list(families())
    marks: list[ConvergenceResult] = []
    left_out: list[Problem] = []
    if not as_json:
        say(_HEAD)
    with tempfile.TemporaryDirectory() as scratch:
        for key, use in [(each, use) for each in chosen for use in ("", *USES.get(each, ()))]:
            try:
                marks.append(_mark(key, use, data, steps, Path(scratch)))
            except Problem as problem:
                left_out.append(problem)
                remark(f"{key} was left out: {problem.what} {problem.hint}")
            else:
                if not as_json:
                    say(_rows(marks[-1]))
    if not marks:
        raise left_out[-1]
    if as_json:
        say_json([_facts(mark) for mark in marks])
    else:
        say(_verdict(marks))
    return 0 if all(mark.passed for mark in marks) else 1


def _mark(key: str, use: str, data: str | None, steps: int | None, scratch: Path) -> ConvergenceResult:
    from explorer.training.convergence.convergence_test import sit

    remark(f"teaching {f'{key} {use}'.strip()} …")
    with progress_bar(key, "steps") as report:
        return sit(key, data, scratch, use=use, steps=steps, progress=report)


def _rows(mark: ConvergenceResult) -> str:
    """A row for each figure; what they have in common is said in the first."""
    learned = f"{mark.data[:16]}, {mark.size} px"
    start = f"{mark.family:<26} {learned:<22} {mark.steps:>5} {mark.seconds / 60:>7.1f} {mark.pictures_per_s:>8.0f}"
    return "\n".join(
        f"{start if at == 0 else '':<72}  {result.figure:>6.3f} {result.untrained:>6.3f} {result.floor:>5.2f} "
        f"{'pass' if result.passed else 'FAIL'}  {result.question.replace('_', ' ')}"
        for at, result in enumerate(mark.results)
    )


def _facts(mark: ConvergenceResult) -> dict[str, object]:
    results = [asdict(result) | {"passed": result.passed} for result in mark.results]
    return asdict(mark) | {"results": results, "passed": mark.passed}


def _verdict(marks: Sequence[ConvergenceResult]) -> str:
    failed = [mark.family for mark in marks if not mark.passed]
    minutes = sum(mark.seconds for mark in marks) / 60
    outcome = f"did not learn: {', '.join(failed)}" if failed else "all of them learned"
    taught = "1 family" if len(marks) == 1 else f"{len(marks)} families"
    return f"{taught} in {minutes:.0f} minutes of training: {outcome}"

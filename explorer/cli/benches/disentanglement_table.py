"""GAN, InfoGANs, VAEs and factor models on the same portraits: whose dimensions stand for single factors, a table."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.disentangle import told_rows
from explorer.cli.output import remark, say, say_json
from explorer.cli.progress_bar import progress_bar
from explorer.core.disentanglement.table import DisentanglementRow, over_seeds
from explorer.core.problem import Problem
from explorer.session.disentangle.measuring import DisentanglementRequest, measured

if TYPE_CHECKING:
    from explorer.training.disentangle.contenders import Contender

_SEEDS = 3


def report(steps: int | None, seeds: int | None, as_json: bool) -> int:
    """Train every contender from several seeds, measure all their encoders, and print a row for each.

    Parameters
    ----------
    steps, seeds : int or None
        Of each training, and how many trainings of each; None for the usual number.
    as_json : bool
        Print a list of objects instead of the table.

    Raises
    ------
    Problem
        There is nothing to be trained.
    """
    from explorer.training.disentangle.contenders import CONTENDERS, STEPS
    from explorer.training.learning.devices import use_threads

    steps, seeds = STEPS if steps is None else steps, _SEEDS if seeds is None else seeds
    if steps < 1 or seeds < 1:
        raise Problem("Nothing would be trained.", "Choose --steps and --seeds of 1 or more.")
    use_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        encoders = [
            (contender.title, _taught(contender, Path(scratch), steps, seed))
            for contender in CONTENDERS
            for seed in range(1, seeds + 1)
        ]
        rows = _measured(encoders)
    if as_json:
        say_json([asdict(row) for row in rows])
    else:
        say("\n".join(told_rows(rows)))
    return 0


def _taught(contender: Contender, scratch: Path, steps: int, seed: int) -> Path:
    remark(f"teaching {contender.title}, seed {seed} …")
    folder = Path(tempfile.mkdtemp(dir=scratch))
    with progress_bar(contender.title, "steps") as progress:
        return contender.taught(folder, steps, seed, progress)


def _measured(encoders: Sequence[tuple[str, Path]]) -> list[DisentanglementRow]:
    """A row for each title, over its seeds; and the two references below."""
    from explorer.training.disentangle.contenders import FACTORS, PICTURES

    with progress_bar("measured", "%") as tell:
        request = DisentanglementRequest(tuple(encoders), PICTURES, FACTORS, repeats=1)
        found = measured(request, lambda done, total=1.0, /: tell(round(100 * done / total), 100))
    assert found is not None
    titles = dict.fromkeys(title for title, _ in encoders)
    of = {title: [row for row in found.models if row.model == title] for title in titles}
    return [*(over_seeds(title, rows) for title, rows in of.items()), *found.rows[len(found.models) :]]

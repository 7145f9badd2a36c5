"""Training in the window, its plots running, against the same steps bare in a process of their own; in turn."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import turn
from explorer.cli.benches.dragging import Gaps
from explorer.cli.benches.fresh_python import told_by
from explorer.cli.output import say
from explorer.core.problem import Problem
from explorer.session.train.training_job import spare_threads

if TYPE_CHECKING:
    from explorer.ui.train.runs_view import RunsView

_BATCH, _SIZE, _PICTURES = 64, 64, 512
_ROUNDS, _ROUND_S = 3, 20.0
_WARM_UP_STEPS = 3


def train(_model: str) -> Figures:
    """Train a DCGAN of 64 x 64 pixels with batches of 64 in the window, and bare."""
    from explorer.cli.benches.bench_window import shown_window
    from explorer.training.runs.spec import RunSpec
    from explorer.ui.tabbed_panel import TabbedPanel
    from explorer.ui.train.runs_view import RunsView

    with shown_window() as window:
        window.show_panel(window.titles.index("Train"))
        panel = window.panel
        assert isinstance(panel, TabbedPanel)
        view = panel.view
        assert isinstance(view, RunsView)
        spec = RunSpec("dcgan", f"portraits:{_PICTURES}", _SIZE, 10**6, settings={"batch_size": _BATCH}, name="bench")
        folder = view.trainings.begin(spec)
        view.watch(folder)
        _wait_for_step(view, folder, _WARM_UP_STEPS)
        rounds = [_round(view, folder) for _ in range(_ROUNDS)]
    gaps = np.concatenate([gaps for _, _, gaps in rounds])
    return {
        "train_ratio": median(own / bare for own, bare, _ in rounds),
        "train_gap_ms": float(np.percentile(gaps, 99)),
    }


def _round(view: RunsView, folder: Path) -> tuple[float, float, NDArray[np.float64]]:
    """Images a second in the window and bare, and the times between rounds of the event loop."""
    first, started = _after_a_step(view, folder)
    with Gaps() as gaps:
        turn(_ROUND_S)
    last, ended = _after_a_step(view, folder)
    own = (last - first) * _BATCH / (ended - started)
    view.trainings.pause(folder)
    turn(2.0)  # until the step that is being taken has ended
    bare = _bare(folder)
    step = view.trainings.of(folder).facts.done_steps
    view.trainings.resume(folder)
    _wait_for_step(view, folder, step + 1)
    return own, bare, np.array(gaps.all_ms)


def _after_a_step(view: RunsView, folder: Path) -> tuple[int, float]:
    """The number of the next step to end, and when: a step may take a second, of which none is to be cut off."""
    before = view.trainings.of(folder).facts.done_steps
    while (step := view.trainings.of(folder).facts.done_steps) == before:
        turn(0.01)
    return step, time.perf_counter()


def _wait_for_step(view: RunsView, folder: Path, step: int) -> None:
    for _ in range(600):
        if view.trainings.of(folder).facts.done_steps >= step:
            return
        if view.trainings.of(folder).state == "failed":
            break
        turn(0.2)
    raise Problem("The training did not start.", "See what the window says about it.")


def _bare(folder: Path) -> float:
    """Images a second of the same steps in a process of their own, with as many threads."""
    _, lines = told_by(("-P", "-m", "explorer.cli.benches.training", str(folder), str(_ROUND_S)))
    return float(lines[-1])


def _train_bare(folder: Path, seconds: float) -> float:
    from explorer.training.learning.devices import training_device, use_threads
    from explorer.training.runs.run import Run

    use_threads(spare_threads())
    run = Run.open(folder)
    learner, batches = run.begun(run.pictures(), training_device("cpu"))
    for step in range(_WARM_UP_STEPS):
        learner.step(batches.batch(step))
    started, steps = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        learner.done_steps += 1
        learner.step(batches.batch(learner.done_steps))
        steps += 1
    return steps * _BATCH / (time.perf_counter() - started)


if __name__ == "__main__":
    say(str(_train_bare(Path(sys.argv[1]), float(sys.argv[2]))))

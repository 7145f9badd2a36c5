"""One family's exam: taught from nothing, asked before and after."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from explorer.core.problem import Problem
from explorer.training.convergence.measures import MeasureData
from explorer.training.convergence.shapes import shapes_file
from explorer.training.convergence.tasks import SMALL, ConvergenceTask, lesson_for
from explorer.training.families import family_called
from explorer.training.learning.knobs import knobs
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec
from explorer.training.sources import PictureSet, open_pictures

_HOLD_OUT = 0.1
_SEED = 1
_BEFORE = {"vae": "vae", "world": "world_rnn"}  # settings that name a model, and whose that is


@dataclass(frozen=True)
class Result:
    """The answer to one question.

    Attributes
    ----------
    question : str
        Its name.
    figure, untrained, floor : float
        What was reached, what the same networks gave before, and the least that passes.
    """

    question: str
    figure: float
    untrained: float
    floor: float

    @property
    def passed(self) -> bool:
        """Whether the floor is reached; not a number is no pass."""
        return self.figure >= self.floor


@dataclass(frozen=True)
class ConvergenceResult:
    """How a family did.

    Attributes
    ----------
    family : str
        Its key, and what it was used for where it has several uses.
    size : int
        Side of the pictures.
    steps : int
    seconds : float
        Of training alone.
    pictures_per_s : float
    results : tuple of Result
    data : str
        What it was taught with.
    """

    family: str
    size: int
    steps: int
    seconds: float
    pictures_per_s: float
    results: tuple[Result, ...]
    data: str = ""

    @property
    def passed(self) -> bool:
        """Whether every floor is reached, and anything is better than before: one grey may pass for real by chance."""
        better = any(result.figure > result.untrained for result in self.results)
        return better and all(result.passed for result in self.results)


def sit(
    family: str,
    data: str | None,
    folder: Path,
    *,
    use: str = "",
    steps: int | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ConvergenceResult:
    """Teach a family its lesson in ``folder``, and mark it.

    Parameters
    ----------
    data : str or None
        The source of pictures; None for the lesson's own.
    use : str
        Which of the family's `USES`; "" for its usual lesson.
    steps : int, optional
        Instead of the lesson's.
    settings : mapping, optional
        Further settings, instead of the lesson's.
    progress : callable, optional
        Called with the number of steps done and of all.

    Raises
    ------
    Problem
        There is no such family, or the data does not suit it.
    """
    lesson = lesson_for(family_called(family).key, use)
    told, data = _name(data or lesson.data), data or lesson.data or _shapes(folder)
    lesson = replace(lesson, steps=steps or lesson.steps, settings={**lesson.settings, **(settings or {})})
    data = lesson.data or data
    found = open_pictures(data, size=lesson.size)
    for name, before in _BEFORE.items():
        if name in knobs(family_called(family).config) and name not in lesson.settings:
            taught = _taught_before(before, data, found, folder, progress)
            lesson = replace(lesson, settings={**lesson.settings, name: taught})
    if "generator" in knobs(family_called(family).config):
        generator = _generator(data, found, folder, progress)
        lesson = replace(lesson, settings={**lesson.settings, "generator": generator})
    run = _run(family, data, lesson, folder / f"{family} {use}".strip())
    seconds = _taught(run, found, progress)
    results = _results(lesson, run, MeasureData.of(found, _HOLD_OUT))
    seen = lesson.steps * run.config().batch_size
    return ConvergenceResult(
        f"{family} {use}".strip(), lesson.size, lesson.steps, seconds, seen / seconds, results, told
    )


def _name(data: str) -> str:
    return data.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1] or "drawn shapes"


def _shapes(folder: Path) -> str:
    path = folder / "shapes.npz"
    return str(path if path.exists() else shapes_file(folder))


def _results(lesson: ConvergenceTask, run: Run, material: MeasureData) -> tuple[Result, ...]:
    trained, fresh = run.trained_learner(), run.learner()
    return tuple(
        Result(
            asked.question.__name__,
            asked.question(trained, material),
            asked.question(fresh, material),
            asked.floor,
        )
        for asked in lesson.asked
    )


def _run(family: str, data: str, lesson: ConvergenceTask, folder: Path) -> Run:
    known = knobs(family_called(family).config)
    settings = {name: value for name, value in {**SMALL, **lesson.settings}.items() if name in known}
    spec = RunSpec(family, data, lesson.size, lesson.steps, _SEED, settings, hold_out=_HOLD_OUT, frame=lesson.frame)
    return Run.create(folder, spec)


def _taught(run: Run, found: PictureSet, progress: Callable[[int, int], None] | None) -> float:
    """Train; gives the seconds it took."""
    if family_called(run.spec.family).needs_classes and len(found.classes) < 2:
        raise Problem(f"{run.spec.family} needs classes, and these pictures have none.", "Name others: --data.")
    started = time.perf_counter()
    for step in run.train(found, torch.device("cpu"), every_s=float("inf")):
        if progress is not None:
            progress(step.step, run.spec.steps)
    return time.perf_counter() - started


def _taught_before(
    family: str, data: str, found: PictureSet, folder: Path, progress: Callable[[int, int], None] | None
) -> str:
    """The folder of a model of this family, taught its own lesson first, and what that one needs before."""
    lesson = lesson_for(family) if family != "vae" else replace(lesson_for("vae"), settings={"noise": 0.3})
    for name, before in _BEFORE.items():
        if name in knobs(family_called(family).config):
            taught = _taught_before(before, data, found, folder, progress)
            lesson = replace(lesson, settings={**lesson.settings, name: taught})
    run = _run(family, data, lesson, folder / f"before-{family}")
    _taught(run, found, progress)
    export_run(run.folder, folder / f"model-{family}")
    return str(folder / f"model-{family}")


def _generator(data: str, found: PictureSet, folder: Path, progress: Callable[[int, int], None] | None) -> str:
    """A generator to invert: that of a VAE, taught first."""
    run = _run("vae", data, replace(lesson_for("vae"), settings={"noise": 0.3}), folder / "inverted")
    _taught(run, found, progress)
    out = folder / "inverted-model"
    export_run(run.folder, out)
    return str(out)

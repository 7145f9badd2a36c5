"""A world model from nothing: eyes, memory and controller, one after the other, and the folder that holds all three."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.core.models.model import CONTROLLER, DREAM, GENERATOR
from explorer.training.runs.export import export_run
from explorer.training.runs.run import Run
from explorer.training.runs.spec import RunSpec

MODEL = "model"
"""The folder, among those of the runs, that holds the world model."""

_WHERE = {"eyes": GENERATOR, "memory": DREAM, "controller": CONTROLLER}  # how one sees that a part is finished
_FAMILY = {"eyes": "vae", "memory": "world_rnn", "controller": "controller"}
_NAMES = {"eyes": "vae", "memory": "vae", "controller": "world"}


@dataclass(frozen=True)
class WorldPlan:
    """What a world model is to be trained on and how; the settings suit one core and a quarter of an hour.

    Attributes
    ----------
    data : str
        A recording, as `open_pictures` takes it.
    size, seed : int
    hold_out : float
        Share of the episodes that it never sees.
    steps : mapping of str to int
        For each part.
    settings : mapping of str to mapping
        For each part.
    """

    data: str = "drive:20000"
    size: int = 64
    seed: int = 0
    hold_out: float = 0.05
    steps: Mapping[str, int] = field(default_factory=lambda: {"eyes": 2200, "memory": 3000, "controller": 80})
    settings: Mapping[str, Mapping[str, Any]] = field(
        default_factory=lambda: {
            "eyes": {"width": 0.35, "latent_size": 32, "noise": 0.07, "beta": 1.0, "learning_rate": 2e-3},
            "memory": {"hidden": 128},
            "controller": {},
        }
    )


def trained_world(
    folder: Path,
    plan: WorldPlan,
    *,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Path:
    """Train what is missing of a world model in ``folder``; gives the folder of the finished one.

    Each part is a run of its own, in a folder of its name, that goes on where it was stopped.

    Parameters
    ----------
    report : callable (steps done, steps in all) -> None
        Begins again with each part.

    Raises
    ------
    Problem
        The data is no recording, or a part cannot be trained or written.
    """
    model = folder / MODEL
    for part in _WHERE:
        if not (model / _WHERE[part]).is_file():
            for done in _trained(folder, part, plan):
                report(done, plan.steps[part])
            export_run(folder / part, model)
    return model


def _trained(folder: Path, part: str, plan: WorldPlan) -> Iterator[int]:
    run = _run(folder, part, plan)
    with closing(run.train(run.pictures())) as steps:
        for progress in steps:
            yield progress.step


def _run(folder: Path, part: str, plan: WorldPlan) -> Run:
    if Run.exists(folder / part):
        return Run.open(folder / part)
    settings = dict(plan.settings.get(part, {}))
    if part != "eyes":
        settings[_NAMES[part]] = str(folder / MODEL)
    spec = RunSpec(
        _FAMILY[part],
        plan.data,
        plan.size,
        plan.steps[part],
        seed=plan.seed,
        settings=settings,
        hold_out=plan.hold_out,
        name=folder.name,
    )
    return Run.create(folder / part, spec)

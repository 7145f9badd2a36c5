"""Which networks of a run go on from the weights of another run or of an exported model, seen before it is begun."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from explorer.core.models.model import drawing_file, translator_file
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.paths import model_path
from explorer.training.learning.family import Learner
from explorer.training.runs.checkpoint import checkpoints, shapes_in
from explorer.training.runs.exported_start import examples, fits, graph_of
from explorer.training.runs.run_folder import CHECKPOINTS, SPEC_FILE


@dataclass(frozen=True)
class StartFit:
    """What becomes of each network of a run.

    Attributes
    ----------
    kept : tuple of str
        The networks that go on from the weights they are given, such as "generator".
    anew : tuple of str
        Those that begin from nothing, for what was given has none that fits.
    """

    kept: tuple[str, ...]
    anew: tuple[str, ...]


def is_exported(start: Path) -> bool:
    """Whether what a run starts from is an exported model, rather than another run."""
    if start.suffix == ".onnx":
        return True
    return bool(drawing_file(start) or translator_file(start)) and not (start / SPEC_FILE).is_file()


def newest_in(run: Path) -> Path:
    """The newest checkpoint of a run to start from.

    Raises
    ------
    Problem
        It has none.
    """
    found = checkpoints(run / CHECKPOINTS)
    if not found:
        raise Problem(f"The run in {run} has no checkpoint to start from.", "Train it first.")
    return found[-1]


def start_fit(learner: Learner, start: str) -> StartFit:
    """What of ``learner`` would go on from ``start``, as a `RunSpec` names it; changes nothing.

    Raises
    ------
    Problem
        There is nothing there, or it cannot be read.
    """
    place = model_path(start)
    kept = _kept_of_model(learner, place) if is_exported(place) else _kept_of_run(learner, newest_in(place))
    return StartFit(
        tuple(name for name, fit in kept.items() if fit), tuple(name for name, fit in kept.items() if not fit)
    )


def _kept_of_model(learner: Learner, model: Path) -> dict[str, bool]:
    exports, kept = learner.exports(), {}
    for role, origin in learner.origins().items():
        path = graph_of(model, role)
        given = examples(origin, exports[role])
        kept[role] = path is not None and fits(origin, read_model(path).proto, given)
    return kept


def _kept_of_run(learner: Learner, checkpoint: Path) -> dict[str, bool]:
    given = shapes_in(checkpoint)
    return {
        name: all(given.get((name, key)) == tuple(value.shape) for key, value in network.state_dict().items())
        for name, network in learner.networks.items()
    }

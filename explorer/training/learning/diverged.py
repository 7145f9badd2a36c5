"""When numbers stop being numbers: a run ends there, and says what to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from explorer.core.problem import Problem
from explorer.training.learning.family import Learner


class Diverged(Problem):
    """A loss or a weight is infinite or not a number any more.

    Attributes
    ----------
    step : int
        The first step at which it was seen.
    names : tuple of str
        What was no number: losses, or networks.
    kept_step : int
        The step of the checkpoint that the run was taken back to; 0 where there is none.
    changes : dict of str to float
        Settings that may do better.
    """

    def __init__(
        self,
        step: int,
        names: Sequence[str],
        kept_step: int = 0,
        changes: Mapping[str, float] | None = None,
    ) -> None:
        self.step, self.names, self.kept_step = step, tuple(names), kept_step
        self.changes = dict(changes or {})
        back = f" The run was taken back to its checkpoint at step {kept_step}." if kept_step else ""
        super().__init__(
            f"Training diverged: at step {step} {_joined(self.names)} no longer finite (NaN).{back}",
            _advice(self.changes, kept_step),
        )

    def explained(self, kept_step: int, settings: object) -> Diverged:
        """The same with what to do: where the run stands now, and what to change of its settings."""
        return Diverged(self.step, self.names, kept_step, changes_to(settings))


def changes_to(settings: object) -> dict[str, float]:
    """Settings that make divergence less likely: its learning rates at a third."""
    found = {}
    for name in ("learning_rate", "last_rate"):
        value = getattr(settings, name, None)
        if isinstance(value, float):
            found[name] = float(f"{value / 3:.1g}")
    return found


def _advice(changes: Mapping[str, float], kept_step: int) -> str:
    start = ", from its weights (--start)," if kept_step else ""
    values = " and ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in changes.items())
    return f"Start a new run{start} with a {f'lower {values}' if values else 'gentler setting'}."


@torch.no_grad()
def check_weights(learner: Learner) -> None:
    """Make sure that a checkpoint is worth keeping.

    Raises
    ------
    Diverged
        A weight is infinite or not a number.
    """
    bad = [
        name
        for name, network in learner.networks.items()
        if not all(bool(value.isfinite().all()) for value in network.state_dict().values())
    ]
    if bad:
        raise Diverged(learner.done_steps, [f"the weights of {name}" for name in bad])


def _joined(names: Sequence[str]) -> str:
    plural = len(names) > 1 or names[0].startswith("the weights")
    return f"{', '.join(names)} {'are' if plural else 'is'}"

"""What a run tells besides its losses: gradient norms and learning rates, and how fast it goes."""

from __future__ import annotations

import time

import torch
from torch import Tensor

from explorer.training.learning.family import Learner

EVERY = 10
"""Steps between two readings of gradients and rates: looking at every weight has its price."""

SECONDS = "seconds"
"""What the time is called that has been spent on steps since the run was begun or resumed."""

_SPEED_EVERY_S = 0.5
_PAUSE_S = 0.25


def is_told_at(step: int) -> bool:
    """Whether gradients and rates are told at this step (1, 2 …); it depends on the step alone.

    After the first ten it is the 11th, 21st …: one at which a generator learns whose turn comes every 2 or 5 steps.
    """
    return step <= EVERY or step % EVERY == 1


def forget_gradients(learner: Learner) -> None:
    """Before a step: leave no gradient of an earlier one, which a resumed run would not have."""
    for optimizer in learner.optimizers.values():
        optimizer.zero_grad(set_to_none=True)
    learner.uncut.clear()


@torch.no_grad()
def gradients(learner: Learner) -> dict[str, Tensor]:
    """``gradient/NAME`` for each optimiser: the 2-norm of the gradient of its update in this step, on the device.

    Gradients stay where they are until the next update, so that this needs no help of the families. Of one that was
    cut to a length it is the norm before.
    """
    found = {}
    for name, optimizer in learner.optimizers.items():
        if name in learner.uncut:
            found[f"gradient/{name}"] = learner.uncut[name].float()
            continue
        groups = optimizer.param_groups
        slopes = [p.grad for group in groups for p in group["params"] if p.grad is not None]
        if slopes:
            norms = torch._foreach_norm(slopes)
            found[f"gradient/{name}"] = torch.linalg.vector_norm(torch.stack(norms).float())
    return found


def rates(learner: Learner) -> dict[str, float]:
    """``rate/NAME`` for each optimiser: its learning rate."""
    return {f"rate/{name}": float(o.param_groups[0]["lr"]) for name, o in learner.optimizers.items()}


class Speed:
    """Images a second, told about twice a second; time in which nobody asked for a step does not count.

    Parameters
    ----------
    device : torch.device
        On CUDA the memory that torch holds there is told too.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._spent_s = 0.0
        self.restart()

    def restart(self) -> None:
        """Begin to count anew, after something that is not training."""
        self._since, self._images, self._yielded_at = time.perf_counter(), 0, 0.0

    def before_yield(self, images: int) -> dict[str, float]:
        """Note a step of so many pictures; what is to be told, mostly nothing."""
        now = time.perf_counter()
        self._images += images
        self._yielded_at = now
        took = now - self._since
        if took < _SPEED_EVERY_S:
            return {}
        self._spent_s += took
        figures = {"images/s": self._images / took, SECONDS: self._spent_s}
        if self._device.type == "cuda":
            figures["memory/GB"] = torch.cuda.max_memory_allocated(self._device) / 1e9
        self._since, self._images = now, 0
        return figures

    def after_yield(self) -> None:
        """Note that the next step is asked for; a long wait was a pause."""
        waited = time.perf_counter() - self._yielded_at
        if waited > _PAUSE_S:
            self._since += waited

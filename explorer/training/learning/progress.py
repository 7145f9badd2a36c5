"""What a training run tells after each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass(frozen=True)
class Progress:
    """One finished step.

    Attributes
    ----------
    step : int
        Steps done since the run began, resumed ones included.
    tensors : mapping of str to Tensor
        The losses, still on the device: reading each at once would make a GPU wait. Now and then the gradients'
        norms are among them, as ``gradient/NAME``.
    kept_step : int
        The step of the newest checkpoint.
    numbers : mapping of str to float
        What is known without the device: ``rate/NAME``.
    speed : mapping of str to float
        ``images/s``, ``seconds`` spent on steps, and ``memory/GB`` on a GPU; empty at most steps. Unlike all else
        it differs from run to run.
    """

    step: int
    tensors: Mapping[str, Tensor]
    kept_step: int = 0
    numbers: Mapping[str, float] = field(default_factory=dict)
    speed: Mapping[str, float] = field(default_factory=dict)

    @property
    def losses(self) -> dict[str, float]:
        """The losses as numbers, with gradients and rates where they are told; waits for the device."""
        return losses_of([self])[0]


def losses_of(progress: Sequence[Progress]) -> list[dict[str, float]]:
    """The losses of several steps as numbers, fetched from the device in one go."""
    flat = [tensor.float() for p in progress for tensor in p.tensors.values()]
    values = iter(torch.stack(flat).tolist() if flat else [])
    return [{name: next(values) for name in p.tensors} | dict(p.numbers) for p in progress]

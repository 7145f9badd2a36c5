"""What a training run tells after each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
        The losses, still on the device: reading each at once would make a GPU wait.
    kept_step : int
        The step of the newest checkpoint.
    """

    step: int
    tensors: Mapping[str, Tensor]
    kept_step: int = 0

    @property
    def losses(self) -> dict[str, float]:
        """The losses as numbers; waits for the device."""
        return losses_of([self])[0]


def losses_of(progress: Sequence[Progress]) -> list[dict[str, float]]:
    """The losses of several steps as numbers, fetched from the device in one go."""
    flat = [tensor.float() for p in progress for tensor in p.tensors.values()]
    if not flat:
        return [{} for _ in progress]
    values = iter(torch.stack(flat).tolist())
    return [{name: next(values) for name in p.tensors} for p in progress]

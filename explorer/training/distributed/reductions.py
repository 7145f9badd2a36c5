"""Means over all processes, through which gradients pass.

A loss is the mean over the batch, and each process has that of its own share: the gradient of the whole is the mean of
theirs (`average_gradients`). A loss that is no plain mean is made of `averaged`, `summed` or `gathered` parts, so that
each process has that of the whole batch; the mean of their gradients is then right as well. Alone, all of these give
what they are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import Tensor, distributed

from explorer.training.distributed.group import heard, number, processes


class _Averaged(torch.autograd.Function):
    """The mean over the processes; its own adjoint, so that it can be differentiated again and again."""

    @staticmethod
    def forward(ctx: Any, own: Tensor) -> Tensor:
        found = own.detach().clone(memory_format=torch.contiguous_format)
        return _sum(found).div_(processes())

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> Any:
        return _average(slopes[0])


def _average(own: Tensor) -> Tensor:
    found: Tensor = cast(Any, _Averaged).apply(own)
    return found


def averaged(own: Tensor) -> Tensor:
    """The mean of what each process has, of one shape everywhere."""
    if processes() == 1:
        return own
    return _average(own)


def summed(own: Tensor) -> Tensor:
    """The sum of what each process has."""
    return own if processes() == 1 else averaged(own.float()) * processes()


def gathered(own: Tensor) -> Tensor:
    """The rows (n, ...) of all processes, one process after the other."""
    if processes() == 1:
        return own
    places = [own if place == number() else torch.zeros_like(own) for place in range(processes())]
    return summed(torch.cat(places))


def averages(numbers: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The mean over the processes of each of these scalars, without gradients."""
    if processes() == 1 or not numbers:
        return dict(numbers)
    found = averaged(torch.stack([number.detach().float() for number in numbers.values()]))
    return dict(zip(numbers, found.unbind(), strict=True))


@torch.no_grad()
def average_gradients(optimizer: torch.optim.Optimizer) -> None:
    """Give every process the mean of their gradients, which are those of the whole batch."""
    if processes() == 1:
        return
    slopes = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    flat = averaged(torch.cat([slope.reshape(-1) for slope in slopes]))
    for slope, mean in zip(slopes, torch.split(flat, [slope.numel() for slope in slopes]), strict=True):
        slope.copy_(mean.view(slope.shape))


def _sum(tensor: Tensor) -> Tensor:
    with heard():
        distributed.all_reduce(tensor)
    return tensor

"""Means over all processes."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, distributed

from explorer.training.distributed.group import heard, processes


class _Averaged(torch.autograd.Function):
    """The mean over the processes; its own adjoint, so that it can be differentiated again and again."""

    @staticmethod
    def forward(ctx: Any, own: Tensor) -> Tensor:
        found = own.detach().clone(memory_format=torch.contiguous_format)
        with heard():
            distributed.all_reduce(found)
        return found.div_(processes())

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> Any:
        return averaged(slopes[0])


def averaged(own: Tensor) -> Tensor:
    """The mean of what each process has, of one shape everywhere; gradients pass through it."""
    found: Tensor = own if processes() == 1 else cast(Any, _Averaged).apply(own)
    return found


@torch.no_grad()
def average_gradients(optimizer: torch.optim.Optimizer) -> None:
    """Give every process the mean of their gradients, which is that of the whole batch."""
    if processes() == 1:
        return
    slopes = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    flat = averaged(torch.cat([slope.reshape(-1) for slope in slopes]))
    for slope, mean in zip(slopes, torch.split(flat, [slope.numel() for slope in slopes]), strict=True):
        slope.copy_(mean.view(slope.shape))

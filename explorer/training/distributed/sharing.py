"""Networks of which each process works on its rows of a batch, while all that is around them sees the whole batch.

So a loss, a random number or a count is what it would be in one process, and whoever writes a family thinks of one.

Of slopes every process has those of the whole batch as well. Within a network that is shared they count as many times
as there are processes: the mean over the processes of the gradient of a weight is then that of the whole batch,
whether the network was shared or worked on all rows in every process. Both ways are each other's adjoint, so that
gradients of gradients, as penalties need, are right too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import torch
from torch import Tensor, distributed, nn

from explorer.training.distributed.group import heard, number, processes

_at_work: nn.Module | None = None  # the network that is working on this process's rows


def shares() -> int:
    """Of how many processes each works on its rows just now; 1 outside of what is `shared`."""
    return 1 if _at_work is None else processes()


def own_rows(whole: Tensor) -> Tensor:
    """This process's rows of a tensor (N, ...), N being a multiple of `shares`."""
    return whole.chunk(shares())[number()] if shares() > 1 else whole


@contextmanager
def shared(networks: Iterable[nn.Module]) -> Iterator[None]:
    """Let the processes share the work of these networks, whose rows must not depend on each other, in what follows.

    Batches that cannot be shared evenly are worked on by every process.
    """
    global _at_work
    handles = []
    for module in (module for network in networks for module in network.modules() if processes() > 1):
        handles += [module.register_forward_pre_hook(_take), module.register_forward_hook(_give)]
    try:
        yield
    finally:
        _at_work = None
        for handle in handles:
            handle.remove()


def _take(module: nn.Module, given: tuple[Any, ...]) -> tuple[Any, ...] | None:
    global _at_work
    if _at_work is not None or not given or len(given[0]) % processes():
        return None
    _at_work = module
    return tuple(None if whole is None else _taken(whole) for whole in given)


def _give(module: nn.Module, given: object, own: Any) -> Any:
    global _at_work
    if module is not _at_work:
        return None
    _at_work = None
    return _gathered(own) if isinstance(own, Tensor) else tuple(_gathered(each) for each in own)


class _Taken(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, whole: Tensor) -> Tensor:
        return whole.chunk(processes())[number()].clone()

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> Any:
        return _gathered(slopes[0]) / processes()


class _Gathered(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, own: Tensor) -> Tensor:
        parts = [torch.empty_like(own, memory_format=torch.contiguous_format) for _ in range(processes())]
        with heard():
            distributed.all_gather(parts, own.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> Any:
        return _taken(slopes[0]) * processes()


def _taken(whole: Tensor) -> Tensor:
    found: Tensor = cast(Any, _Taken).apply(whole)
    return found


def _gathered(own: Tensor) -> Tensor:
    found: Tensor = cast(Any, _Gathered).apply(own)
    return found

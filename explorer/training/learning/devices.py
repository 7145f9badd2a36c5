"""Where networks are trained, and in which precision."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar, cast

import torch
from torch import nn

from explorer.core.problem import Problem

Network = TypeVar("Network", bound=nn.Module)


def training_device(wanted: str = "auto") -> torch.device:
    """The device that ``auto``, ``cpu`` or ``cuda`` means here; ``auto`` takes CUDA where there is any.

    Raises
    ------
    Problem
        CUDA was asked for and torch cannot use it.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        raise Problem("There is no CUDA device that torch can use here.", "Train on the CPU: --device cpu.")
    return torch.device("cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu")


def use_threads(count: int) -> None:
    """Let torch use ``count`` processor threads in this process; 0 leaves the choice to torch."""
    if count > 0:
        torch.set_num_threads(count)


def leave_room() -> None:
    """Let torch use half of the processor: the rest is onnxruntime's and the window's, and what it shares it waits for.

    Where a system counts two threads a core this is a thread a core; more than that only get in each other's way.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    use_threads(max((allowed or 2) // 2, 1))


def placed(network: Network, device: torch.device) -> Network:
    """``network`` on ``device``, with its channels last in memory, which convolutions are fastest with."""
    moved = cast(Any, network).to(device, memory_format=torch.channels_last)
    return cast(Network, moved)


def in_bf16(device: torch.device, *, processors: bool = False) -> AbstractContextManager[object]:
    """Run what follows in bfloat16 autocast on a CUDA device that has it; elsewhere change nothing.

    With ``processors``, also on a CPU whose instructions work in it, which is up to twice as fast there.
    """
    if device.type == "cuda" and torch.cuda.is_bf16_supported():
        return torch.autocast("cuda", torch.bfloat16)
    if processors and device.type == "cpu" and _processor_has_bf16():
        return torch.autocast("cpu", torch.bfloat16)
    return nullcontext()


def _processor_has_bf16() -> bool:
    has = torch.cpu.get_capabilities()
    return bool(has.get("avx512_bf16") or has.get("amx_bf16"))


@contextmanager
def memory_told(batch_size: int) -> Iterator[None]:
    """Say in words that the memory ran out in what follows.

    Raises
    ------
    Problem
        It did; a smaller batch is offered.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        on_cpu = isinstance(error, MemoryError) or "DefaultCPUAllocator" in str(error)
        if not isinstance(error, torch.OutOfMemoryError) and not on_cpu:
            raise
        smaller = max(2, batch_size // 2)
        raise OutOfMemory("Memory" if on_cpu else "GPU memory", batch_size, smaller) from None


class OutOfMemory(Problem):
    """A batch was too large for the memory.

    Attributes
    ----------
    changes : dict of str to float
        Settings that need less.
    """

    def __init__(self, memory: str, batch_size: int, smaller: int) -> None:
        self.changes = {"batch_size": smaller}
        super().__init__(
            f"{memory} ran out with batches of {batch_size} pictures.",
            f"Start a new run with batches of {smaller} (--set batch_size={smaller}), smaller pictures, or less width.",
        )

"""The processes that train together: who they are, what they agree upon, and what becomes of all if one ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import torch
from torch import distributed

from explorer.core.problem import Problem
from explorer.core.processes.confinement import end_with_parent

_STEP = timedelta(minutes=30)  # the longest that a process may keep the others waiting while they train
_PREPARATION = timedelta(days=2)  # large sets of pictures take long to be decoded for the first time
_NO, _YES, _FAILED = range(3)

_preparing: Any = None  # the same processes, with more patience


class Elsewhere(Problem):
    """Another process cannot go on, and says itself why."""

    def __init__(self) -> None:
        super().__init__("Another of the processes that train together cannot go on.", "It says why itself.")


class Lost(Problem):
    """Another process does not answer any more."""

    def __init__(self) -> None:
        super().__init__(
            f"Another of the {processes()} processes that train together has ended, or cannot be reached.",
            "Start all of them again with --resume.",
        )


def processes() -> int:
    """How many processes train together; 1 for one that trains alone."""
    joined = distributed.is_available() and distributed.is_initialized()
    return distributed.get_world_size() if joined else 1


def number() -> int:
    """Which of them this one is, from 0."""
    return distributed.get_rank() if processes() > 1 else 0


def is_first() -> bool:
    """Whether this is the one that keeps the run's folder."""
    return number() == 0


def is_first_here() -> bool:
    """Whether this is the first one of its machine."""
    return processes() == 1 or _local() == 0


@contextmanager
def joined(device: torch.device) -> Iterator[torch.device]:
    """Join the processes that torchrun started with this one, if it did; gives the device that is this one's.

    They speak gloo between processors and NCCL between GPUs.

    Raises
    ------
    Problem
        They do not find each other, or there are more of them than GPUs.
    """
    global _preparing
    if "RANK" not in os.environ or int(os.environ.get("WORLD_SIZE") or 1) < 2:
        yield device
        return
    end_with_parent(signal.SIGTERM)  # torchrun may be killed, and its processes would go on
    own = _own(device)
    try:
        distributed.init_process_group("cpu:gloo,cuda:nccl" if own.type == "cuda" else "gloo", timeout=_STEP)
        _preparing = distributed.new_group(backend="gloo", timeout=_PREPARATION)
    except (RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise Problem(
            f"The processes that should train together cannot find each other ({reason}).",
            "Start them with torchrun, with the same --nnodes and --rdzv-endpoint on every machine.",
        ) from None
    try:
        yield own
    finally:
        _preparing = None
        distributed.destroy_process_group()


def agree(request: bool) -> bool:
    """Whether any of the processes wishes something that is asked of all of them now.

    Raises
    ------
    Elsewhere, Lost
        Another one has broken off, or gone.
    """
    if processes() == 1:
        return request
    found = _highest(_YES if request else _NO, None)
    if found == _FAILED:
        raise Elsewhere
    return found == _YES


def break_off() -> None:
    """Tell the others, who are about to `agree`, that this process ends."""
    if processes() > 1:
        with suppress(Lost):
            _highest(_FAILED, None)


@contextmanager
def all_or_none() -> Iterator[None]:
    """What follows is done in all processes before any goes on, and where it fails in one, all end.

    Raises
    ------
    Elsewhere, Lost
        It failed in another one.
    """
    if processes() == 1:
        yield
        return
    try:
        yield
    except BaseException:
        with suppress(Lost):
            _highest(_FAILED, _preparing)
        raise
    if _highest(_NO, _preparing) == _FAILED:
        raise Elsewhere


def of_first(data: bytes) -> bytes:
    """What the first process says here, in all of them.

    Raises
    ------
    Lost
        One of them has gone.
    """
    if processes() == 1:
        return data
    size = torch.tensor([len(data)])
    with heard():
        distributed.broadcast(size, 0)
        length = int(size)
        said = torch.frombuffer(bytearray(data), dtype=torch.uint8) if is_first() else None
        given = torch.empty(length, dtype=torch.uint8) if said is None else said
        distributed.broadcast(given, 0)
    return given.numpy().tobytes()


@contextmanager
def heard() -> Iterator[None]:
    """Say in words that the others do not answer any more.

    Raises
    ------
    Lost
        They do not.
    """
    try:
        yield
    except RuntimeError:
        raise Lost from None


def check_shared(batch_size: int) -> None:
    """Make sure that every process has as many pictures of a batch.

    Raises
    ------
    Problem
        The processes do not divide it; the next sizes that they do are offered.
    """
    count = processes()
    if batch_size % count == 0:
        return
    below = batch_size // count * count
    sizes = [size for size in (below, below + count) if size > 1]
    raise Problem(
        f"A batch of {batch_size} pictures cannot be shared evenly by {count} processes.",
        f"Start a run with batches of {' or '.join(map(str, sizes))} (--set batch_size={sizes[-1]}), "
        "or start another number of processes.",
    )


def _highest(word: int, group: Any) -> int:
    said = torch.tensor([word])
    with heard():
        distributed.all_reduce(said, distributed.ReduceOp.MAX, group=group)
    return int(said)


def _own(device: torch.device) -> torch.device:
    """This process's own GPU, or the processor that all share."""
    if device.type != "cuda":
        return device
    here, there = int(os.environ.get("LOCAL_WORLD_SIZE", "1")), torch.cuda.device_count()
    if max(here, _local() + 1) > there:
        raise Problem(
            f"There are {max(here, _local() + 1)} processes here, but torch can use {there} GPU{'s' * (there > 1)}.",
            f"Start {there} (--nproc-per-node {there}), or train on the processor (--device cpu).",
        )
    own = torch.device("cuda", _local())
    torch.cuda.set_device(own)
    return own


def _local() -> int:
    return int(os.environ.get("LOCAL_RANK", os.environ.get("RANK", "0")))

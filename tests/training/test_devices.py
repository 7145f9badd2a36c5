"""Which device is meant, and what is said when its memory runs out."""

from __future__ import annotations

import pytest
import torch

from explorer.core.problem import Problem
from explorer.training.learning import devices
from explorer.training.learning.devices import OutOfMemory, memory_told, training_device


@pytest.mark.parametrize(
    ("wanted", "has_cuda", "device"),
    [
        ("auto", True, "cuda"),
        ("auto", False, "cpu"),
        ("cpu", True, "cpu"),
        ("cpu", False, "cpu"),
        ("cuda", True, "cuda"),
        ("cuda", False, ""),
    ],
)
def test_a_device_is_the_one_that_is_asked_for_or_the_best(
    monkeypatch: pytest.MonkeyPatch, wanted: str, has_cuda: bool, device: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_cuda)
    if device:
        assert training_device(wanted).type == device
        return
    with pytest.raises(Problem, match="no CUDA device"):
        training_device(wanted)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), "GPU memory ran out with batches of 9 pictures."),
        (MemoryError(), "Memory ran out with batches of 9 pictures."),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "Memory ran out with batches of 9"),
        (RuntimeError("shapes differ"), ""),
        (ValueError("DefaultCPUAllocator"), ""),
    ],
    ids=["gpu", "memory", "allocator", "other", "value"],
)
def test_memory_that_ran_out_is_told_with_a_smaller_batch(error: Exception, said: str) -> None:
    with pytest.raises(OutOfMemory if said else type(error)) as told, memory_told(9):
        raise error
    if said:
        assert str(told.value).startswith(said) or told.value.what.startswith(said)
        assert told.value.changes == {"batch_size": 4}
    with pytest.raises(OutOfMemory) as least, memory_told(2):
        raise MemoryError
    assert least.value.changes == {"batch_size": 2}


@pytest.mark.parametrize(("allowed", "threads"), [(8, 4), (5, 2), (2, 1), (1, 1)])
def test_half_of_the_processor_is_left_to_others(monkeypatch: pytest.MonkeyPatch, allowed: int, threads: int) -> None:
    used: list[int] = []
    monkeypatch.setattr(devices.os, "sched_getaffinity", lambda _pid: set(range(allowed)), raising=False)
    monkeypatch.setattr(torch, "set_num_threads", used.append)
    devices.leave_room()
    devices.use_threads(0)
    assert used == [threads]

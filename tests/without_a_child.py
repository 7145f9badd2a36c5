"""What the program does in a child, done in this process, which has torch already where a child would import it first.

What is asked and told is what JSON can carry, as between processes. That, and how a child is confined, stopped and
survived, is tested with children: here a file has no limits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from explorer.core.processes.child import EndedError


def read_operators_once() -> None:
    """From now on torch's exporter reads its table of operators once, not half a second for every network.

    It changes the table only for operators of the caller's own, which nobody here brings.
    """
    from torch.onnx._internal.exporter._registration import ONNXRegistry

    if not hasattr(ONNXRegistry.from_torchlib, "cache_info"):
        ONNXRegistry.from_torchlib = staticmethod(cache(ONNXRegistry.from_torchlib))


@contextmanager
def trials() -> Iterator[None]:
    """While it lasts, models are tried here, before they are opened."""
    from explorer.core.models import guard

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "limit_memory", lambda _size: None)
        patch.setattr(guard, "ask", lambda _module, wanted, *_: as_json(guard.main(as_json(dict(wanted)))))
        yield


@contextmanager
def conversions() -> Iterator[None]:
    """While it lasts, weights are converted here, and what other answers would paint is painted here."""
    from explorer.training.weight_import import conversion_child, converting

    def ask(
        module: str,
        wanted: Mapping[str, Any],
        limits: object,
        cancelled: Callable[[], bool] = lambda: False,
        staged: Callable[[str], object] = lambda _stage: None,
    ) -> Any:
        if cancelled():
            raise EndedError("cancelled")
        patch.setattr(conversion_child, "say_stage", staged)
        return as_json(import_module(module).main(as_json(dict(wanted))))

    read_operators_once()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conversion_child, "_frugal", lambda size: nullcontext())
        patch.setattr(converting, "ask", ask)
        yield


@contextmanager
def exports() -> Iterator[None]:
    """While it lasts, runs are exported here."""
    from tqdm import tqdm

    from explorer.training.runs import export

    read_operators_once()
    tqdm.monitor_interval = 0  # for good, as the program's own bars have it: the exporter's would leave a thread
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "ask", lambda _module, wanted, *_: export.main(as_json(dict(wanted))))
        yield


@contextmanager
def readings() -> Iterator[None]:
    """While it lasts, tensors of PyTorch files are read here."""
    from explorer.training.weight_import import tensors

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tensors, "frugal", lambda *_limits: nullcontext())
        patch.setattr(tensors, "ask", lambda _module, wanted, *_: tensors.main(as_json(dict(wanted))))
        yield


def as_json(value: Any) -> Any:
    """What another process would get."""
    return json.loads(json.dumps(value))

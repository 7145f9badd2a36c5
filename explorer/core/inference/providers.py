"""Where a model runs, and why: sessions placed on CUDA where that works, else on the CPU with the reason."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import platform
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as native

from explorer.core.models.onnx_parts import GraphProto, ModelProto, TensorProto, made_node, made_value
from explorer.core.problem import Problem

ort.disable_telemetry_events()  # of Windows; elsewhere the package's first lines see to it

Device = Literal["auto", "cpu", "cuda"]

BATCH = "N"
"""The name that the open batch size has in every graph given to `open_session`."""

NATIVE_ERRORS: tuple[type[Exception], ...] = (
    *(e for e in vars(native).values() if isinstance(e, type) and issubclass(e, Exception)),
    RuntimeError,
    MemoryError,
    ValueError,  # onnxruntime's Python layer on a wrong feed
)
"""Everything that onnxruntime raises; its own exceptions have no common ancestor."""

_PROBE_ERRORS: tuple[type[Exception], ...] = (*NATIVE_ERRORS, OSError)

_SILENT, _WARNING = 4, 2
_LEAST_LIMIT = 4 * 2**30
_CUDA = "CUDAExecutionProvider"
_CPU = "CPUExecutionProvider"

# HEURISTIC: the default measures every algorithm for every new shape, half a second each.
# kSameAsRequested: the arena otherwise doubles, at the cost of whatever else shares the card.
_CUDA_OPTIONS = {
    "cudnn_conv_algo_search": "HEURISTIC",
    "cudnn_conv_use_max_workspace": "1",
    "arena_extend_strategy": "kSameAsRequested",
}

# Threads that wait in a loop for the next node of a run spare it their wake-up. By default they go on
# long after the run: at 60 pictures a second that is 18 ms of processor time a picture instead of 2.4, and
# beside a training it doubles every run. So they wait in a loop as long as nodes follow each other closely.
_CONFIG = {
    "session.intra_op.spin_duration_us": "50",
    "session.force_spinning_stop": "1",
    "session.inter_op.allow_spinning": "0",
}


@dataclass(frozen=True, eq=False)
class Placed:
    """A session and where it really runs.

    Attributes
    ----------
    session : onnxruntime.InferenceSession
    provider : str
        ``CUDA`` or ``CPU``.
    reason : str
        Why it is not on CUDA, one sentence; "" where it is, or where the CPU was asked for.
    """

    session: Any
    provider: str
    reason: str


def open_session(model: bytes, device: Device = "auto", *, batch: int | None = None) -> Placed:
    """A session for a serialised model.

    Parameters
    ----------
    model : bytes
        A model that passed `explorer.core.models.policy.check_policy`.
    device : {"auto", "cpu", "cuda"}
        ``auto`` and ``cuda`` both take CUDA where it works and the CPU where it does not.
    batch : int or None
        Freezes the open batch size, which lets onnxruntime plan memory and drop shape arithmetic.

    Raises
    ------
    Problem
        onnxruntime cannot load the model.
    """
    reason = "" if device == "cpu" else cuda_problem()
    if device != "cpu" and not reason:
        try:
            session = _session(model, [(_CUDA, _CUDA_OPTIONS), _CPU], batch)
        except NATIVE_ERRORS as error:
            reason = f"CUDA refused this model: {_first_line(error)}"
        else:
            if _CUDA in session.get_providers():  # nothing else tells the truth
                return Placed(session, "CUDA", "")
            reason = "CUDA could not be started for this model."
    try:
        return Placed(_session(model, [_CPU], batch), "CPU", reason)
    except NATIVE_ERRORS as error:
        raise _unloadable(error) from None


def _unloadable(error: Exception) -> Problem:
    """What onnxruntime says of a model that it cannot load; of one that is too new, in words."""
    if too_new := _TOO_NEW.search(str(error)):
        form = "IR version" if too_new[1] else "opset"
        its, most = (too_new[1], too_new[2]) if too_new[1] else (too_new[3], too_new[4])
        what = f"This model is written for a newer ONNX ({form} {its}) than onnxruntime here knows (up to {most})."
        return Problem(what, "Export it again for that version, or update onnxruntime.")
    return Problem(f"onnxruntime cannot load this model: {_first_line(error)}", "Export it again.")


def cuda_problem() -> str:
    """Why CUDA cannot be used here, as one sentence; "" where it can. Tried once, with a one-node model."""
    with _PROBING:
        return _probe()


_TOO_NEW = re.compile(
    r"IR version: (\d+), max supported IR version: (\d+)|Opset (\d+) is under development.*till opset (\d+)", re.S
)
_PROBING = threading.Lock()  # the probe borrows the standard output, which two threads would not give back


@functools.cache
def _probe() -> str:
    if _CUDA not in ort.get_available_providers():
        return "The installed onnxruntime has no CUDA support."
    ort.set_default_logger_severity(_SILENT)
    try:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            ort.preload_dlls(directory="")
        session = _session(_one_node(), [(_CUDA, _CUDA_OPTIONS)], None)
    except _PROBE_ERRORS as error:
        return f"CUDA does not work here: {_first_line(error)}"
    finally:
        ort.set_default_logger_severity(_WARNING)
    if _CUDA in session.get_providers():
        return ""
    return _missing(said.getvalue())


def _missing(said: str) -> str:
    libraries = [line.split(":")[0].removeprefix("Failed to load ").strip() for line in said.splitlines()]
    libraries = [os.path.basename(name) for name in libraries if ".so" in name or ".dll" in name]
    if libraries:
        return f"CUDA's libraries are not installed ({libraries[0]} is missing)."
    return "No CUDA device was found, or its driver is too old."


def _session(model: bytes, providers: list[Any], batch: int | None) -> Any:
    options = ort.SessionOptions()
    options.log_severity_level = _SILENT  # failures are raised; a second account on stderr helps nobody
    options.intra_op_num_threads = _threads()
    options.inter_op_num_threads = 1
    if _shares_memory():
        options.add_session_config_entry("session.use_env_allocators", "1")
    for key, value in _CONFIG.items():
        options.add_session_config_entry(key, value)
    if batch is not None:
        options.add_free_dimension_override_by_name(BATCH, batch)
    # A model may carry session settings of its own: they are not asked. onnxruntime's Python layer may go
    # over to another provider when a run fails, and print that: it must not.
    own = {"read_config_from_model": 0, "enable_fallback": 0}
    return ort.InferenceSession(model, options, providers=providers, **own)


@functools.cache
def _shares_memory() -> bool:
    """Whether all sessions take what they need on the CPU from one place, of which the size is limited."""
    place = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    try:
        ort.create_and_register_allocator(place, ort.OrtArenaCfg({"max_mem": _most_memory()}))
    except NATIVE_ERRORS:
        return False  # each session has its own then, without a limit
    return True


def _most_memory() -> int:
    """Half of the machine's memory, in bytes, but enough for the largest models that are drawn; or what was said."""
    if _told_limits:
        return min(_told_limits)
    if not hasattr(os, "sysconf"):
        return _LEAST_LIMIT
    return max(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2, _LEAST_LIMIT)


_told_limits: list[int] = []


def limit_memory(most_bytes: int) -> None:
    """Have all sessions of this process on the CPU take no more together; only before the first of them."""
    _told_limits.append(most_bytes)


def shrinking(provider: str) -> ort.RunOptions:
    """Options of a run after which the memory that nothing uses is given back."""
    options = ort.RunOptions()
    arenas = "cpu:0;gpu:0" if provider == "CUDA" else "cpu:0"
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", arenas)
    return options


def give_memory_back() -> None:
    """Give back what sessions on the CPU that were closed have left: the memory is shared, and any run can do it."""
    _smallest().run(None, {"x": np.zeros(1, np.float32)}, shrinking("CPU"))


@functools.cache
def _smallest() -> Any:
    return _session(_one_node(), [_CPU], None)


@contextlib.contextmanager
def off_pinned_cores() -> Iterator[None]:
    """A block of the calling thread that runs a session on the CPU: meanwhile it is on the core that is left to it.

    Of its threads onnxruntime pins one to every core but the first. A caller that happens to be on one of those keeps
    that thread waiting, which cannot go elsewhere, and a run takes twice as long. Of several runs at a time only one
    has that core; there, and where nothing is pinned, the caller stays where it is.
    """
    if not _pins_threads() or not _FIRST_CORE.acquire(blocking=False):
        yield
        return
    before = os.sched_getaffinity(0)
    try:
        _lie_on({min(before)})
        yield
    finally:
        _lie_on(before)
        _FIRST_CORE.release()


_FIRST_CORE = threading.Lock()


def _lie_on(cores: set[int]) -> None:
    try:
        os.sched_setaffinity(0, cores)
    except OSError:  # they were taken from this process meanwhile
        pass


@functools.cache
def _pins_threads() -> bool:
    """Whether onnxruntime pins threads here, and the first core is as fast as any: of some ARM processors it is not."""
    return hasattr(os, "sched_setaffinity") and _threads() == 0 and platform.machine() == "x86_64"


def _threads() -> int:
    """0, onnxruntime's own choice of a pinned thread a core, where every core is ours; else their number."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return 0 if allowed == os.cpu_count() else allowed or 0


def _one_node() -> bytes:
    ports = [made_value(name, TensorProto.FLOAT, [1]) for name in "xy"]
    graph = GraphProto(name="probe", node=[made_node("Relu", ["x"], ["y"])], input=ports[:1], output=ports[1:])
    return bytes(ModelProto(graph=graph, opset_import=[{"version": 17}], ir_version=8).SerializeToString())


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines() or [type(error).__name__]
    return text[0].rpartition(" : ")[2][:300]

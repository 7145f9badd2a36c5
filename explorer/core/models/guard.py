"""The first run of a file from outside: in a child process with little memory and little time.

A model is data, but data for a large native library: a small file can ask for all memory, run without end
or crash onnxruntime. What passes is remembered by the hash of its bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnxruntime

from explorer.core.inference.flattening import flattened
from explorer.core.inference.providers import limit_memory
from explorer.core.json_store import JsonStore
from explorer.core.models.external import embedded
from explorer.core.models.graph import ModelFile
from explorer.core.models.policy import check_sizes, plain_model
from explorer.core.models.probe import Trial, run_trial
from explorer.core.problem import Problem
from explorer.core.processes.child import EndedError, Limits, ask
from explorer.paths import user_folder

TIMEOUT_S = 60.0
MEMORY_BYTES = 6 * 2**30  # of address space, of which libraries alone take one
_RUN_BYTES, _RUN_COPIES = 3 << 28, 32  # that weights and results may take: few weights draw no large pictures
_MOST_REMEMBERED = 500
_STYLES = "styles"  # what is kept with the hash of a synthesis that was tried flattened
_TRIED_BY = f"{onnxruntime.__version__}, at z = 0 too"  # what passed another test run has to pass this one


def cache_file() -> Path:
    """Where this user's passed files are remembered."""
    return user_folder("cache") / "passed-models.json"


def trial_of(file: ModelFile, *, trusted: bool, styles: bool = False) -> Trial:
    """The test run of a file: here where it is trusted, else as `tried`, and raises as that does."""
    return run_trial(file) if trusted else tried(file, styles=styles)


def tried(file: ModelFile, cache: Path | None = None, timeout_s: float = TIMEOUT_S, *, styles: bool = False) -> Trial:
    """The test run of a file from outside, made in a child process unless these bytes passed before.

    Parameters
    ----------
    file : ModelFile
        A model that passed `explorer.core.models.policy.check_policy`.
    cache : Path or None
        Where passed files are remembered; None takes `cache_file`.
    timeout_s : float
    styles : bool
        It is a synthesis, and flattened: the child does that for itself.

    Raises
    ------
    Problem
        It crashed, took too long or too much memory, or cannot be run.
    """
    cache = cache or cache_file()
    passed = _passed(cache)
    key = f"{file.hash} {_STYLES}" if styles else file.hash
    if key in passed:
        return Trial.from_json(passed[key])
    trial = try_in_child(file, timeout_s, styles=styles)
    remember(key, trial, cache)
    return trial


def try_in_child(file: ModelFile, timeout_s: float = TIMEOUT_S, *, styles: bool = False) -> Trial:
    """The test run of a file, always made in a child process. Raises as `tried` does."""
    name = file.path.name
    limits = Limits(timeout_s, MEMORY_BYTES + 8 * file.size_bytes)
    try:
        answer = ask(__name__, {"path": str(file.path.resolve()), "styles": styles}, limits)
    except EndedError as ended:
        raise _unfit(name, ended, timeout_s) from None
    except OSError as error:
        raise Problem(f"No process could be started to try {name} ({error.strerror}).", "Try again.") from None
    return _verdict(file, answer)


def _unfit(name: str, ended: EndedError, timeout_s: float) -> Problem:
    if ended.how == "time":
        return Problem(f"{name} did not finish a test run within {timeout_s:g} seconds.", "Choose a smaller model.")
    if ended.how == "memory":
        return Problem(f"{name} needs more memory than a test run may take.", "Choose a smaller model.")
    return Problem(
        f"{name} made onnxruntime crash in a test run, which ended with status {ended.status}.",
        "Export it again.",
    )


def _verdict(file: ModelFile, answer: Any) -> Trial:
    try:
        if answer["hash"] == file.hash:
            return Trial.from_json(answer["trial"])
    except (ValueError, KeyError, TypeError):
        raise _unfit(file.path.name, EndedError("crash"), 0) from None
    raise Problem(f"{file.path.name} changed while it was being opened.", "Open it again.")


def _passed(cache: Path) -> dict[str, str]:
    """Trials by hash; none where they cannot be read or another onnxruntime made them."""

    def parse(data: Any) -> dict[str, str]:
        if data["onnxruntime"] != _TRIED_BY:
            return {}
        return {str(key): str(value) for key, value in data["passed"].items() if Trial.from_json(value)}

    return JsonStore(cache).read(parse, {})  # a memory that is lost costs one second a model


def remember(model: str, trial: Trial, cache: Path | None = None) -> None:
    """Note that the model with this hash passed its test run, so that it is not made again."""
    store = JsonStore(cache or cache_file())
    try:
        with store.alone():
            passed = {**_passed(store.file), model: trial.to_json()}
            newest = dict(list(passed.items())[-_MOST_REMEMBERED:])
            store.write({"onnxruntime": _TRIED_BY, "passed": newest})
    except Problem:
        pass  # not remembered: the file is tried again next time


def main(wanted: Mapping[str, Any]) -> dict[str, object]:
    """What the child does: try the file, and say what came out."""
    file = embedded(plain_model(Path(wanted["path"])))
    if wanted["styles"]:
        file = flattened(file)
    check_sizes(file)
    limit_memory(_RUN_BYTES + _RUN_COPIES * file.size_bytes)
    return {"hash": file.hash, "trial": run_trial(file).to_json()}

"""From somebody's weights to ONNX files that describe themselves, made in a process of its own and kept.

Nothing of torch is imported here, so that a window may ask for it before it has any.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer.core.files import hash_of, made_folder, new_folder
from explorer.core.models.model import GENERATOR, ModelFiles, model_files
from explorer.core.problem import Problem
from explorer.training.weight_import.forms import check_file
from explorer.training.weight_import.interpretation import readings_of

VERSION = 1
"""Of what is made of the same weights; a higher one makes it anew."""

TIMEOUT_S = 900.0  # a StyleGAN of 1024 pixels on a busy processor
_MEMORY_BYTES = 8 * 2**30  # of address space, of which libraries alone take one or two
_COPIES = 12
_POLL_S = 0.05
_COMMON_NAMES = frozenset(
    {"model", "checkpoint", "ckpt", "weights", "state_dict", "generator", "netg", "g", "vae", "gan", "best"}
    | {"last", "latest", "final", "snapshot", "pytorch_model", "diffusion_pytorch_model"}
)
_COUNTED = re.compile(r"[-_. ]*(epochs?|ep|iter|iteration|steps?|kimg)?[-_=. ]*\d*$")


def convert(
    path: Path,
    out: Path,
    chosen: Mapping[str, str] | None = None,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    timeout_s: float = TIMEOUT_S,
) -> ModelFiles:
    """Rebuild the networks in a file of weights and write them into the folder ``out`` as ONNX.

    Parameters
    ----------
    path : Path
        ``.safetensors``, or what ``torch.save`` wrote: a state dict, or a dictionary that holds some.
    out : Path
        A new or empty folder; it gets ``generator.onnx``, ``encoder.onnx`` where there is one, and what is needed
        to choose another reading. It appears whole or not at all.
    chosen : mapping of str to str, optional
        Answers to what the weights cannot tell, by the keys of their questions.
    cancelled : callable, optional
        Asked while the child works.
    timeout_s : float

    Raises
    ------
    Problem
        It cannot be read, holds no generator of a known layout, is hostile, or was cancelled.
    """
    size = check_file(path)
    sha256 = hash_of(path)
    made_folder(out.absolute().parent)
    with new_folder(out) as folder:
        wanted = {
            "path": str(path.resolve()),
            "out": str(folder.resolve()),
            "chosen": dict(chosen or {}),
            "name": name_of(path),
            "sha256": sha256,
            "memory_bytes": _MEMORY_BYTES + _COPIES * size,
        }
        _run_child(path, wanted, cancelled, timeout_s)
        if not (folder / GENERATOR).is_file():
            raise Problem(f"Nothing was made of {path.name}.", "Please report this.")
    return replace(model_files(out), name=name_of(path))


def converted(
    path: Path,
    cache: Path,
    chosen: Mapping[str, str] | None = None,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> ModelFiles:
    """As `convert`, into a folder of the cache; what was made of the same bytes before is taken as it is."""
    check_file(path)
    folder = folder_in(cache, hash_of(path), chosen or {})
    if not _is_whole(folder):
        _clear(folder)
        try:
            convert(path, folder, chosen, cancelled=cancelled)
        except Problem:
            if not _is_whole(folder):  # else another process was faster
                raise
    return replace(model_files(folder), name=name_of(path))


def folder_in(cache: Path, sha256: str, chosen: Mapping[str, str]) -> Path:
    """Where in the cache the model lies that is made of these bytes, read as it was chosen."""
    told = json.dumps([VERSION, sorted(chosen.items())])
    return cache / f"weights-{sha256[:24]}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def name_of(path: Path) -> str:
    """What to call a model: its file, or its folder where files are called alike everywhere."""
    common = _COUNTED.sub("", path.stem.lower()) in _COMMON_NAMES
    return path.absolute().parent.name if common and path.absolute().parent.name else path.stem


def _is_whole(folder: Path) -> bool:
    return (folder / GENERATOR).is_file() and readings_of(folder) is not None


def _clear(folder: Path) -> None:
    """Remove what is left of a model that is not whole."""
    import shutil

    if folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)


def _run_child(
    path: Path, wanted: Mapping[str, object], cancelled: Callable[[], bool], timeout_s: float
) -> None:
    # -P: the folder we happen to stand in must not lend its modules to the child.
    command = [sys.executable, "-P", "-m", "explorer.training.weight_import.conversion_child"]
    root = str(Path(__file__).parents[3])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows would flash a console
        )
    except OSError as error:
        raise Problem(
            f"No process could be started to read {path.name} ({error.strerror}).", "Try again."
        ) from None
    with child:
        said, complaint = _awaited(child, json.dumps(wanted).encode(), path, cancelled, timeout_s)
    _check_answer(path, child.returncode, said, complaint)


def _awaited(
    child: subprocess.Popen[bytes], wanted: bytes, path: Path, cancelled: Callable[[], bool], timeout_s: float
) -> tuple[bytes, bytes]:
    deadline = time.monotonic() + timeout_s
    to_say: bytes | None = wanted
    while True:
        try:
            return child.communicate(to_say, timeout=_POLL_S)
        except subprocess.TimeoutExpired:
            to_say = None  # the first call goes on sending it
            if cancelled():
                child.kill()
                raise Problem(f"The opening of {path.name} was cancelled.", "") from None
            if time.monotonic() > deadline:
                child.kill()
                raise Problem(
                    f"{path.name} could not be read within {timeout_s:g} seconds.", "Choose a smaller file."
                ) from None


def _check_answer(path: Path, status: int, said: bytes, complaint: bytes) -> None:
    try:
        answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    except (IndexError, ValueError):
        raise _broken(path, status, complaint) from None
    if "problem" in answer:
        raise Problem(str(answer["problem"]), str(answer["hint"]))


def _broken(path: Path, status: int, complaint: bytes) -> Problem:
    if status == -9:
        return Problem(f"{path.name} needs more memory than there is.", "Close other programs.")
    if status < 0:
        return Problem(f"{path.name} made PyTorch crash in a process of its own.", "Do not trust this file.")
    last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit code {status}"]
    return Problem(f"The reading of {path.name} broke off ({last[0][:200]}).", "Please report this.")

"""From somebody's weights to ONNX files that describe themselves, made in a process of its own and kept.

Nothing of torch is imported here, so that a window may ask for it before it has any.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.files import hash_of, new_folder
from explorer.core.models.model import GENERATOR, ModelFiles, model_files
from explorer.core.problem import Problem
from explorer.core.processes.child import EndedError, Limits, ask
from explorer.core.processes.scratch import scratch_beside
from explorer.training.weight_import.forms import check_file
from explorer.training.weight_import.interpretation import readings_of
from explorer.training.weight_import.source.beside import SourceFiles, given_source, sources_beside

VERSION = 6
"""Of what is made of the same weights; a higher one makes it anew."""

TIMEOUT_S = 900.0  # a StyleGAN of 1024 pixels on a busy processor
_MEMORY_BYTES = 8 * 2**30  # of address space, of which libraries alone take one or two
_COPIES = 12
_COMMON_NAMES = frozenset(
    {"model", "checkpoint", "ckpt", "weights", "state_dict", "generator", "netg", "g", "vae", "gan", "best"}
    | {"last", "latest", "final", "snapshot", "pytorch_model", "diffusion_pytorch_model", "vqvae", "movq", "unet"}
    | {"diffusion_pytorch_model.fp16"}
)
_COUNTED = re.compile(r"[-_. ]*(epochs?|ep|iter|iteration|steps?|kimg)?[-_=. ]*\d*$")


def convert(
    path: Path,
    out: Path,
    chosen: Mapping[str, str] | None = None,
    source: Path | None = None,
    *,
    remembered: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    staged: Callable[[str], object] = lambda _stage: None,
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
    source : Path, optional
        The ``.py`` or notebook in which the networks are written, which is parsed and never run; by default, one that
        lies beside the weights or in the folder above and fits them.
    remembered : bool
        Whether the answers are of an earlier time: those to what a source settles are then passed over.
    cancelled : callable, optional
        Asked while the child works.
    staged : callable, optional
        Told what is being done: "reading", "recognising" or "exporting".
    timeout_s : float

    Raises
    ------
    Problem
        It cannot be read, holds no generator of a known layout, is hostile, or was cancelled.
    """
    size = check_file(path)
    sources = sources_for(path, source)
    with scratch_beside(out, "convert") as scratch:
        wanted = {
            "path": str(path.resolve()),
            "out": str(scratch),
            "chosen": dict(chosen or {}),
            "remembered": remembered,
            **sources.told,
            "name": name_of(path),
            "sha256": hash_of(path),
        }
        limits = Limits(timeout_s, _MEMORY_BYTES + _COPIES * size, (scratch,))
        try:
            ask("explorer.training.weight_import.conversion_child", wanted, limits, cancelled, staged)
        except EndedError as ended:
            raise _broken(path, ended) from None
        if not (scratch / GENERATOR).is_file():
            raise Problem(f"Nothing was made from {path.name}.", "Please report this.")
        with new_folder(out) as folder:
            for made in filter(Path.is_file, scratch.iterdir()):  # torch leaves folders of its own
                os.replace(made, folder / made.name)
    return replace(model_files(out), name=name_of(path))


def converted(
    path: Path,
    cache: Path,
    chosen: Mapping[str, str] | None = None,
    source: Path | None = None,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    staged: Callable[[str], object] = lambda _stage: None,
) -> ModelFiles:
    """As `convert`, into a folder of the cache; what was made of the same bytes before is taken as it is."""
    check_file(path)
    folder = folder_in(cache, hash_of(path), chosen or {}, sources_for(path, source).stamp)
    if not _is_whole(folder):
        _clear(folder)
        try:
            convert(path, folder, chosen, source, remembered=True, cancelled=cancelled, staged=staged)
        except Problem:
            if not _is_whole(folder):  # else another process was faster
                raise
    return replace(model_files(folder), name=name_of(path))


def answers_painted(
    path: Path,
    near: Path,
    chosen: Mapping[str, str],
    answers: Sequence[tuple[str, str]],
    source: Path | None = None,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[NDArray[np.uint8]]:
    """Pictures, (6, height, width, channels), for each of these answers to questions, the others as ``chosen``.

    ``near`` is a folder of the user's cache, in which they lie for a moment.

    Raises
    ------
    Problem
        They cannot be painted.
    """
    size = check_file(path)
    with scratch_beside(near, "answers") as scratch:
        sources = sources_for(path, source)
        wanted = {
            "path": str(path.resolve()),
            "out": str(scratch),
            "chosen": dict(chosen),
            "answers": list(answers),
            **sources.told,
        }
        limits = Limits(TIMEOUT_S, _MEMORY_BYTES + _COPIES * size, (scratch,))
        try:
            ask("explorer.training.weight_import.answers_child", wanted, limits, cancelled)
        except EndedError as ended:
            raise _broken(path, ended) from None
        return [np.load(scratch / f"{number}.npy", allow_pickle=False) for number in range(len(answers))]


def sources_for(path: Path, source: Path | None) -> SourceFiles:
    """The source that was given, or those beside the weights; raises `Problem` where the one given cannot be read."""
    return sources_beside(path) if source is None else given_source(source)


def folder_in(cache: Path, sha256: str, chosen: Mapping[str, str], sources: str = "") -> Path:
    """Where in the cache the model lies that is made of these bytes, read as it was chosen, by sources of a stamp."""
    told = json.dumps([VERSION, sorted(chosen.items()), *([sources] if sources else [])])
    return cache / f"weights-{sha256[:24]}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def name_of(path: Path) -> str:
    """What to call a model: its file, or its folder where files are called alike everywhere."""
    places = (path.stem, path.absolute().parent.name, path.absolute().parent.parent.name)
    return next((name for name in places if name and not _is_common(name)), places[1] or path.stem)


def _is_common(name: str) -> bool:
    return _COUNTED.sub("", name.lower()) in _COMMON_NAMES


def _is_whole(folder: Path) -> bool:
    return (folder / GENERATOR).is_file() and readings_of(folder) is not None


def _clear(folder: Path) -> None:
    """Remove what is left of a model that is not whole."""
    import shutil

    if folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)


def _broken(path: Path, ended: EndedError) -> Problem:
    if ended.how == "cancelled":
        return Problem(f"The opening of {path.name} was cancelled.", "")
    if ended.how == "time":
        return Problem(f"{path.name} takes too long to be read.", "Choose a smaller file.")
    if ended.how == "memory":
        return Problem(f"{path.name} needs more memory than there is.", "Close other programs.")
    if ended.status < 0:
        return Problem(f"{path.name} made PyTorch crash in a process of its own.", "Do not trust this file.")
    said = ended.said[:200] or f"exit code {ended.status}"
    return Problem(f"The reading of {path.name} stopped early ({said}).", "Please report this.")

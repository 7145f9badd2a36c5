"""The tensors of a weights file by their names, with nothing in the file ever executed."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from explorer.core.problem import Problem
from explorer.training.weight_import.forms import AGAIN, Form, check_file, checked_form
from explorer.training.weight_import.pickles.apart import tensors_apart
from explorer.training.weight_import.pickles.listing import IDLE
from explorer.training.weight_import.tensors import nested_tensors

MOST_TENSORS = 100_000
_DEEPEST = 8


@dataclass(frozen=True, eq=False)
class Weights:
    """What a file holds.

    Attributes
    ----------
    path : Path
    form : str
        ``safetensors``, ``zip`` or ``legacy``.
    tensors : mapping of str to Tensor
        By the whole way to them, keys of nested dictionaries joined by dots, in the order of the file; on the CPU,
        half precision and bfloat16 as float32.
    """

    path: Path
    form: Form
    tensors: Mapping[str, Tensor]


def read_weights(path: Path) -> Weights:
    """The tensors in a file of PyTorch or safetensors.

    Loads with ``weights_only=True`` and never without. It is native code that reads a stranger's bytes: only in a
    process that may die.

    Raises
    ------
    Problem
        It cannot be read, is damaged, would need too much memory, or wants code to be run.
    """
    form = checked_form(path, check_file(path))
    content = _safetensors(path) if form == "safetensors" else _pickled(path, form)
    found: dict[str, Tensor] = {}
    for name, tensor in nested_tensors(content, first=0, depth=_DEEPEST):
        if len(found) >= MOST_TENSORS:
            raise Problem(f"{path.name} holds more tensors than any model.", "Do not trust this file.")
        plain = _plain(tensor, name, path)
        if plain is not None:
            found[name or path.stem] = plain
    if not found:
        raise Problem(f"{path.name} holds no tensors.", "Choose another file.")
    return Weights(path, form, found)


def _safetensors(path: Path) -> Any:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError, RuntimeError):
        what = f"{path.name} is damaged, or of a form of safetensors that is not known here."
        raise Problem(what, "Copy it again.") from None


class _Idle:
    """Stands in the place of what training programs keep beside their weights, and does nothing."""

    def __new__(cls, *_arguments: Any) -> _Idle:
        return object.__new__(cls)

    def __setstate__(self, _state: Any) -> None:
        pass


def _pickled(path: Path, form: Form) -> Any:
    idle: list[Any] = [(type("_Idle", (_Idle,), {}), name) for name in sorted(IDLE)]
    try:
        with torch.serialization.safe_globals(idle), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about old storages
            return torch.load(path, map_location="cpu", weights_only=True, mmap=form == "zip")
    except Exception as error:  # noqa: BLE001 - pickle's, zip's and torch's own have no common ancestor
        apart = tensors_apart(path) if form == "zip" else {}
        if not apart:
            raise _refused(path, error) from None
        return apart


def _refused(path: Path, error: Exception) -> Problem:
    low = str(error).lower()
    if isinstance(error, MemoryError) or "allocate" in low:
        return Problem(f"{path.name} claims to hold more than it has.", "Do not trust this file.")
    if "weights_only" in low or "weights only" in low:
        return Problem(
            f"{path.name} wants more than tensors to be read, for which code would have to run; none did.",
            'In the program it came from: torch.save(model.state_dict(), "weights.pt").',
        )
    if isinstance(error, NotImplementedError | ImportError):  # torch's word for layouts and types it was built without
        return Problem(f"{path.name} holds tensors of a kind that is not read here.", "Save them as float32.")
    return Problem(f"{path.name} is damaged or cut off.", AGAIN)  # the reader's own words tell nobody more


def _plain(tensor: Tensor, name: str, path: Path) -> Tensor | None:
    """An ordinary tensor, real numbers as float32; None for kinds that no layer of a picture generator has."""
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_complex() or tensor.is_meta:
        return None
    if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        raise Problem(f"{name[:60]} in {path.name} claims more numbers than there are.", "Do not trust this file.")
    plain = tensor.detach()
    return plain.float() if plain.is_floating_point() else plain

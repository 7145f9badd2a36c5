"""Tensors read from the bytes of a file without PyTorch or safetensors, to compare what those give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.training.weight_import.pickles.machine import read_one
from explorer.training.weight_import.pickles.pickled_tensors import StorageArchive, TensorsInside, is_tensor
from explorer.training.weight_import.pickles.values import Reference, RefusedPickleError

_KINDS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1"}

_LARGEST = 1e15

Arrays = dict[str, NDArray[Any]]


def tensors_in_safetensors(data: bytes) -> Arrays:
    """By their names; those of other kinds than NumPy has are left out. May raise what JSON and NumPy do."""
    length = int.from_bytes(data[:8], "little")
    header, numbers = json.loads(data[8 : 8 + length]), data[8 + length :]
    found = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] in _KINDS:
            start, stop = entry["data_offsets"]
            found[name] = np.frombuffer(numbers[start:stop], _KINDS[entry["dtype"]]).reshape(entry["shape"])
    return found


def tensors_in_zip(data: bytes) -> Arrays | None:
    """The same of what ``torch.save`` writes now, by the machine that reads pickles without PyTorch; None where it
    refuses."""
    try:
        archive = StorageArchive(data)
        return _arrays(read_one(BytesIO(archive.pickle)), archive)
    except RefusedPickleError:
        return None


def tensors_in_legacy(data: bytes) -> Arrays | None:
    """The same of what ``torch.save`` wrote once: five pickles, the last one of keys, and the numbers of each."""
    try:
        file = BytesIO(data)
        _magic, _protocol, _system, content, keys = (read_one(file) for _ in range(5))
        return _arrays(content, _Storages(file.read(), keys))
    except (RefusedPickleError, ValueError, TypeError):
        return None


class _Storages:
    """The numbers behind the pickles of an old file, one storage after the other, each with its count before it."""

    def __init__(self, data: bytes, keys: list[str]) -> None:
        self._data, self._keys = data, keys

    def numbers(self, wanted: Reference) -> Tensor:
        """The numbers of one; those before it are passed over as they say, all of them being of four bytes."""
        place = 0
        for key in self._keys:
            count = int.from_bytes(self._data[place : place + 8], "little")
            if key == wanted.told[2]:
                numbers = np.frombuffer(self._data, "<f4", count, place + 8)
                return torch.from_numpy(numbers.copy())
            place += 8 + 4 * count
        raise ValueError("no such storage")


def _arrays(content: Any, archive: Any) -> Arrays:
    """The tensors in a dictionary, and in dictionaries in it, by joined names."""
    described = dict(_tensors("", content))
    found = TensorsInside(described, 1 << 26, archive)
    return {name: found[name].numpy() for name in found}


def _tensors(where: str, content: Any) -> Iterator[tuple[str, Any]]:
    for key, value in content.items() if isinstance(content, dict) else ():
        if is_tensor(value):
            yield f"{where}{key}", value
        else:
            yield from _tensors(f"{where}{key}.", value)


def same_numbers(tensor: Tensor, array: NDArray[Any]) -> bool:
    """Whether a tensor has the shape and the numbers of an array, both as float32."""
    with np.errstate(all="ignore"):
        ours, theirs = tensor.detach().float().numpy(), array.astype(np.float32)
    return ours.shape == theirs.shape and np.array_equal(ours, theirs, equal_nan=True)


def painted_by_hand(tensors: Arrays, z: NDArray[np.float32], slope: float) -> NDArray[np.float32] | None:
    """What a perceptron of two layers, a leaky one and a tanh paints; None for other tensors, and for numbers of which
    a sum in float32 is another one than in float64.

    Parameters
    ----------
    tensors : mapping of str to array
        ``0.weight``, (h, d), ``0.bias``, ``2.weight``, (n, h), and ``2.bias``.
    z : (N, d) float32
    slope : float
        Of the leaky activation.
    """
    names = ("0.weight", "0.bias", "2.weight", "2.bias")
    if set(tensors) != set(names):
        return None
    first, at_first, second, at_second = (tensors[name].astype(np.float64) for name in names)
    if any(np.abs(tensors[name].astype(np.float64)).max(initial=0.0) > _LARGEST for name in names):
        return None
    with np.errstate(all="ignore"):
        hidden = z @ first.T + at_first
        hidden = np.where(hidden > 0, hidden, slope * hidden)
        return np.tanh(hidden @ second.T + at_second).astype(np.float32)

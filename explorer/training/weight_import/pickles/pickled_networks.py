"""The tensors and settings of networks that were pickled whole, as NVIDIA's programs do, and none of their code.

Such a pickle describes each module by the source code of its class and by its state: parameters, buffers, modules
and plain settings. The state is taken and the source left alone; the networks are built by code of our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from torch import Tensor

from explorer.core.files import read_file
from explorer.core.problem import Problem
from explorer.training.weight_import.pickles.machine import read_one
from explorer.training.weight_import.pickles.pickled_tensors import StorageArchive, TensorsInside, is_tensor, number_in
from explorer.training.weight_import.pickles.values import (
    HostilePickleError,
    Made,
    RefusedPickleError,
    UnreadablePickleError,
)

LARGEST_FILE = 2 * 2**30
_DEEPEST = 40
_TRIO = (
    "G",
    "D",
    "Gs",
)  # the generator, its critic and the average of the generator, in TensorFlow's pickles
_MOST_PARTS = 300_000
_ROOM = 2**20  # beside twice the file, for half precision becomes single
_ANOTHER = "Choose another file, or weights as torch.save keeps a state_dict or as safetensors."


@dataclass(frozen=True, eq=False)
class PickledNetworks:
    """What a pickle describes.

    Attributes
    ----------
    path : Path
    tensors : mapping of str to Tensor
        By the whole way to them, e.g. ``G_ema.synthesis.b4.const``; made when they are asked for.
    settings : mapping of str to value
        Texts, numbers and truth values of the modules, e.g. ``G_ema.z_dim``, and of dictionaries beside them.
    """

    path: Path
    tensors: Mapping[str, Tensor]
    settings: Mapping[str, Any]


def read_pickled_networks(path: Path) -> PickledNetworks:
    """What the pickle in ``path`` describes; nothing in it is executed, nor any of its classes looked for.

    Raises
    ------
    Problem
        It cannot be read, is no pickle or a damaged one, calls what no network needs, or holds no tensors.
    """
    data = read_file(path, LARGEST_FILE)
    _refuse_other_forms(path, data[:4])
    archive = _archive(path, data)
    content = _content(path, data if archive is None else archive.pickle)
    tensors: dict[str, Made] = {}
    settings: dict[str, Any] = {}
    for name, part in _parts(path, content):
        if is_tensor(part):
            tensors[name] = part
        else:
            settings[name] = part
    if not tensors:
        raise _nothing_inside(path, content)
    return PickledNetworks(path, TensorsInside(tensors, 2 * len(data) + _ROOM, archive), settings)


def _refuse_other_forms(path: Path, start: bytes) -> None:
    if not start:
        raise Problem(f"{path.name} is empty.", "Copy it again from its source.")


def _archive(path: Path, data: bytes) -> StorageArchive | None:
    """What torch.save wrote, where the file is that."""
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        return StorageArchive(data)
    except UnreadablePickleError as error:
        raise in_words(path, error) from None


def _content(path: Path, data: bytes) -> Any:
    try:
        return read_one(BytesIO(data))
    except RefusedPickleError as error:
        raise in_words(path, error) from None


def in_words(path: Path, error: RefusedPickleError) -> Problem:
    """What to say of a pickle that is not read."""
    if isinstance(error, HostilePickleError):
        return Problem(
            f"{path.name} would run {error} when it is loaded, which no network needs; nothing was run.",
            "Do not trust this file, nor where it came from.",
        )
    return Problem(f"{path.name} cannot be read: {error}.", "Copy it again from its source.")


def _parts(path: Path, content: Any) -> Iterator[tuple[str, Any]]:
    """The tensors and plain settings in modules and dictionaries, with the whole way to each."""
    waiting: list[tuple[str, Any, int]] = [("", content, 0)]
    seen = 0
    while waiting:
        name, value, depth = waiting.pop()
        seen += 1
        if seen > _MOST_PARTS or depth > _DEEPEST:
            raise Problem(f"{path.name} has more parts than any network.", "Do not trust this file.")
        if is_tensor(value):
            yield name, value
            continue
        for key, part in reversed(_inside(value)):
            whole = f"{name}.{key}" if name else key
            if isinstance(part, dict | Made):
                waiting.append((whole, part, depth + 1))
            elif part is None or isinstance(part, bool | int | float | str):
                yield whole, part


def _inside(value: Any) -> list[tuple[str, Any]]:
    """What a module or a dictionary holds, by name."""
    if isinstance(value, tuple) and len(value) == len(_TRIO):  # of TensorFlow
        return list(zip(_TRIO, value, strict=True))
    if isinstance(value, dict):
        return [(key, _setting(part)) for key, part in value.items() if isinstance(key, str)]
    state = _state(value) if isinstance(value, Made) else None
    if state is None:
        return []
    if isinstance(state.get("variables"), list):
        return _variables(state)
    named = [(key, part) for key, part in state.items() if isinstance(key, str) and not key.startswith("_")]
    found = [(key, part) for key, part in named if not is_tensor(part)]  # arrays among them are no weights
    for group in ("_parameters", "_buffers", "_modules"):
        members = state.get(group)
        if isinstance(members, dict):
            found += [(key, part) for key, part in members.items() if isinstance(key, str)]
    return [(key, _setting(part)) for key, part in found]


def _variables(state: dict[Any, Any]) -> list[tuple[str, Any]]:
    """What a network of TensorFlow holds, as the first programs of StyleGAN saved them: variables and components."""
    members = state["components"] if isinstance(state.get("components"), dict) else {}
    found = [(key, part) for key, part in members.items() if isinstance(key, str)]
    pairs = (pair for pair in state["variables"] if isinstance(pair, tuple) and len(pair) == 2)
    return found + [pair for pair in pairs if isinstance(pair[0], str)]


def _setting(part: Any) -> Any:
    """A number that numpy wrote as a plain one; everything else as it is."""
    if isinstance(part, Made) and part.maker.name == "scalar":
        try:
            return number_in(part)
        except (ValueError, KeyError):
            return None
    return part


def _state(made: Made) -> dict[Any, Any] | None:
    """The state of a module: NVIDIA's persistent classes keep it beside their source code."""
    state = made.state
    if made.maker.name == "_reconstruct_persistent_obj" and made.arguments:
        meta = made.arguments[0]
        state = meta.get("state") if isinstance(meta, dict) else None
    return state if isinstance(state, dict) else None


def _nothing_inside(path: Path, content: Any) -> Problem:
    parts = content if isinstance(content, list | tuple) else (content,)
    made = next((part for part in parts if isinstance(part, Made)), None)
    what = f"an object of {made.maker}" if made else "plain values"
    return Problem(f"{path.name} holds no networks that can be taken apart, but {what}.", _ANOTHER)

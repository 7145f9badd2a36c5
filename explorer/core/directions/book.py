"""A model's directions in a file beside it: vectors as numbers, everything else as JSON, nothing to unpickle."""

from __future__ import annotations

import json
import lzma
import math
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import Direction, HeldOut
from explorer.core.files import read_file, replace_file
from explorer.core.model import ModelFiles, directions_beside
from explorer.core.problem import Problem

FORMAT = "latent-explorer/directions"
VERSION = 1
LARGEST_FILE = 64 << 20
"""Most bytes of a file and of what it unpacks to."""

_VECTORS, _ABOUT = "vectors.npy", "about.npy"
_UNIT_WITHIN = 1e-3  # how far from 1 the length of a vector may be
_ALWAYS = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can tell; equal directions give equal bytes
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    OverflowError,
    MemoryError,
    RuntimeError,
    SyntaxError,
)


def directions_file(files: ModelFiles) -> Path:
    """Where a model's directions are kept, whether or not there are any yet.

    ``directions.npz`` in its folder; ``x.directions.npz`` beside a bare ``x.onnx``.
    """
    return files.directions or directions_beside(files.generator)


def save_directions(path: Path, directions: Sequence[Direction]) -> None:
    """Saves directions as an ``.npz``: ``vectors``, (k, d) float32, and ``about``, UTF-8 bytes of JSON.

    Equal directions give equal bytes, whenever and wherever they are saved.

    Raises
    ------
    Problem
        Two have one name, they are of unlike size, or the file cannot be written.
    """
    _check_together(directions)
    stacked = np.stack([d.vector for d in directions]) if directions else np.zeros((0, 0), np.float32)
    text = json.dumps(
        {"format": FORMAT, "version": VERSION, "directions": [_about(d) for d in directions]},
        allow_nan=False,
        indent=1,
    )
    with replace_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        _add(archive, _VECTORS, np.ascontiguousarray(stacked, "<f4"))
        _add(archive, _ABOUT, np.frombuffer(text.encode(), np.uint8))


def load_directions(path: Path, latent_size: int) -> tuple[Direction, ...]:
    """The directions in a file of `save_directions`.

    Parameters
    ----------
    path : Path
    latent_size : int
        How many numbers the model's latents have.

    Raises
    ------
    Problem
        It cannot be read, is damaged, is no file of directions, is of a newer version, or belongs to a model
        with other latents.
    """
    data = read_file(path, LARGEST_FILE)
    try:
        stacked, about = _arrays(data)
        found = _parsed(about, path.name)
        directions = _directions(stacked, found, latent_size, path.name)
    except RecursionError:
        raise _damaged(path.name, "its text is nested too deeply") from None
    except _DAMAGE as error:
        raise _damaged(path.name, str(error) or type(error).__name__) from None
    return directions


def _damaged(name: str, how: str) -> Problem:
    return Problem(
        f"{name} is damaged ({how[:200]}).",
        "Restore it from a copy, or move it away and find directions anew.",
    )


def _check_together(directions: Sequence[Direction]) -> None:
    names = [direction.name for direction in directions]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Problem(f"Two directions are called {twice}.", "Rename one of them.")
    if len({direction.vector.shape for direction in directions}) > 1:
        raise Problem("These directions are of unlike size.", "Keep those of one model in one file.")


def _about(direction: Direction) -> dict[str, Any]:
    return {
        "name": direction.name,
        "method": direction.method,
        "source": direction.source,
        "attribute": direction.attribute,
        "examples": list(direction.examples),
        "held_out": None if direction.held_out is None else asdict(direction.held_out),
        "notes": list(direction.notes),
        "details": dict(direction.details),
    }


def _add(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    held = BytesIO()
    np.lib.format.write_array(held, array, version=(1, 0), allow_pickle=False)
    entry = zipfile.ZipInfo(name, _ALWAYS)
    entry.create_system = 3  # the same on every system
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, held.getvalue())


def _arrays(data: bytes) -> tuple[NDArray[Any], NDArray[Any]]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        infos = archive.infolist()
        names = [info.filename for info in infos]
        for name in (_VECTORS, _ABOUT):
            if names.count(name) != 1:
                raise ValueError(f"it holds {names.count(name)} of {name}, not one")
        if sum(info.file_size for info in infos) > LARGEST_FILE:
            raise ValueError("it would unpack to more than is read")
        return _array(archive, _VECTORS), _array(archive, _ABOUT)


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """One array, whose claims are checked before memory is taken for it."""
    with archive.open(name) as member:  # gives no more than its entry claims, and that has been checked
        file = BytesIO(member.read())
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError(f"{name} is of an unknown kind")
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    left = len(file.getbuffer()) - file.tell()
    if dtype.hasobject or int(np.prod(shape, dtype=object)) * dtype.itemsize != left:
        raise ValueError(f"{name} is not as long as it says, or holds other things than numbers")
    file.seek(0)
    array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    return array


def _parsed(about: NDArray[Any], name: str) -> list[dict[str, Any]]:
    if about.dtype != np.uint8 or about.ndim != 1:
        raise ValueError("its description is no text")
    data = json.loads(about.tobytes().decode(), parse_constant=_finite, parse_float=_finite)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Problem(f"{name} holds no directions of the latent explorer.", "Choose another file.")
    version = data["version"]
    if isinstance(version, int) and version > VERSION:
        raise Problem(
            f"{name} is of version {version}; this program reads version {VERSION}.",
            "Update the latent explorer.",
        )
    if version != VERSION or not isinstance(data["directions"], list):
        raise ValueError("its description is incomplete")
    return data["directions"]


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is in it, which is no number")
    return number


def _directions(
    stacked: NDArray[Any], found: list[dict[str, Any]], latent_size: int, name: str
) -> tuple[Direction, ...]:
    if stacked.dtype != np.dtype("<f4") or stacked.ndim != 2 or len(stacked) != len(found):
        raise ValueError(f"its vectors are {stacked.dtype} of shape {stacked.shape} for {len(found)} names")
    if len(found) and stacked.shape[1] != latent_size:
        raise Problem(
            f"{name} holds directions of {stacked.shape[1]} numbers; this model's latents have {latent_size}.",
            "Open the model that they were found with.",
        )
    lengths = np.linalg.norm(stacked.astype(np.float64), axis=1)
    if not (np.abs(lengths - 1.0) < _UNIT_WITHIN).all():  # false for NaN too
        raise ValueError("a vector in it is not of length 1")
    vectors = stacked.astype(np.float32)
    try:
        directions = tuple(_direction(facts, row.copy()) for facts, row in zip(found, vectors, strict=True))
        _check_together(directions)
    except Problem as problem:  # a name that cannot be, or is there twice
        raise ValueError(problem.what.rstrip(".")) from None
    return directions


def _direction(facts: dict[str, Any], vector: NDArray[np.float32]) -> Direction:
    with_it, without = facts["examples"]
    return Direction(
        name=_text(facts["name"]),
        vector=vector,
        method=_text(facts["method"]),
        source=_text(facts["source"]),
        attribute=_text(facts["attribute"]),
        examples=(_count(with_it), _count(without)),
        held_out=None if facts["held_out"] is None else _held_out(facts["held_out"]),
        notes=tuple(_text(note) for note in _listed(facts["notes"])),
        details=dict(facts["details"]),
    )


def _held_out(facts: dict[str, Any]) -> HeldOut:
    accuracy, low, high = (float(facts[key]) for key in ("accuracy", "low", "high"))
    if not 0.0 <= low <= accuracy <= high <= 1.0:
        raise ValueError(f"an accuracy of {accuracy:g} from {low:g} to {high:g} cannot be")
    return HeldOut(accuracy, low, high, _count(facts["examples"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]} is no text")
    return value


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{str(value)[:40]} is no list")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{str(value)[:40]} is no count")
    return value

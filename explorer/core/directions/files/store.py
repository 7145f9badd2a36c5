"""A model's directions in a file beside it: vectors as numbers, everything else as JSON, nothing to unpickle."""

from __future__ import annotations

import json
import lzma
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import CHANCE, PAIRS, Direction, S, W, Z, count_from, judged_from
from explorer.core.directions.files.npz import add_array, arrays_in
from explorer.core.files import read_file, replace_file
from explorer.core.json_text import parsed_json
from explorer.core.models.model import ModelFiles, directions_beside
from explorer.core.problem import Problem
from explorer.core.words import plain

FORMAT = "latent-explorer/directions"
VERSION = 3
_MIXED = 2  # the version of files of directions of Z and W, which older programs read
_PLAIN = 1  # the version of files whose vectors are all of one size, so that they stay the bytes they are
LARGEST_FILE = 64 << 20
"""Most bytes of a file and of what it unpacks to."""

_VECTORS, _ABOUT = "vectors.npy", "about.npy"
_UNIT_WITHIN = 1e-3  # how far from 1 the length of a vector may be
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


def save_directions(
    path: Path, directions: Sequence[Direction], more: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Saves directions as an ``.npz``: ``vectors``, (k, d) float32, and ``about``, UTF-8 bytes of JSON.

    d is the larger of the sizes of Z and W where there are directions of both; the shorter end with zeros.

    Equal directions give equal bytes, whenever and wherever they are saved. ``more`` is kept for `more_in`.

    Raises
    ------
    Problem
        Two have one name, they are of unlike size, or the file cannot be written.
    """
    _check_one_model(directions)
    stacked = _stacked([d.vector for d in directions])
    has_channels = any(d.space == S for d in directions)
    is_mixed = has_channels or len({d.vector.size for d in directions}) > 1

    def sized(direction: Direction) -> dict[str, int]:
        return {"size": direction.vector.size} if is_mixed else {}

    text = json.dumps(
        {
            "format": FORMAT,
            "version": VERSION if has_channels else _MIXED if is_mixed else _PLAIN,
            "directions": [about(d) | sized(d) for d in directions],
        }
        | {name: list(words) for name, words in (more or {}).items()},
        allow_nan=False,
        indent=1,
    )
    with replace_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        add_array(archive, _VECTORS, np.ascontiguousarray(stacked, "<f4"))
        add_array(archive, _ABOUT, np.frombuffer(text.encode(), np.uint8))


def more_in(path: Path) -> dict[str, tuple[str, ...]]:
    """Lists of words that a file of `save_directions` holds beside its directions; none where it cannot be read."""
    try:
        (about,) = arrays_in(read_file(path, LARGEST_FILE), (_ABOUT,), LARGEST_FILE)
        data = parsed_json(about.tobytes().decode())
        lists = {name: words for name, words in data.items() if isinstance(words, list)}
    except (Problem, RecursionError, AttributeError, *_DAMAGE):
        return {}
    return {name: tuple(word for word in words if isinstance(word, str)) for name, words in lists.items()}


def load_directions(path: Path, latent_size: int | None = None, style_size: int = 0) -> tuple[Direction, ...]:
    """The directions in a file of `save_directions`.

    Parameters
    ----------
    path : Path
    latent_size : int, optional
        How many numbers the model's latents have; without it, any.
    style_size : int
        How many its points of W have; 0 where it has no W. Directions that do not say their space are taken for
        directions of W where only that has their size.

    Raises
    ------
    Problem
        It cannot be read, is damaged, is no file of directions, is of a newer version, or belongs to a model
        with other latents.
    """
    data = read_file(path, LARGEST_FILE)
    try:
        stacked, about = arrays_in(data, (_VECTORS, _ABOUT), LARGEST_FILE)
        found = _parsed(about, path.name)
        directions = _directions(stacked, found, latent_size, style_size, path.name)
    except RecursionError:
        raise _damaged(path.name, "its text is nested too deeply") from None
    except _DAMAGE as error:
        raise _damaged(path.name, str(error) or type(error).__name__) from None
    return directions


def _damaged(name: str, how: str) -> Problem:
    return Problem(
        f"{name} is damaged ({how[:200]}).",
        "Restore it from a copy, or move it away and find the directions again.",
    )


def _check_one_model(directions: Sequence[Direction]) -> None:
    names = [direction.name for direction in directions]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Problem(f"Two directions are called {twice}.", "Rename one of them.")
    sizes = {space: {d.vector.size for d in directions if d.space == space} for space in (Z, W)}
    if len(sizes[Z]) > 1 or any(size % min(sizes[W]) for size in sizes[W]):
        raise Problem("These directions differ in size.", "Keep those of one model in one file.")


def _stacked(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    stacked = np.zeros((len(vectors), max((vector.size for vector in vectors), default=0)), np.float32)
    for row, vector in zip(stacked, vectors, strict=True):
        row[: vector.size] = vector
    return stacked


def about(direction: Direction) -> dict[str, Any]:
    """Everything but the vector, as JSON knows it."""
    in_w = {} if direction.space == Z else {"space": direction.space}
    return {
        "name": direction.name,
        "method": direction.method,
        "source": direction.source,
        "attribute": direction.attribute,
        "examples": list(direction.examples),
        "held_out": None if direction.held_out is None else asdict(direction.held_out),
        "notes": list(direction.notes),
        "details": dict(direction.details),
        **in_w,
    }


def _parsed(about: NDArray[Any], name: str) -> list[dict[str, Any]]:
    if about.dtype != np.uint8 or about.ndim != 1:
        raise ValueError("its description is not text")
    data = parsed_json(about.tobytes())
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Problem(f"{name} holds no directions of the latent explorer.", "Choose another file.")
    version = data["version"]
    if isinstance(version, int) and version > VERSION:
        raise Problem(
            f"{name} is of version {version}; this program reads versions up to {VERSION}.",
            "Update the latent explorer.",
        )
    if version not in (_PLAIN, _MIXED, VERSION) or not isinstance(data["directions"], list):
        raise ValueError("its description is incomplete")
    return data["directions"]


def _directions(
    stacked: NDArray[Any], found: list[dict[str, Any]], latent_size: int | None, style_size: int, name: str
) -> tuple[Direction, ...]:
    if stacked.dtype != np.dtype("<f4") or stacked.ndim != 2 or len(stacked) != len(found):
        raise ValueError(f"its vectors are {stacked.dtype} of shape {stacked.shape} for {len(found)} names")
    spaces = [_space(facts, stacked.shape[1], latent_size, style_size) for facts in found]
    for space, size in spaces:
        if space == S and (style_size or latent_size is None):
            continue  # which channels there are is seen when one is drawn
        own = latent_size if space == Z else style_size
        layered = space == W and style_size > 0 and size % style_size == 0
        if latent_size is not None and size != own and not layered:
            of = "latents" if space == Z else "points of W"
            raise Problem(
                f"{name} holds directions of {size} numbers; this model's {of} have {own or 'none'}.",
                "Open the model that they were found with.",
            )
    lengths = np.linalg.norm(stacked.astype(np.float64), axis=1)
    if not (np.abs(lengths - 1.0) < _UNIT_WITHIN).all():  # false for NaN too
        raise ValueError("a vector in it is not of length 1")
    vectors = stacked.astype(np.float32)
    try:
        directions = tuple(
            _direction(facts, row[:size].copy(), space)
            for facts, row, (space, size) in zip(found, vectors, spaces, strict=True)
        )
        _check_one_model(directions)
    except Problem as problem:  # a name that cannot be, or is there twice
        raise ValueError(problem.what.rstrip(".")) from None
    return directions


def _space(facts: dict[str, Any], columns: int, latent_size: int | None, style_size: int) -> tuple[str, int]:
    """The space of a direction, and how many of its row's numbers are its own."""
    told, size = facts.get("space"), min(count_from(facts.get("size", columns)), columns)
    if told not in (None, Z, W, S):
        raise ValueError(f"{str(told)[:40]} is not a space")
    return told or (W if size == style_size != latent_size else Z), size


def _direction(facts: dict[str, Any], vector: NDArray[np.float32], space: str) -> Direction:
    with_it, without = facts["examples"]
    direction = Direction(
        name=plain(_text(facts["name"])).replace("\n", " ").strip(),
        vector=vector,
        method=_text(facts["method"]),
        source=_text(facts["source"]),
        attribute=_text(facts["attribute"]),
        examples=(count_from(with_it), count_from(without)),
        held_out=None if facts["held_out"] is None else judged_from(facts["held_out"]),
        notes=tuple(_text(note) for note in _listed(facts["notes"])),
        details=dict(facts["details"]),
        space=space,
    )
    return _by_pairs(direction)


def _by_pairs(direction: Direction) -> Direction:
    """A direction of pairs judged by them: files used to say so among the details only."""
    told, before = direction.details.get("pairs_ordered"), direction.held_out
    if direction.method != PAIRS or before is None or before.what == PAIRS or not isinstance(told, dict):
        return direction
    try:
        held_out = judged_from({**told, "what": PAIRS})
    except (KeyError, TypeError, ValueError):
        return direction
    details = {key: value for key, value in direction.details.items() if key != "pairs_ordered"}
    notes = tuple(note for note in direction.notes if note != CHANCE or held_out.low <= 0.5)
    return replace(direction, held_out=held_out, notes=notes, details={**details, "alone": asdict(before)})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]} is not text")
    return value


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{str(value)[:40]} is not a list")
    return value

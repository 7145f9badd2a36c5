"""Files of numbers, damaged: the numbers that come of them must be those that numpy reads by itself.

Zips keep a checksum of each member, so damage to their bytes must be seen. Where the checksum was made to fit, the
independent reading is `numpy.load` of the whole file: each row that is opened is a row of an array there, of which no
other has the name, and is finite; each direction is a row, a column or all of one, at length 1.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cli.fuzzing.json_damage import JSON
from explorer.cli.fuzzing.kinds import Kind, SilentError
from explorer.cli.fuzzing.mutants import Damage, Draw
from explorer.cli.fuzzing.npy_damage import NPY
from explorer.cli.fuzzing.zip_damage import ZIP, in_members
from explorer.core.directions.direction import Direction
from explorer.core.directions.files.importing import import_directions
from explorer.core.directions.files.store import save_directions
from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.core.rendering.latent_files import numbers_in

_SIZE = 8  # of latents


def _originals(folder: Path) -> list[Path]:
    draw = Draw(0)
    np.savez(folder / "z.npz", z=draw.standard_normal((9, _SIZE)).astype(np.float32))
    np.savez_compressed(folder / "pca.npz", lat_comp=draw.standard_normal((3, 1, _SIZE)), lat_stdev=np.ones(3))
    vectors = np.eye(_SIZE, dtype=np.float32)[:2]
    named = zip(("smile", "age"), vectors, strict=True)
    save_directions(folder / "ours.npz", [Direction(name, vector, "imported", "a file") for name, vector in named])
    np.save(folder / "one.npy", draw.standard_normal((2, _SIZE)))
    return sorted(folder.iterdir())


def _structure(path: Path) -> Mapping[str, Damage]:
    if path.suffix == ".npy":
        return NPY
    within = {name: in_members(damage, ".npy") for name, damage in NPY.items()}
    told = {name: in_members(_in_words(damage), "about.npy") for name, damage in JSON.items()}
    return {**ZIP, **within, **(told if path.stem == "ours" else {})}


def _in_words(damage: Damage) -> Damage:
    """The damage done to the text that an array of bytes is; the array says how long it then is."""

    def damaged(data: bytes, draw: Draw) -> bytes:
        from io import BytesIO

        text = damage(np.load(BytesIO(data), allow_pickle=False).tobytes(), draw)
        file = BytesIO()
        np.save(file, np.frombuffer(text, np.uint8))
        return file.getvalue()

    return damaged


def _open(path: Path) -> bool:
    try:
        rows = numbers_in(path, ModelCard(kind="generator", latent_size=_SIZE)).rows
    except Problem:  # then it is one of directions, or neither
        directions = import_directions(path, _SIZE)
        _check_directions(path, directions)
        return True
    found = [array.reshape(-1, _SIZE).astype(np.float32) for array in _arrays(path).values() if array.size % _SIZE == 0]
    if not np.isfinite(rows).all() or not any(np.array_equal(rows, array) for array in found):
        raise SilentError("latents that numpy does not find in it")
    return True


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    """What numpy finds."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = np.load(path, allow_pickle=False)
            arrays = {"": found} if isinstance(found, np.ndarray) else {key: found[key] for key in found.files}
    except Exception as error:  # noqa: BLE001  # whatever numpy says of it
        raise SilentError(f"numpy finds it damaged: {error!r}") from None
    if path.suffix == ".npz":
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        if len(set(names)) < len(names):
            raise SilentError(f"two arrays of one name: {names}")
    return {key: array for key, array in arrays.items() if array.dtype.kind in "fiub"}


def _check_directions(path: Path, directions: tuple[Direction, ...]) -> None:
    found = []
    for array in _arrays(path).values():
        if array.ndim and array.shape[-1] == _SIZE:
            found += list(array.reshape(-1, _SIZE).astype(np.float64))
        if array.ndim == 2 and array.shape[0] == _SIZE:
            found += list(array.T.astype(np.float64))
    with np.errstate(all="ignore"):
        units = np.array([row / np.abs(row).max() / np.linalg.norm(row / np.abs(row).max()) for row in found])
    for direction in directions:
        apart = np.abs(units - direction.vector).max(axis=1) if len(units) else np.ones(1)
        if not (apart < 1e-4).any():
            raise SilentError(f"a direction that numpy does not find in it: {direction.name[:80]}")


NUMBERS = Kind(_originals, _structure, _open)

"""Latents that lie in a file as numbers, and whether the numbers are not rather directions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.files.containers import LARGEST_FILE, Arrays, npy_array, npz_arrays, zip_names
from explorer.core.files import read_file
from explorer.core.problem import Problem

_LATENTS = ("z", "latents", "latent", "zs")  # what arrays of latents are called; ours is z
_DIRECTIONS = ("vectors", "lat_comp", "components_", "components", "eigenvectors")
_WORDS = ("boundar", "direction")  # in the names of files that published directions come in
_UNIT_WITHIN = 1e-2


@dataclass(frozen=True, eq=False)
class Numbers:
    """What a file of numbers holds for a model.

    Attributes
    ----------
    rows : (N, d) float32
        Each may be a latent or a direction.
    likely : {"directions", "latents"}
        What they are, as far as can be seen.
    is_sure : bool
        Whether the file says so itself.
    """

    rows: NDArray[np.float32]
    likely: str
    is_sure: bool

    @property
    def are_unit(self) -> bool:
        """Whether all have the length 1, as directions have and latents hardly ever."""
        return bool((np.abs(np.linalg.norm(self.rows, axis=1) - 1.0) < _UNIT_WITHIN).all())


def numbers_in(path: Path, latent_size: int) -> Numbers:
    """The rows of ``latent_size`` numbers in a ``.npy`` or ``.npz``.

    The shapes (d,), (1, d), (N, d), (N, 1, d) and (N, d, 1, 1) are understood. Of an ``.npz`` the array that is
    called as latents are is taken, else the first that fits. Directions are told from latents by the name of the
    array, then that of the file, then by their length: latents of the prior are about √d long.

    Raises
    ------
    Problem
        It cannot be read, is damaged, holds Python objects, or has no rows of that size.
    """
    arrays = _arrays(path)
    fitting = {key: rows for key, array in arrays.items() if (rows := _rows(array, latent_size)) is not None}
    if not fitting:
        raise _unfitting(path, arrays, latent_size)
    called = [key for key in fitting if key in (*_LATENTS, *_DIRECTIONS)]
    key = called[0] if called else next(iter(fitting))
    rows = fitting[key]
    if not np.isfinite(rows).all():
        raise Problem(f"{path.name} holds values that are no finite numbers.", "Export it again.")
    by_name = any(word in path.stem.lower() for word in _WORDS)
    numbers = Numbers(rows, "directions" if key in _DIRECTIONS else "latents", bool(called))
    if numbers.is_sure or not (by_name or numbers.are_unit):
        return numbers
    return Numbers(rows, "directions", False)


def _arrays(path: Path) -> Arrays:
    data = read_file(path, LARGEST_FILE)
    if data.startswith(b"\x93NUMPY"):
        return {"": npy_array(data, path.name)}
    if data.startswith(b"PK") and any(name.endswith(".npy") for name in zip_names(data, path.name)):
        return npz_arrays(data, path.name)
    what = "empty" if not data else "no NumPy array"
    raise Problem(f"{path.name} is {what}.", "Choose a .npy or .npz file of numbers.")


def _rows(array: NDArray[Any], size: int) -> NDArray[np.float32] | None:
    """The array as (N, size); None where it is of another size."""
    if array.dtype.kind not in "fiu" or array.size == 0:
        return None
    sides = [side for side in array.shape if side != 1]
    own = [size] if size != 1 else []
    if len(sides) > 1 + len(own) or sides[len(sides) - len(own) :] != own:
        return None
    return array.reshape(-1, size).astype(np.float32)


def _unfitting(path: Path, arrays: Arrays, size: int) -> Problem:
    shapes = [" × ".join(str(side) for side in array.shape) or "one number" for array in arrays.values()]
    held = f"arrays of {', '.join(shapes[:4])}" if shapes else "no numbers"
    what = f"{path.name} holds {held}; the latents and directions of this model have {size} numbers."
    return Problem(what, "Open the model that they were made with, then open them again.")

"""Latents and points of W that lie in a file as numbers, and whether the numbers are not rather directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.files.containers import LARGEST_FILE, Arrays, npy_array, npz_arrays, sides_of, zip_names
from explorer.core.files import read_file
from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.styles import StylePoint

_LATENTS = ("z", "latents", "latent", "zs")  # what arrays of latents are called; ours is z
_POINTS = ("w", "ws", "w_plus", "wplus", "dlatents", "dlatent")  # of W and W+; ours and NVIDIA's are w
_DIRECTIONS = ("vectors", "lat_comp", "components_", "components", "eigenvectors")
_WORDS = ("boundar", "direction")  # in the names of files that published directions come in
_UNIT_WITHIN = 1e-2

Rows = NDArray[np.float32]
ReadTensors = Callable[[Path], Mapping[str, NDArray[Any]]]


@dataclass(frozen=True, eq=False)
class Numbers:
    """What a file of numbers holds for a model.

    Attributes
    ----------
    rows : (N, d) float32
        Each may be a latent, a point of W or W+, or a direction.
    likely : {"directions", "latents"}
        What they are, as far as can be seen.
    is_sure : bool
        Whether the file says so itself.
    in_w : bool
        They are of W, (N, style_size), or of W+, (N, styles * style_size).
    z : (N, latent_size) float32 or None
        The latents that lie beside points of W.
    """

    rows: Rows
    likely: str
    is_sure: bool
    in_w: bool = False
    z: Rows | None = None

    @property
    def are_unit(self) -> bool:
        """Whether all have the length 1, as directions have and latents hardly ever."""
        return bool((np.abs(np.linalg.norm(self.rows.astype(np.float64), axis=1) - 1.0) < _UNIT_WITHIN).all())

    def scenes(self, base: Scene) -> list[Scene]:
        """The scene of each row and nothing else, of the model and the class of ``base``."""
        if not self.in_w:
            return [base.plainly_at(row.copy()) for row in self.rows]
        latents = [base.z] * len(self.rows) if self.z is None else [row.copy() for row in self.z]
        points = [StylePoint(row.copy(), z, base.label) for row, z in zip(self.rows, latents, strict=True)]
        return [replace(base.plainly_at(point.z), styled=point) for point in points]


def numbers_in(path: Path, card: ModelCard, read_tensors: ReadTensors | None = None) -> Numbers:
    """What a file of numbers holds for the model with this card: latents, points of W or W+, or directions.

    Latents have the shapes (d,), (1, d), (N, d), (N, 1, d) and (N, d, 1, 1); points of W+ (layers, d), (N, layers, d)
    and the same in rows. Of several arrays the one that is called as points of W or as latents are is taken, else the
    first that fits. Directions are told from latents by the name of the array, then that of the file, then by their
    length: latents of the prior are about √d long.

    Parameters
    ----------
    path : Path
        ``.npy`` or ``.npz``, or, with ``read_tensors``, a PyTorch file.
    card : ModelCard
    read_tensors : callable, optional
        Gives the arrays of a PyTorch file by name.

    Raises
    ------
    Problem
        It cannot be read, is damaged, holds Python objects, has no rows of that size, or points of W for a model
        without any.
    """
    arrays = _arrays(path, read_tensors)
    fitting = {key: rows for key, array in arrays.items() if (rows := _rows(array, card.latent_size)) is not None}
    latents = next((rows for key, rows in fitting.items() if _word(key) in _LATENTS), None)
    points = _points(path, arrays, card, latents)
    if points is not None:
        key, rows = points
        fitting = {key: rows}
    if not fitting:
        raise _unfitting(path, arrays, card.latent_size)
    called = [key for key in fitting if _word(key) in (*_LATENTS, *_POINTS, *_DIRECTIONS)]
    key = called[0] if called else next(iter(fitting))
    rows, in_w = fitting[key], points is not None
    if not np.isfinite(rows).all():
        raise Problem(f"{path.name} holds values that are not finite numbers.", "Export it again.")
    beside = latents if in_w and latents is not None and len(latents) == len(rows) else None
    by_name = any(word in path.stem.lower() for word in _WORDS)
    numbers = Numbers(rows, "directions" if _word(key) in _DIRECTIONS else "latents", bool(called), in_w=in_w, z=beside)
    if numbers.is_sure or not (by_name or numbers.are_unit):
        return numbers
    return replace(numbers, likely="directions")


def _word(key: str) -> str:
    return key.rsplit(".", 1)[-1].lower()


def _points(path: Path, arrays: Arrays, card: ModelCard, latents: Rows | None) -> tuple[str, Rows] | None:
    """The array of points of W or W+ that there is, by its name or else by its shape, as rows; None where none is."""
    for key, array in arrays.items():
        if _word(key) in _POINTS and array.dtype.kind in "fiu":
            if not card.styles:
                if latents is not None:
                    return None  # what the model can draw lies beside it
                raise _no_w(path, array)
            rows = _styles(array, card, one_each=latents is not None and len(latents) == len(array))
            if rows is None:
                raise _unfitting_w(path, array, card)
            return key, rows
    named = any(_word(key) in (*_LATENTS, *_DIRECTIONS) for key in arrays)
    for key, array in arrays.items():
        if array.dtype.kind in "fiu" and not named and array.ndim >= 2 and array.shape[-2] > 1:
            if array.ndim == 3 and not card.styles and array.shape[-1] == card.latent_size:
                raise _no_w(path, array)
            if array.shape[-2:] == (card.styles, card.style_size):
                return key, _least(array.reshape(-1, card.styles * card.style_size), card)
    return None


def _styles(array: NDArray[Any], card: ModelCard, *, one_each: bool) -> Rows | None:
    """Points (N, style_size) or (N, styles * style_size); ``one_each`` says that an array of two axes is of W."""
    whole, shape = card.styles * card.style_size, array.shape
    if shape[-2:] == (card.styles, card.style_size) and not (one_each and array.ndim == 2):
        return _least(array.reshape(-1, whole), card)
    if array.ndim and shape[-1] == whole:
        return _least(array.reshape(-1, whole), card)
    return _rows(array, card.style_size)


def _least(rows: NDArray[Any], card: ModelCard) -> Rows:
    """Points of W+ as those of W where no layer of any differs from the others."""
    layers = rows.astype(np.float32).reshape(len(rows), card.styles, card.style_size)
    return layers[:, 0].copy() if (layers == layers[:, :1]).all() else layers.reshape(len(rows), -1)


def _no_w(path: Path, array: NDArray[Any]) -> Problem:
    what = f"{path.name} holds points of W ({sides_of(array)}), which this model does not have."
    return Problem(what, "Open the StyleGAN that they were made with; its mapping belongs to it.")


def _unfitting_w(path: Path, array: NDArray[Any], card: ModelCard) -> Problem:
    takes = f"{card.style_size} numbers for each of {card.styles} layers"
    what = f"{path.name} holds points of W of {sides_of(array)}; {card.name or 'this model'} takes {takes}."
    return Problem(what, "Open the model that they were made with, then open them again.")


def _arrays(path: Path, read_tensors: ReadTensors | None) -> Arrays:
    data = read_file(path, LARGEST_FILE)
    if data.startswith(b"\x93NUMPY"):
        return {"": npy_array(data, path.name)}
    if data.startswith(b"PK") and any(name.endswith(".npy") for name in zip_names(data, path.name)):
        return npz_arrays(data, path.name)
    if read_tensors is not None and data.startswith((b"PK", b"\x80")):
        return {"" if name == path.stem else name: array for name, array in read_tensors(path).items()}
    what = "empty" if not data else "no NumPy array"
    raise Problem(f"{path.name} is {what}.", "Choose a .npy or .npz file of numbers.")


def _rows(array: NDArray[Any], size: int) -> Rows | None:
    """The array as (N, size); None where it is of another size."""
    if array.dtype.kind not in "fiu" or array.size == 0:
        return None
    sides = [side for side in array.shape if side != 1]
    own = [size] if size != 1 else []
    if len(sides) > 1 + len(own) or sides[len(sides) - len(own) :] != own:
        return None
    with np.errstate(over="ignore"):  # numbers beyond single precision are refused with those that are not finite
        return array.reshape(-1, size).astype(np.float32)


def _unfitting(path: Path, arrays: Arrays, size: int) -> Problem:
    held = f"arrays of {', '.join(map(sides_of, list(arrays.values())[:4]))}" if arrays else "no numbers"
    what = f"{path.name} holds {held}; the latents and directions of this model have {size} numbers."
    return Problem(what, "Open the model that they were made with, then open them again.")

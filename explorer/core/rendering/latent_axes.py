"""Few axes through a latent space of thousands of dimensions: those along which codes of pictures vary most.

One number of a latent as large as its picture changes next to nothing. Along the principal components of what an
encoder makes of pictures, a step moves thousands of numbers together as pictures move them. The latent stays what it
is: an axis is a way to move it, and where a latent lies along one is read off it.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.files.npz import add_array, arrays_in
from explorer.core.files import read_file, replace_file
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latent, Latents

MOST_DIMENSIONS = 256
"""Of a latent that has a slider for each; one that has more gets axes."""

USUAL_AXES, MOST_AXES = 24, 64
LARGEST_FILE = 64 << 20
_PARTS = ("mean.npy", "axes.npy", "scales.npy")
_WITHIN = 1e-3  # how far products of axes may be off those of perpendicular ones of length 1
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, TypeError, ValueError, IndexError, OverflowError,
    MemoryError, RuntimeError, SyntaxError,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class LatentAxes:
    """A few perpendicular directions through the mean of codes.

    Attributes
    ----------
    mean : (d,) float32
        Of codes of pictures: where every axis reads 0.
    axes : (k, d) float32
        Of length 1, the one with most variance first.
    scales : (k,) float32
        Standard deviations of codes along them.
    """

    mean: Latent
    axes: NDArray[np.float32]
    scales: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.axes)

    def values(self, z: Latent) -> NDArray[np.float32]:
        """Where a latent lies along the axes, (k,), in their standard deviations."""
        found: NDArray[np.float32] = (self.axes @ (z - self.mean) / self.scales).astype(np.float32)
        return found

    def moved(self, z: Latent, values: Mapping[int, float]) -> Latent:
        """``z`` moved along some axes to where they read ``values``; what is perpendicular to those stays."""
        chosen = list(values)
        apart = np.array([values[index] for index in chosen], np.float64) - self.values(z)[chosen]
        step = (apart * self.scales[chosen]) @ self.axes[chosen].astype(np.float64)
        found: Latent = (z + step).astype(np.float32)
        return found

    def points(self, z: Latent, values: Latents) -> Latents:
        """Latents (N, d) like ``z`` where the axes read ``values``, (N, k)."""
        steps = (values - self.values(z)) * self.scales
        found: Latents = (z + steps @ self.axes).astype(np.float32)
        return found


def fitted_axes(codes: Latents, count: int = USUAL_AXES) -> LatentAxes:
    """The principal axes of codes (N, d): at most ``count``, and only such as codes vary along.

    Raises
    ------
    Problem
        There are fewer than two codes, they are not finite, or all are the same.
    """
    if len(codes) < 2 or not np.isfinite(codes).all():
        raise Problem("These codes have no axes: there are too few, or some are not numbers.", "Train for longer.")
    mean = codes.mean(0, dtype=np.float64)
    apart = codes - mean
    values, turns = np.linalg.eigh(apart @ apart.T)
    order = np.argsort(values)[::-1][: min(count, len(codes) - 1, codes.shape[1])]
    order = order[values[order] > 1e-9 * max(values.max(), 1e-30)]
    if not len(order):
        raise Problem("These codes have no axes: all are the same.", "Train for longer.")
    rows = turns[:, order].T @ apart
    lengths = np.linalg.norm(rows, axis=1)
    units = rows / lengths[:, None]
    units *= np.sign(units[np.arange(len(units)), np.abs(units).argmax(1)])[:, None]
    scales = lengths / np.sqrt(len(codes))
    return LatentAxes(mean.astype(np.float32), units.astype(np.float32), scales.astype(np.float32))


def save_axes(path: Path, axes: LatentAxes) -> None:
    """Write axes as an ``.npz``; equal axes give equal bytes. Raises `Problem` where that cannot be."""
    with replace_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in zip(_PARTS, (axes.mean, axes.axes, axes.scales), strict=True):
            add_array(archive, name, np.ascontiguousarray(array, "<f4"))


def load_axes(path: Path, latent_size: int) -> LatentAxes:
    """The axes in a file of `save_axes`, for latents of so many numbers.

    Raises
    ------
    Problem
        It cannot be read, is damaged, or belongs to a model with other latents.
    """
    data = read_file(path, LARGEST_FILE)
    try:
        mean, axes, scales = arrays_in(data, _PARTS, LARGEST_FILE)
        return _checked(mean, axes, scales, latent_size)
    except Problem:
        raise
    except _DAMAGE as error:
        what = f"{path.name} is damaged ({(str(error) or type(error).__name__)[:200]})."
        raise Problem(what, "The model opens without its axes; export it again to have them.") from None


def _checked(mean: NDArray[Any], axes: NDArray[Any], scales: NDArray[Any], latent_size: int) -> LatentAxes:
    arrays = (mean, axes, scales)
    if any(array.dtype.kind != "f" for array in arrays):
        raise ValueError("it holds other things than numbers")
    if axes.ndim != 2 or mean.shape != axes.shape[1:] or scales.shape != axes.shape[:1]:
        raise ValueError(f"its arrays are of {', '.join(str(array.shape) for array in arrays)}")
    if not 1 <= len(axes) <= MOST_AXES:
        raise ValueError(f"it holds {len(axes)} axes, not 1 to {MOST_AXES}")
    if axes.shape[1] != latent_size:
        raise ValueError(f"its axes are of {axes.shape[1]} numbers, and latents of this model of {latent_size}")
    if not all(np.isfinite(array).all() for array in arrays) or not (scales > 0).all():
        raise ValueError("a number in it is not finite, or a scale is not above 0")
    products = axes.astype(np.float64) @ axes.T.astype(np.float64)
    if not np.abs(products - np.eye(len(axes))).max() < _WITHIN:
        raise ValueError("its axes are not perpendicular and of length 1")
    return LatentAxes(*(array.astype(np.float32) for array in arrays))

"""Directions that other tools made, whatever form they were saved in."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import LAYERS, LONGEST_NAME, Direction, W, Z, unit
from explorer.core.directions.files.containers import (
    LARGEST_FILE,
    Arrays,
    json_arrays,
    npy_array,
    npz_arrays,
    sides_of,
    zip_names,
)
from explorer.core.directions.files.store import load_directions
from explorer.core.files import read_file
from explorer.core.problem import Problem
from explorer.core.words import plain_name

MOST_DIRECTIONS = 1000

_COMPONENTS = ("lat_comp", "components_", "components", "eigenvectors")
_SHARES = ("explained_variance_ratio_", "explained_variance_ratio", "var_ratio")
_FIGURES = {"explained_variance_": "variance", "explained_variance": "variance", "lat_stdev": "deviation"}
_NO_DIRECTIONS = {
    *("lat_mean", "act_comp", "act_mean", "act_stdev", "random_stdevs"),
    *("mean_", "mean", "singular_values_", "singular_values", "noise_variance_", "intercept", "intercept_"),
    *("bias", "n_samples_seen_", "eigenvalues", *_SHARES, *_FIGURES),
}
_USUAL_SIZES = {
    100: "the size of the first DCGANs",
    120: "the size of BigGAN at 128 pixels",
    128: "the size of BigGAN at 512 pixels and of many small models",
    140: "the size of BigGAN at 256 pixels",
    512: "the size of StyleGAN and ProGAN",
    7168: "that of 14 StyleGAN layers at once (W+)",
    9216: "that of 18 StyleGAN layers at once (W+)",
}

ReadTensors = Callable[[Path], Mapping[str, NDArray[Any]]]


def import_directions(
    path: Path,
    latent_size: int,
    read_tensors: ReadTensors | None = None,
    style_size: int = 0,
    space: str | None = None,
    styles: int = 0,
) -> tuple[Direction, ...]:
    """The directions in a file of any usual form.

    Parameters
    ----------
    path : Path
        ``.npy``: shapes (d,), (1, d), (d, 1), (1, 1, d), (k, d), (k, 1, d) or (d, k). ``.npz``: such arrays by name, or
        a PCA (``lat_comp`` of GANSpace, ``components_`` of scikit-learn). ``.json``: numbers by name. A PyTorch file.
        What it is is told by its bytes, not its name.
    latent_size : int
        d, of the model they are for.
    read_tensors : callable, optional
        Gives the arrays of a PyTorch file by name; without it, such files are refused.
    style_size : int
        How many numbers the model's points of W have; 0 where it has no W.
    space : {"z", "w"} or None
        What the directions move; None takes W where only that has their size, and where both have it and the file's
        name says so as those of InterFaceGAN do (``age_w_boundary``).
    styles : int
        For how many layers the model takes a w: an array (styles, style_size) or (1, styles, style_size) is then one
        direction with a part for each.

    Returns
    -------
    tuple of Direction
        Of length 1, in the order of the file, at least one; the length they had is in details.

    Raises
    ------
    Problem
        It cannot be read, is damaged, would run code, or holds no direction of that size.
    """
    data = read_file(path, LARGEST_FILE)
    if _is_ours(data, path):
        return load_directions(path, latent_size, style_size)
    arrays = _arrays(path, data, read_tensors)
    if not style_size and (_says_w(path) or any(_has_layers(array, latent_size) for array in arrays.values())):
        what = f"{path.name} holds directions of W, which this model does not have."
        raise Problem(what, "Open the StyleGAN that they were made for; its mapping belongs to it.")
    if styles > 1 and space != Z and (layered := _layered(path, arrays, styles, style_size)):
        return layered
    space = space or _space(path, arrays, latent_size, style_size)
    chosen, left_out = _chosen(arrays, style_size if space == W else latent_size)
    if not chosen:
        raise _unfitting(path, arrays, style_size if space == W else latent_size)
    notes = (f"Left out, as they are not directions: {', '.join(left_out[:5])[:200]}.",) if left_out else ()
    found = [one for key, rows in chosen.items() for one in _directions(path, key, rows, arrays, notes)]
    if len(found) > MOST_DIRECTIONS:
        raise Problem(f"{path.name} holds {len(found):,} directions.", f"Save at most {MOST_DIRECTIONS:,} in one file.")
    return _with_own_names([replace(one, space=space) for one in found])


def _space(path: Path, arrays: Arrays, latent_size: int, style_size: int) -> str:
    """Which space the directions of a file are of, by their size, then by its name."""
    if not style_size or not _chosen(arrays, style_size)[0]:
        return Z
    return W if _says_w(path) or not _chosen(arrays, latent_size)[0] else Z


def _says_w(path: Path) -> bool:
    return "w" in re.split(r"[^a-z]+", path.stem.lower())


def _has_layers(array: NDArray[Any], size: int) -> bool:
    """Whether an array is of W+: one direction (1, layers, size)."""
    return array.ndim == 3 and array.shape[0] == 1 < array.shape[1] and array.shape[2] == size


def _layered(path: Path, arrays: Arrays, styles: int, size: int) -> tuple[Direction, ...]:
    """The directions with a part for each layer of W+; those that are the same in all are left to others."""
    found = []
    for key, array in arrays.items():
        if key.rsplit(".", 1)[-1] in (*_COMPONENTS, *_NO_DIRECTIONS) or array.dtype.kind not in "fiub":
            continue
        if array.shape not in ((styles, size), (1, styles, size), (styles * size,), (1, styles * size)):
            continue
        rows = array.reshape(styles, size).astype(np.float64)
        if (rows == rows[0]).all():
            continue
        moved = np.flatnonzero(rows.any(axis=1))
        details: dict[str, Any] = {"length": float(np.linalg.norm(rows)), "array": key[:200]}
        if len(moved) < styles:
            details[LAYERS] = [int(moved[0]), int(moved[-1])]
        note = f"It has a part of its own for each of {styles} layers."
        vector = unit(rows.reshape(-1))
        found.append(Direction(_name(key), vector, "imported", path.name, notes=(note,), details=details, space=W))
    return _with_own_names(found)


def _arrays(path: Path, data: bytes, read_tensors: ReadTensors | None) -> Arrays:
    if not data:
        raise Problem(f"{path.name} is empty.", "Save it again, or copy it again from its source.")
    if data.startswith(b"\x93NUMPY"):
        return {path.stem: npy_array(data, path.name)}
    if data.startswith(b"PK") and any(name.endswith(".npy") for name in zip_names(data, path.name)):
        return npz_arrays(data, path.name)
    if data.startswith((b"PK", b"\x80")) or path.suffix.lower() in (".pt", ".pth"):
        if read_tensors is None:
            raise Problem(f"{path.name} is a PyTorch file or a pickle.", "Save it as .npy.")
        return {name: np.asarray(array) for name, array in read_tensors(path).items()}
    if path.suffix.lower() == ".json" or data[:256].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return json_arrays(data, path.name, path.stem)
    raise Problem(f"{path.name} is not a known kind of file of directions.", "Choose a .npy, .npz, .json or .pt file.")


def _is_ours(data: bytes, path: Path) -> bool:
    if not data.startswith(b"PK"):
        return False
    return {"vectors.npy", "about.npy"} <= set(zip_names(data, path.name))


def _chosen(arrays: Arrays, size: int) -> tuple[dict[str, NDArray[np.float64]], list[str]]:
    """The directions (k, d) of each array that holds some, and what else there was, in words."""
    components = [key for key in arrays if key.rsplit(".", 1)[-1] in _COMPONENTS]
    chosen, left_out = {}, []
    for key, array in arrays.items():
        if key.rsplit(".", 1)[-1] in _NO_DIRECTIONS or (components and key not in components):
            continue
        rows = _rows(array, size)
        if rows is not None:
            chosen[key] = rows
        else:
            left_out.append(f"{key[:60]} ({sides_of(array)})")
    return chosen, left_out


def _rows(array: NDArray[Any], size: int) -> NDArray[np.float64] | None:
    """The array as (k, d); None where it has no axis of d, or more than one besides."""
    if array.dtype.kind not in "fiub" or array.size == 0:
        return None
    if array.ndim == 2 and array.shape[1] != size == array.shape[0]:
        array = array.T  # one direction a column
    sides = [side for side in array.shape[:-1] if side != 1]
    if array.ndim == 0 or array.shape[-1] != size or len(sides) > 1:
        return None
    return array.reshape(-1, size).astype(np.float64)


def _unfitting(path: Path, arrays: Arrays, size: int) -> Problem:
    """Why there is no direction for a latent of ``size`` numbers in these arrays."""
    told = {key: array for key, array in arrays.items() if key.rsplit(".", 1)[-1] not in _NO_DIRECTIONS}
    if not told:
        return Problem(f"{path.name} holds no directions.", "Choose a file of vectors.")
    array = max(told.values(), key=lambda array: array.size)
    if array.ndim >= 3 and array.shape[-1] == size:
        return Problem(
            f"{path.name} holds directions with a part for each of {array.shape[-2]} layers ({sides_of(array)}); "
            f"this model takes one latent of {size}.",
            "Save the layer that you want, as one row of numbers.",
        )
    sides = [side for side in array.shape if side != 1]
    own = sides[-1] if sides else 1
    known = f": {_USUAL_SIZES[own]}" if own in _USUAL_SIZES else ""
    return Problem(
        f"{path.name} ({sides_of(array)}) is for a latent of {own:,}{known}; this model takes {size:,}.",
        "Open the model that it was made for.",
    )


def _directions(
    path: Path, key: str, rows: NDArray[np.float64], arrays: Arrays, notes: tuple[str, ...]
) -> Iterator[Direction]:
    """A direction for each row of one array, at first under names that may clash."""
    if len(rows) > 1 and (rows == rows[0]).all():
        notes = (*notes, f"The file repeats it for {len(rows)} layers; they are all alike.")
        rows = rows[:1]
    name = _name(path.stem if key.rsplit(".", 1)[-1] in _COMPONENTS else key)
    if 1 < len(rows) <= 18:
        notes = (
            *notes,
            f"One of {len(rows)} rows; if those are layers of one direction, choose one of them.",
        )
    for rank, row in enumerate(rows, 1):
        length = math.hypot(*map(float, row))
        title = name if len(rows) == 1 else f"{name[: LONGEST_NAME - 6]} {rank}"
        details = {"length": length, "array": key[:200], **_figures(arrays, rank - 1, len(rows))}
        if length < 1e-12:
            raise Problem(f"{title} in {path.name} is all zeros, so it points nowhere.", "Export it again.")
        try:
            with np.errstate(over="ignore"):  # refused in a sentence, and not in numpy's words too
                vector = unit(row)
        except Problem as problem:
            raise Problem(f"{title} in {path.name} is not a direction. {problem.what}", "Export it again.") from None
        yield Direction(title, vector, "imported", path.name, notes=notes, details=details)


def _figures(arrays: Arrays, index: int, count: int) -> dict[str, float]:
    """What a PCA says of one of its components."""
    found = {}
    for key, word in {**dict.fromkeys(_SHARES, "share"), **_FIGURES}.items():
        values = arrays.get(key)
        if values is not None and values.size == count > 1 and values.dtype.kind in "fiu":
            value = float(values.reshape(-1)[index])
            if np.isfinite(value):
                found[word] = value
    return found


def _name(text: str) -> str:
    """``text`` as the name of a direction: printable, neither empty nor too long."""
    return plain_name(text)[: LONGEST_NAME - 6].strip() or "imported"


def _with_own_names(found: list[Direction]) -> tuple[Direction, ...]:
    taken: set[str] = set()
    named = []
    for direction in found:
        name, again = direction.name, 2
        while name in taken:
            name, again = f"{direction.name[: LONGEST_NAME - 5]} {again}", again + 1
        taken.add(name)
        named.append(replace(direction, name=name))
    return tuple(named)

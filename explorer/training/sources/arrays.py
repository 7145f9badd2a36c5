"""Pictures in numpy's own files, .npz and .npy. Nothing in them is ever unpickled."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources.material import ListedSource
from explorer.training.sources.provenance import provenance_in
from explorer.training.sources.source_report import Tally
from explorer.training.sources.stacked import as_bytes, drawing_from, with_channels_last

PICTURES = {
    "train": ("x_train", "train_images", "pictures", "images", "x", "data", "imgs", "arr_0"),
    "test": ("x_test", "test_images"),
}
"""Names under which pictures are looked for, by part, in this order."""

LABELS = {
    "train": ("y_train", "train_labels", "labels", "y", "label", "targets", "arr_1"),
    "test": ("y_test", "test_labels"),
}
"""Names under which labels are looked for, by part, in this order."""

BYTE_LIMIT = 32 << 30
"""Most bytes of one array."""

_FAILURES = (
    OSError,
    ValueError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    SyntaxError,
    MemoryError,
)


@dataclass(frozen=True)
class _Array:
    """An array that has not been read yet: what its header claims, checked against the file."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    open: Callable[[], IO[bytes]]

    def read(self) -> NDArray[Any]:
        with self.open() as file:
            array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
        return array


def is_npz(path: Path) -> bool:
    """Whether ``path`` is a zip of arrays."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except _FAILURES:
        return False


def is_npy(path: Path) -> bool:
    """Whether ``path`` begins like a single array."""
    with path.open("rb") as file:
        return file.read(6) == b"\x93NUMPY"


def arrays_material(path: Path, part: str = "") -> ListedSource:
    """The pictures in the .npz or .npy file ``path``; ``part`` is ``train`` (or "") or ``test``.

    Raises
    ------
    Problem
        There is no array of pictures in it that can be read without running what the file contains.
    """
    try:
        return _material(path, part or "train")
    except _FAILURES as error:
        raise Problem(f"{path.name} is broken: {error}.", "Save it again with numpy.savez.") from error


def _material(path: Path, part: str) -> ListedSource:
    arrays = _arrays(path)
    chosen = _chosen(arrays, part, path)
    stack = _stack(chosen, path)
    tally = Tally()
    labels = _labels(arrays, part, len(stack), tally)
    stat = path.stat()
    return ListedSource(
        title=path.name,
        names=[f"{index:06d}" for index in range(len(stack))],
        stamp=f"{chosen.name}|{stat.st_size}|{stat.st_mtime_ns}",
        draw=drawing_from(stack),
        channels=1 if stack.shape[-1] == 1 else 3,
        labels=labels,
        classes=_classes(arrays, labels),
        tally=tally,
        provenance=provenance_in(path.parent),
    )


def _arrays(path: Path) -> dict[str, _Array]:
    if is_npy(path):
        return {path.stem: _described(path.stem, lambda: path.open("rb"), path.stat().st_size)}
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if info.filename.endswith(".npy")]
    names = [info.filename.removesuffix(".npy") for info in infos]
    return {
        name: _described(name, partial(_member, path, info), info.file_size)
        for name, info in zip(names, infos, strict=True)
    }


def _member(path: Path, info: zipfile.ZipInfo) -> IO[bytes]:
    with zipfile.ZipFile(path) as archive:
        return archive.open(info)  # stays readable: a member shares the file until both are closed


def _described(name: str, open_array: Callable[[], IO[bytes]], length: int) -> _Array:
    with open_array() as file:
        version = np.lib.format.read_magic(file)
        old = version == (1, 0)
        read = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
        claimed = int(np.prod(shape, dtype=object)) * dtype.itemsize
        if not dtype.hasobject and claimed != length - file.tell():
            raise ValueError(f"{name} is not as long as it says")
    return _Array(name, shape, dtype, open_array)


def _chosen(arrays: Mapping[str, _Array], part: str, path: Path) -> _Array:
    by_name = {name.lower(): array for name, array in arrays.items()}
    named = [by_name[name] for name in PICTURES.get(part, (part,)) if name in by_name]
    stacks = [array for array in arrays.values() if len(array.shape) >= 3]
    if named:
        return named[0]
    if part == "train" and len(stacks) == 1:
        return stacks[0]
    held = ", ".join(f"{name} {array.shape}" for name, array in arrays.items()) or "no arrays"
    raise Problem(
        f"{path.name} has no pictures for {part}; it holds {held}.",
        "Call the array pictures, and its labels labels.",
    )


def _stack(array: _Array, path: Path) -> NDArray[np.uint8]:
    """(N, H, W, C) uint8, C = 1, 3 or 4, from any of the accepted forms."""
    if array.dtype.hasobject:
        raise Problem(
            f"{array.name} in {path.name} holds Python objects, which are never loaded: they can carry code.",
            "Save the pictures as one array of numbers (uint8).",
        )
    if array.dtype.kind not in "buif" or int(np.prod(array.shape, dtype=object)) * array.dtype.itemsize > BYTE_LIMIT:
        raise Problem(f"{array.name} in {path.name} holds {array.dtype}, or too much of it.", "Save it as uint8.")
    stack = with_channels_last(array.read())
    if stack is None or 0 in stack.shape:
        raise Problem(
            f"{array.name} in {path.name} has the shape {array.shape}, which is not that of pictures.",
            "Pictures are (N, H, W), (N, H, W, C) or (N, C, H, W), with 1, 3 or 4 channels.",
        )
    return as_bytes(stack)


def _labels(arrays: Mapping[str, _Array], part: str, count: int, tally: Tally) -> NDArray[np.int64] | None:
    by_name = {name.lower(): array for name, array in arrays.items()}
    for name in LABELS.get(part, ()):
        array = by_name.get(name)
        if array is None or array.dtype.kind not in "bui":
            continue
        if array.shape in ((count,), (count, 1)):
            return array.read().reshape(-1).astype(np.int64)
        tally.note(f"{name} has the shape {array.shape} and cannot be labels of {count:,} pictures.")
    return None


def _classes(arrays: Mapping[str, _Array], labels: NDArray[np.int64] | None) -> tuple[str, ...]:
    if labels is None:
        return ()
    count = int(labels.max(initial=-1)) + 1
    for name in ("classes", "class_names", "label_names"):
        array = arrays.get(name)
        if array is not None and array.dtype.kind == "U" and array.shape >= (count,):
            return tuple(str(word) for word in array.read().reshape(-1))
    return tuple(str(number) for number in range(count))

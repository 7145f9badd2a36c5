"""Pictures in numpy's own files, .npz and .npy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from explorer.core.problem import Problem
from explorer.training.sources.array_files import StoredArray, arrays_in
from explorer.training.sources.labels.array_labels import labels_from
from explorer.training.sources.material import ListedSource
from explorer.training.sources.members import FAILURES
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import provenance_in
from explorer.training.sources.source_report import Tally
from explorer.training.sources.spool import Spool
from explorer.training.sources.stacked import Stack, drawing_from, range_in, with_channels_last

PICTURES = {
    "train": (
        "x_train",
        "train_images",
        "pictures",
        "images",
        "x",
        "data",
        "imgs",
        "frames",
        "observations",
        "obs",
        "arr_0",
    ),
    "test": ("x_test", "test_images"),
}
"""Names under which pictures are looked for, by part, in this order."""

LABELS = {
    "train": ("y_train", "train_labels", "labels", "y", "label", "targets", "arr_1"),
    "test": ("y_test", "test_labels"),
}
"""Names under which labels are looked for, by part, in this order."""


SIDE_LIMIT = 9_000
"""Most pixels of a side."""


def arrays_material(path: Path, part: str, reading: PictureReading) -> ListedSource:
    """The pictures in the .npz or .npy file ``path``; ``part`` is ``train`` (or "") or ``test``.

    Raises
    ------
    Problem
        There is no array of pictures in it that can be read without running what the file contains.
    """
    try:
        return _material(path, part or "train", reading)
    except (*FAILURES, MemoryError) as error:
        raise Problem(f"{path.name} is broken: {error}.", "Save it again with numpy.savez.") from error


def _material(path: Path, part: str, reading: PictureReading) -> ListedSource:
    arrays = arrays_in(path, reading)
    chosen = _chosen(arrays, part, path)
    spool = Spool(reading.scratch)
    try:
        return _listed(path, part, reading, arrays, _stack(chosen, path, spool), chosen.name, spool)
    except BaseException:
        spool.close()
        raise


def _listed(
    path: Path,
    part: str,
    reading: PictureReading,
    arrays: Mapping[str, StoredArray],
    stack: Stack,
    name: str,
    spool: Spool,
) -> ListedSource:
    from explorer.training.worlds.recorded_arrays import recorded_facts  # which is made of what lies here

    tally = Tally()
    values = range_in(stack, reading, tally)
    by_name = {name.lower(): array for name, array in arrays.items()}
    labels = labels_from(by_name, LABELS.get(part, ()), len(stack), tally)
    recorded = recorded_facts(by_name, len(stack), path.name)
    stat = path.stat()
    return ListedSource(
        title=path.name,
        names=[f"{index:06d}" for index in range(len(stack))],
        stamp=f"{name}|{values}|{stat.st_size}|{stat.st_mtime_ns}",
        draw=drawing_from(stack, reading, values),
        channels=1 if stack.shape[-1] == 1 else 3,
        labels=labels.labels,
        classes=labels.classes,
        attributes=recorded[0] if recorded else labels.attributes,
        groups=recorded[1] if recorded else None,
        tally=tally,
        provenance=provenance_in(path.parent),
        close=spool.close,
    )


def _chosen(arrays: Mapping[str, StoredArray], part: str, path: Path) -> StoredArray:
    by_name = {name.lower(): array for name, array in arrays.items()}
    named = [by_name[name] for name in PICTURES.get(part, (part,)) if name in by_name]
    stacks = [array for array in arrays.values() if len(array.shape) >= 3]
    if named:
        return named[0]
    if part == "train" and len(stacks) == 1:
        return stacks[0]
    held = ", ".join(f"{name} {array.shape}" for name, array in list(arrays.items())[:20]) or "no arrays"
    raise Problem(
        f"{path.name} has no pictures for {part}; it holds {held}.",
        "Call the array pictures, and its labels labels.",
    )


def _stack(array: StoredArray, path: Path, spool: Spool) -> Stack:
    """(N, H, W, C), C = 1, 3 or 4, from any of the accepted forms."""
    if array.dtype.hasobject:
        raise Problem(
            f"{array.name} in {path.name} holds Python objects, which are never loaded: they can carry code.",
            "Save the pictures as one array of numbers (uint8).",
        )
    if array.dtype.kind not in "buif":
        raise Problem(f"{array.name} in {path.name} holds {array.dtype}.", "Save it as uint8.")
    # judged by a view of nothing before anything is read
    shaped = with_channels_last(np.broadcast_to(np.uint8(0), array.shape)) if len(array.shape) <= 32 else None
    if shaped is None or 0 in array.shape:
        raise Problem(
            f"{array.name} in {path.name} has the shape {array.shape}, which is not that of pictures.",
            "Pictures are (N, H, W), (N, H, W, C) or (N, C, H, W), with 1, 3 or 4 channels.",
        )
    if max(shaped.shape[1:3]) > SIDE_LIMIT:
        raise Problem(
            f"Pictures in {path.name} are {shaped.shape[2]:,} x {shaped.shape[1]:,}.",
            f"Make them at most {SIDE_LIMIT:,} pixels a side.",
        )
    return Stack(array.rows(spool))

"""IDX files, the form that MNIST and Fashion-MNIST come in, gzipped or not.

The header is big-endian: two zero bytes, the type (8 for bytes), the number of axes, then the length of each
axis as 32 bits (LeCun, Cortes and Burges, "The MNIST database of handwritten digits"). What the header
claims is never believed: pictures are counted from the bytes that are really there.
"""

from __future__ import annotations

import gzip
import math
import struct
import sys
import zlib
from io import BufferedReader
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources.array_files import unpacked_limit
from explorer.training.sources.material import ListedSource
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import provenance_in
from explorer.training.sources.source_report import Tally
from explorer.training.sources.stacked import drawing_from, range_in

UNPACKED_LIMIT = 448 << 20
"""Bytes that are unpacked beyond the size of a file; one that is not packed is mapped, whatever its size."""

FASHION = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""The classes of Fashion-MNIST, by label (Xiao, Rasul and Vollgraf 2017)."""

_PIECE = 1 << 20
_SIDE_LIMIT = 16_384


def is_idx(path: Path) -> bool:
    """Whether the file begins like an IDX file of bytes."""
    try:
        with _opened(path) as file:
            head = file.read(4)
    except (OSError, EOFError, zlib.error):
        return False
    return len(head) == 4 and head[:3] == b"\0\0\x08" and 1 <= head[3] <= 4


def idx_in(folder: Path, part: str) -> Path | None:
    """The images file in ``folder``: that of ``part``, or else the training one; None if there is none."""
    found = [path for path in sorted(folder.iterdir()) if _is_images_name(path.name) and is_idx(path)]
    wanted = {"test": ("test", "t10k"), "": ("train", "")}.get(part, (part,))
    return next((path for word in wanted for path in found if word in path.name.lower()), None)


def idx_material(path: Path, reading: PictureReading) -> ListedSource:
    """The pictures in the IDX file ``path``, with the labels that lie beside it.

    Raises
    ------
    Problem
        It is no IDX file of pictures, or holds not even one whole picture.
    """
    tally = Tally()
    pictures = _pictures(path, tally, reading)
    values = reading.stated and range_in(pictures, reading, tally)
    labels = _labels_beside(path, len(pictures), tally, reading)
    stat = path.stat()
    return ListedSource(
        title=f"{path.parent.name}/{path.name}",
        names=[f"{index:06d}" for index in range(len(pictures))],
        stamp=f"{path.name}|{stat.st_size}|{stat.st_mtime_ns}",
        draw=drawing_from(pictures, reading, values),
        channels=1 if pictures.shape[-1] == 1 else 3,
        labels=labels,
        classes=() if labels is None else _classes(path, labels),
        tally=tally,
        provenance=provenance_in(path.parent),
    )


def _opened(path: Path) -> gzip.GzipFile | BufferedReader:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.GzipFile(path) if zipped else path.open("rb")


def _is_images_name(name: str) -> bool:
    return "ubyte" in name.lower() and "label" not in name.lower() and not name.startswith(".")


def _read(path: Path, most: int, reading: PictureReading) -> tuple[tuple[int, ...], NDArray[np.uint8]]:
    """The lengths that the header claims, and the bytes behind it: no more than claimed or wanted, perhaps fewer."""
    with _opened(path) as file:
        head = file.read(4)
        if len(head) < 4 or head[:3] != b"\0\0\x08":
            raise Problem(f"{path.name} is not an IDX file of bytes.", "Choose the images file of the set.")
        lengths = file.read(4 * head[3])
        if len(lengths) < 4 * head[3]:
            raise Problem(f"{path.name} ends within its header.", "Download it again.")
        shape = struct.unpack(f">{head[3]}I", lengths)
        wanted = min(math.prod(shape), most)
        if isinstance(file, gzip.GzipFile):
            return shape, _unpacked(file, min(wanted, unpacked_limit(path, UNPACKED_LIMIT)), reading)
        wanted = min(wanted, path.stat().st_size - file.tell())
        return shape, np.memmap(path, np.uint8, "r", file.tell(), (wanted,)) if wanted else np.empty(0, np.uint8)


def _unpacked(file: gzip.GzipFile, wanted: int, reading: PictureReading) -> NDArray[np.uint8]:
    pieces = bytearray()
    try:
        while len(pieces) < wanted and (piece := file.read1(min(_PIECE, wanted - len(pieces)))):
            pieces += piece
            reading.check()
    except (EOFError, OSError, zlib.error):
        pass  # a gzip that is cut short: what came before is good, and the caller counts it
    return np.frombuffer(pieces, np.uint8)


def _pictures(path: Path, tally: Tally, reading: PictureReading) -> NDArray[np.uint8]:
    try:
        shape, data = _read(path, sys.maxsize, reading)
    except (OSError, EOFError, zlib.error) as error:
        raise Problem(f"{path.name} cannot be read: {error}.", "Download it again.") from error
    if len(shape) == 1:
        raise Problem(f"{path.name} holds labels, not pictures.", "Open the images file that lies beside it.")
    height, width, depth = (*shape[1:], 1)[:3] if len(shape) > 2 else (0, 0, 0)
    if not (0 < height <= _SIDE_LIMIT and 0 < width <= _SIDE_LIMIT and depth in (1, 3, 4)):
        axes = " x ".join(str(length) for length in shape)
        raise Problem(f"{path.name} does not hold pictures: its axes are {axes}.", "Choose an images file.")
    count = len(data) // (height * width * depth)
    if count == 0:
        raise Problem(f"{path.name} holds no whole picture.", "Download it again.")
    if count < shape[0]:
        at_limit = len(data) >= unpacked_limit(path, UNPACKED_LIMIT)
        tally.skip(path.name, "beyond what is unpacked" if at_limit else "missing from the file", shape[0] - count)
        tally.note(
            f"{path.name} unpacks to more than {len(data) / 1e6:,.0f} MB: only the first {count:,} pictures are used. "
            "Unpack it (gunzip), and it is read in place."
            if at_limit
            else f"{path.name} announces {shape[0]:,} pictures and ends after {count:,}."
        )
    pixels = data[: count * height * width * depth]
    return pixels.reshape(count, height, width, depth)


def _labels_beside(path: Path, count: int, tally: Tally, reading: PictureReading) -> NDArray[np.int64] | None:
    """(count,) labels from the file of the same name with ``labels-idx1`` in it, -1 where it is too short."""
    name = path.name.replace("images", "labels").replace("idx3", "idx1").replace("idx4", "idx1")
    twins = (name, name.removesuffix(".gz"), f"{name}.gz")
    found = next((path.with_name(twin) for twin in twins if path.with_name(twin).is_file()), None)
    if found is None or found == path:
        tally.note("No labels file lies beside it.")
        return None
    try:
        shape, data = _read(found, count + 1, reading)
    except (Problem, OSError, EOFError, zlib.error):
        tally.note(f"The labels in {found.name} cannot be read.")
        return None
    known = data[:count] if len(shape) == 1 else data[:0]
    if len(known) != count or shape[0] != count:
        held = min(shape[0], len(data)) if len(data) <= count else shape[0]
        tally.note(f"{found.name} holds {held:,} labels for {count:,} pictures.")
    labels = np.full(count, -1, np.int64)
    labels[: len(known)] = known
    return labels


def _classes(path: Path, labels: NDArray[np.int64]) -> tuple[str, ...]:
    highest = int(labels.max(initial=-1))
    told = f"{path.absolute().parent.name} {path.name} {_licence(path)}".lower()
    if highest < len(FASHION) and ("fashion" in told or "zalando" in told):
        return FASHION
    return tuple(str(digit) for digit in range(max(highest + 1, 10)))


def _licence(path: Path) -> str:
    provenance = provenance_in(path.parent)
    return f"{provenance.licence} {provenance.attribution} {provenance.description}"

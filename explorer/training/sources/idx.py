"""IDX files, the form that MNIST and Fashion-MNIST come in, gzipped or not.

The header is big-endian: two zero bytes, the type (8 for bytes), the number of axes, then the length of each
axis as 32 bits (LeCun, Cortes and Burges, "The MNIST database of handwritten digits"). What the header
claims is never believed: pictures are counted from the bytes that are really there.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources.array_files import SpooledRows
from explorer.training.sources.material import ListedSource
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.provenance import provenance_in
from explorer.training.sources.source_report import Tally
from explorer.training.sources.spool import Spool, unpacked_limit
from explorer.training.sources.stacked import Stack, drawing_from, range_in

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
    spool = Spool(reading.scratch)
    try:
        return _material(path, reading, spool)
    except BaseException:
        spool.close()
        raise


def _material(path: Path, reading: PictureReading, spool: Spool) -> ListedSource:
    tally = Tally()
    pictures = _pictures(path, tally, reading, spool)
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
        close=spool.close,
    )


def _opened(path: Path) -> gzip.GzipFile | BufferedReader:
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.GzipFile(path) if zipped else path.open("rb")


def _is_images_name(name: str) -> bool:
    return "ubyte" in name.lower() and "label" not in name.lower() and not name.startswith(".")


def _lengths(path: Path, file: gzip.GzipFile | BufferedReader) -> tuple[int, ...]:
    """Those of the axes that the header claims; what follows them is read next."""
    head = file.read(4)
    if len(head) < 4 or head[:3] != b"\0\0\x08":
        raise Problem(f"{path.name} is not an IDX file of bytes.", "Choose the images file of the set.")
    lengths = file.read(4 * head[3])
    if len(lengths) < 4 * head[3]:
        raise Problem(f"{path.name} ends within its header.", "Download it again.")
    return struct.unpack(f">{head[3]}I", lengths)


def _pieces(file: gzip.GzipFile | BufferedReader, wanted: int, reading: PictureReading) -> Iterator[bytes]:
    """At most so many bytes, piece by piece."""
    try:
        while wanted > 0 and (piece := file.read1(min(_PIECE, wanted))):
            reading.check()
            yield piece
            wanted -= len(piece)
    except (EOFError, OSError, zlib.error):
        pass  # a gzip that is cut short: what came before is good, and the caller counts it


def _pictures(path: Path, tally: Tally, reading: PictureReading, spool: Spool) -> Stack:
    """The pictures, mapped, or unpacked into ``spool``."""
    try:
        with _opened(path) as file:
            shape = _lengths(path, file)
            height, width, depth = _sides(path, shape)
            begin, wanted, limit = file.tell(), math.prod(shape), unpacked_limit(path.stat().st_size)
            is_packed = isinstance(file, gzip.GzipFile)
            held = min(wanted, path.stat().st_size - begin)
            if is_packed:
                for piece in _pieces(file, min(wanted, limit), reading):
                    spool.append(piece)
                held = spool.size
    except (OSError, EOFError, zlib.error) as error:
        raise Problem(f"{path.name} cannot be read: {error}.", "Download it again.") from error
    count = held // (height * width * depth)
    if count == 0:
        raise Problem(f"{path.name} holds no whole picture.", "Download it again.")
    if count < shape[0]:
        _tell_missing(path, tally, shape[0], count, held if is_packed and held >= limit else 0)
    found = count, height, width, depth
    if is_packed:
        return Stack(SpooledRows(spool, found, np.dtype(np.uint8)))
    return Stack(np.memmap(path, np.uint8, "r", begin, found))


def _tell_missing(path: Path, tally: Tally, claimed: int, count: int, unpacked: int) -> None:
    tally.skip(path.name, "beyond what is unpacked" if unpacked else "missing from the file", claimed - count)
    tally.note(
        f"{path.name} unpacks to more than {unpacked / 1e6:,.0f} MB: only the first {count:,} pictures are used. "
        "Unpack it (gunzip), and it is read in place."
        if unpacked
        else f"{path.name} announces {claimed:,} pictures and ends after {count:,}."
    )


def _sides(path: Path, shape: tuple[int, ...]) -> tuple[int, int, int]:
    if len(shape) == 1:
        raise Problem(f"{path.name} holds labels, not pictures.", "Open the images file that lies beside it.")
    height, width, depth = (*shape[1:], 1)[:3] if len(shape) > 2 else (0, 0, 0)
    if not (0 < height <= _SIDE_LIMIT and 0 < width <= _SIDE_LIMIT and depth in (1, 3, 4)):
        axes = " x ".join(str(length) for length in shape)
        raise Problem(f"{path.name} does not hold pictures: its axes are {axes}.", "Choose an images file.")
    return height, width, depth


def _labels_beside(path: Path, count: int, tally: Tally, reading: PictureReading) -> NDArray[np.int64] | None:
    """(count,) labels from the file of the same name with ``labels-idx1`` in it, -1 where it is too short."""
    name = path.name.replace("images", "labels").replace("idx3", "idx1").replace("idx4", "idx1")
    twins = (name, name.removesuffix(".gz"), f"{name}.gz")
    found = next((path.with_name(twin) for twin in twins if path.with_name(twin).is_file()), None)
    if found is None or found == path:
        tally.note("No labels file lies beside it.")
        return None
    try:
        with _opened(found) as file:
            shape = _lengths(found, file)
            data = np.frombuffer(b"".join(_pieces(file, min(math.prod(shape), count + 1), reading)), np.uint8)
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

"""A TIFF of more than 8 bits a value as the numbers that it holds: integers and floats, however they are packed.

Pillow knows few kinds of such numbers, takes some for others (32 bits without a sign for such with one), and keeps the
upper 8 of 16 bits of colour. But its libtiff unpacks bytes of any meaning: it is given a TIFF of grey bytes, as wide as
a row of the numbers has bytes, with the same strips or tiles. What the bytes mean is settled here (TIFF 6.0, section
14, and Adobe's Technical Note 3 on floating point predictors).
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin

VALUE_LIMIT = 256 << 20
"""Most bytes that the values of a picture may take."""

_WIDTH, _HEIGHT, _BITS, _PACKING, PHOTOMETRIC, _FILL_ORDER = 256, 257, 258, 259, 262, 266
_OFFSETS, _TURN, _SAMPLES, _ROWS, _COUNTS, _PLANES, _PREDICTOR = 273, 274, 277, 278, 279, 284, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_COUNTS, _EXTRA, _FORMAT = 322, 323, 324, 325, 338, 339
_KINDS = {1: "u", 2: "i", 3: "f"}
_PACKINGS = {1, 5, 8, 32773, 32946, 34925, 50000}  # none, LZW, zlib, PackBits, zlib, LZMA, Zstandard
WHITE_IS_ZERO, _GREY, _COLOUR = 0, 1, 2
_HEADS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True)
class _Layout:
    """How the numbers of a TIFF lie in its file.

    Attributes
    ----------
    height, width, samples : int
        Of the picture; a plane for each sample where ``planes`` says so.
    dtype : dtype
        In the file's order of bytes.
    across, down : int
        The width and height of a tile; those of a strip where it has no tiles.
    """

    height: int
    width: int
    samples: int
    dtype: np.dtype[Any]
    across: int
    down: int
    tiled: bool
    planes: bool
    predictor: int


def tiff_values(file: Path | BinaryIO) -> NDArray[Any] | None:
    """(H, W, C) numbers of the first page of a TIFF, upright and dark values low; of 2 or 4 the last is alpha.

    None where it is no TIFF, or one of 8 bits, or of a kind that is not read here.

    Raises
    ------
    MemoryError
        Its values take more than `VALUE_LIMIT`.
    Exception
        Of many kinds, where the file is damaged.
    """
    if not isinstance(file, Path):
        file.seek(0)
        return _values(file)
    with file.open("rb") as opened:
        return _values(opened)


def _values(file: BinaryIO) -> NDArray[Any] | None:
    head = file.read(8)
    if head[:4] not in _HEADS:
        return None
    if head[2:4] in (b"+\0", b"\0+"):
        head += file.read(8)
    tags = TiffImagePlugin.ImageFileDirectory_v2(head)
    file.seek(tags.next)
    tags.load(file)
    layout = _layout(tags, "<" if head[:1] == b"I" else ">")
    if layout is None:
        return None
    padded = math.ceil(layout.width / layout.across) * layout.across * max(layout.height, layout.down)
    if padded * layout.samples * layout.dtype.itemsize > VALUE_LIMIT:
        raise MemoryError
    values = np.concatenate([_plane(file, tags, layout, plane) for plane in range(_plane_count(layout))], -1)
    if layout.samples in (2, 4) and not set(tags.get(_EXTRA, ())) & {1, 2}:
        values = values[..., :-1]  # what it is, the file does not say
    values = upright_scale(values) if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO else values
    return _upright(values, int(tags.get(_TURN, 1)))


def _layout(tags: Any, order: str) -> _Layout | None:
    """None of what Pillow reads as well, and of what neither of us does."""
    samples = int(tags.get(_SAMPLES, 1))
    bits, kinds = set(tags.get(_BITS, (1,))), set(tags.get(_FORMAT, (1,)))
    known = len(bits) == len(kinds) == 1 and bits <= {16, 32, 64} and kinds <= set(_KINDS)
    of_use = tags.get(PHOTOMETRIC) in (WHITE_IS_ZERO, _GREY, _COLOUR) and tags.get(_PACKING, 1) in _PACKINGS
    if not known or not of_use or not 1 <= samples <= 4 or tags.get(_PREDICTOR, 1) not in (1, 2, 3):
        return None
    kind, size = _KINDS[kinds.pop()], bits.pop() // 8
    height, width = int(tags[_HEIGHT]), int(tags[_WIDTH])
    tiled = _TILE_OFFSETS in tags
    across, down = (int(tags[_TILE_WIDTH]), int(tags[_TILE_HEIGHT])) if tiled else (width, int(tags.get(_ROWS, height)))
    if min(height, width, across, down) < 1:
        raise ValueError("nothing in it")
    planes = tags.get(_PLANES, 1) == 2 and samples > 1
    dtype = np.dtype(f"{order}{kind}{size}")
    return _Layout(
        height, width, samples, dtype, across, min(down, height), tiled, planes, int(tags.get(_PREDICTOR, 1))
    )


def _plane_count(layout: _Layout) -> int:
    return layout.samples if layout.planes else 1


def _plane(file: BinaryIO, tags: Any, layout: _Layout, plane: int) -> NDArray[Any]:
    """(H, W, C) numbers of all samples, or of one where each has a plane of its own."""
    samples = 1 if layout.planes else layout.samples
    columns, rows = math.ceil(layout.width / layout.across), math.ceil(layout.height / layout.down)
    row_bytes = layout.across * samples * layout.dtype.itemsize
    offsets, counts = (tags[_TILE_OFFSETS], tags[_TILE_COUNTS]) if layout.tiled else (tags[_OFFSETS], tags[_COUNTS])
    part = slice(plane * columns * rows, (plane + 1) * columns * rows)
    if len(offsets[part]) != columns * rows:
        raise ValueError("strips are missing")
    if sum(counts[part]) > 2 * VALUE_LIMIT:
        raise ValueError("strips of more than there can be")
    pieces = [_piece(file, *place) for place in zip(offsets[part], counts[part], strict=True)]
    grey = _grey_tiff(tags, layout, pieces, columns * row_bytes, row_bytes)
    with TiffImagePlugin.TiffImageFile(io.BytesIO(grey)) as image:
        data = np.asarray(image).reshape(layout.height, columns, row_bytes)
    values = _numbers(data, layout, samples).reshape(layout.height, columns * layout.across, samples)
    return values[:, : layout.width]


def _piece(file: BinaryIO, offset: int, count: int) -> bytes:
    file.seek(offset)
    return file.read(count)


def _grey_tiff(tags: Any, layout: _Layout, pieces: Sequence[bytes], width: int, across: int) -> bytes:
    """The strips or tiles as those of a picture of grey bytes."""
    entries = {
        _WIDTH: [width],
        _HEIGHT: [layout.height],
        _BITS: [8],
        _PACKING: [tags.get(_PACKING, 1)],
        PHOTOMETRIC: [_GREY],
        _FILL_ORDER: [tags.get(_FILL_ORDER, 1)],
        _SAMPLES: [1],
    }
    entries |= {_TILE_WIDTH: [across], _TILE_HEIGHT: [layout.down]} if layout.tiled else {_ROWS: [layout.down]}
    count, where, sizes = len(pieces), *((_TILE_OFFSETS, _TILE_COUNTS) if layout.tiled else (_OFFSETS, _COUNTS))
    lists = 8 + 2 + 12 * (len(entries) + 2) + 4
    begin = lists + 8 * count
    entries |= {where: _starts(begin, pieces), sizes: [len(piece) for piece in pieces]}
    told, behind = b"", b""
    for tag, numbers in sorted(entries.items()):
        packed = struct.pack(f"<{len(numbers)}I", *numbers)
        told += struct.pack("<HHI", tag, 4, len(numbers))
        told += packed if len(packed) == 4 else struct.pack("<I", lists + len(behind))
        behind += packed if len(packed) > 4 else b""
    behind = behind.ljust(8 * count, b"\0")
    return b"".join((b"II*\0", struct.pack("<IH", 8, len(entries)), told, bytes(4), behind, *pieces))


def _starts(begin: int, pieces: Sequence[bytes]) -> list[int]:
    lengths = np.array([0, *(len(piece) for piece in pieces[:-1])], np.int64)
    return [int(start) for start in begin + np.cumsum(lengths)]


def _numbers(data: NDArray[np.uint8], layout: _Layout, samples: int) -> NDArray[Any]:
    """(H, columns, across * samples) numbers of (H, columns, bytes), whose predictor is undone."""
    size, native = layout.dtype.itemsize, layout.dtype.newbyteorder("=")
    shape = *data.shape[:2], layout.across * samples
    if layout.predictor == 3:
        smooth = np.cumsum(data.reshape(*data.shape[:2], -1, samples), 2, np.uint8).reshape(*data.shape[:2], size, -1)
        found = np.ascontiguousarray(np.moveaxis(smooth, 2, -1)).view(layout.dtype.newbyteorder(">"))
        return found.reshape(shape).astype(native)
    found = np.ascontiguousarray(data).view(layout.dtype).astype(native)
    if layout.predictor == 2:
        whole = np.dtype(f"u{size}")
        found = np.cumsum(found.view(whole).reshape(*shape[:2], -1, samples), 2, whole).view(native)
    return found.reshape(shape)


def upright_scale(values: NDArray[Any]) -> NDArray[Any]:
    """Values of which white is 0 as values of which black is."""
    return ~values if values.dtype.kind == "u" else values.max() + values.min() - values


def _upright(values: NDArray[Any], turn: int) -> NDArray[Any]:
    """As EXIF counts the turns."""
    if turn in (5, 6, 7, 8):
        values = values.swapaxes(0, 1)
    if turn in (2, 3, 6, 7):
        values = values[:, ::-1]
    return values[::-1] if turn in (3, 4, 7, 8) else values

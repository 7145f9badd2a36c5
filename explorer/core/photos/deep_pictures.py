"""Pictures of more than 8 bits a value, as the numbers that the file holds.

Pillow keeps the upper 8 of 16 bits of colour, and knows no TIFF of doubles or of floats in colour. The lower 8 bits are
had by asking it for the other order of bytes; those TIFFs are read here, where they are not packed, or by zlib.
"""

from __future__ import annotations

import math
import sys
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, TiffImagePlugin

DEEP_PIXEL_LIMIT = 30_000_000
"""Largest picture of deep colour that is decoded, in pixels: it takes 14 bytes a pixel for a moment."""

_OTHER_ORDER = {"16L": "16B", "16B": "16L", "16N": "16B" if sys.byteorder == "little" else "16L"}
_WIDTH, _HEIGHT, _BITS, _PACKING, _PHOTOMETRIC, _OFFSETS = 256, 257, 258, 259, 262, 273
_SAMPLES, _COUNTS, _PLANES, _PREDICTOR, _FORMAT = 277, 279, 284, 317, 339
_KINDS = {1: "u", 2: "i", 3: "f"}
_WHITE_IS_ZERO = 0


def grey_values(image: Image.Image) -> NDArray[Any]:
    """(H, W) numbers of a loaded image of mode I, I;16 or F, as the file holds them, dark values low."""
    values = np.asarray(image)
    return _upright_scale(values) if _is_inverted(image) else values


def has_deep_colour(image: Image.Image) -> bool:
    """Whether an image that is not loaded yet has 16 bits of each colour."""
    tiles = image.tile if isinstance(image, ImageFile.ImageFile) else []
    return image.mode in ("RGB", "RGBA") and bool(tiles) and ";16" in _raw_mode(tiles[0].args)


def deep_colour(file: Path | BinaryIO) -> NDArray[np.uint16]:
    """(H, W, 3 or 4) values of a file that `has_deep_colour`."""
    values = _bytes_of(file, lower=False).astype(np.uint16)
    values *= 256
    values += _bytes_of(file, lower=True)
    return values


def tiff_values(file: Path | BinaryIO) -> NDArray[Any] | None:
    """(H, W, C) numbers of a TIFF that Pillow does not know; None if it is none that is read here.

    Raises
    ------
    Exception
        Of many kinds, where the file is damaged.
    """
    if not isinstance(file, Path):
        file.seek(0)
        return _tiff(file)
    with file.open("rb") as opened:
        return _tiff(opened)


def _bytes_of(file: Path | BinaryIO, lower: bool) -> NDArray[np.uint8]:
    with Image.open(file) as image:
        if lower and isinstance(image, ImageFile.ImageFile):
            image.tile = [tile._replace(args=_swapped(tile.args)) for tile in image.tile]
        return np.asarray(image)


def _raw_mode(arguments: Any) -> str:
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _swapped(arguments: Any) -> Any:
    mode, _, order = _raw_mode(arguments).partition(";")
    raw = f"{mode};{_OTHER_ORDER[order]}"
    return (raw, *arguments[1:]) if isinstance(arguments, tuple) else raw


def _is_inverted(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", None)
    return image.format == "TIFF" and tags is not None and tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO


def _upright_scale(values: NDArray[Any]) -> NDArray[Any]:
    return ~values if values.dtype.kind == "u" else values.max() + values.min() - values


def _tiff(file: BinaryIO) -> NDArray[Any] | None:
    head = file.read(8)
    if head[:4] not in (b"II*\0", b"MM\0*"):
        return None
    tags = TiffImagePlugin.ImageFileDirectory_v2(head)
    file.seek(tags.next)
    tags.load(file)
    samples = int(tags.get(_SAMPLES, 1))
    bits, kinds = set(tags.get(_BITS, (1,))), set(tags.get(_FORMAT, (1,)))
    shape = int(tags[_HEIGHT]), int(tags[_WIDTH]), samples
    plain = tags.get(_PLANES, 1) == 1 and tags.get(_PREDICTOR, 1) == 1 and tags.get(_PACKING, 1) in (1, 8, 32946)
    if not plain or len(bits) != 1 or not kinds <= set(_KINDS) or samples not in (1, 3, 4) or _OFFSETS not in tags:
        return None
    if len(kinds) != 1 or not (bits & {16, 32, 64}) or math.prod(shape[:2]) > DEEP_PIXEL_LIMIT:
        return None
    dtype = np.dtype(f"{'>' if head[:1] == b'M' else '<'}{_KINDS[kinds.pop()]}{bits.pop() // 8}")
    wanted = math.prod(shape) * dtype.itemsize
    data = _strips(file, tags, wanted)
    values = np.frombuffer(data, dtype, math.prod(shape)).reshape(shape).astype(dtype.newbyteorder("="))
    return _upright_scale(values) if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO else values


def _strips(file: BinaryIO, tags: Any, wanted: int) -> bytes:
    data = bytearray()
    for offset, count in zip(tags[_OFFSETS], tags[_COUNTS], strict=True):
        file.seek(offset)
        strip = file.read(min(count, wanted))
        left = wanted - len(data)
        data += strip[:left] if tags.get(_PACKING, 1) == 1 else zlib.decompressobj().decompress(strip, max(left, 1))
    return bytes(data)

"""Pictures of more than 8 bits a value, as the numbers that the file holds.

Pillow keeps the upper 8 of 16 bits of colour; the lower 8 are had by asking it for the other order of bytes. TIFFs, of
which it knows few kinds, are read by `tiff_values`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from explorer.core.photos.levels import ValueRange
from explorer.core.photos.tiff_values import PHOTOMETRIC, WHITE_IS_ZERO, tiff_values, upright_scale

DEEP_PIXEL_LIMIT = 30_000_000
"""Largest picture of deep colour that is decoded, in pixels: it takes 14 bytes a pixel for a moment."""

_OTHER_ORDER = {"16L": "16B", "16B": "16L", "16N": "16B" if sys.byteorder == "little" else "16L"}


def grey_values(image: Image.Image) -> NDArray[Any]:
    """(H, W) numbers of a loaded image of mode I, I;16 or F, as the file holds them, dark values low."""
    values = np.asarray(image)
    return upright_scale(values) if _is_inverted(image) else values


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


def deep_values(file: Path | BinaryIO, image: Image.Image | None) -> NDArray[Any] | None:
    """(H, W, C) numbers of a picture of more than 8 bits, where Pillow would not give them all; else None.

    Parameters
    ----------
    file : Path or file
    image : Image or None
        What Pillow made of it, not loaded yet; None where it knows no such picture.

    Raises
    ------
    MemoryError
        They are too many.
    Exception
        Of many kinds, where the file is damaged.
    """
    if image is None or image.format == "TIFF":
        values = tiff_values(file)
        if values is not None or image is None:
            return values
    if not has_deep_colour(image):
        return None
    if image.width * image.height > DEEP_PIXEL_LIMIT:
        raise MemoryError
    return deep_colour(file)


def levels_of(values: NDArray[Any], levels: Callable[[NDArray[Any]], NDArray[np.uint8]]) -> Image.Image:
    """(H, W, C) numbers as an image; the range is that of its colours, never of its alpha."""
    if values.shape[-1] in (1, 3):
        return _image(levels(values))
    alpha = values[..., -1:]
    full = np.iinfo(alpha.dtype).max if alpha.dtype.kind in "ui" else 1.0
    return _image(np.concatenate([levels(values[..., :-1]), ValueRange(0, float(full)).levels(alpha)], -1))


def _image(pixels: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else np.ascontiguousarray(pixels))


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
    return image.format == "TIFF" and tags is not None and tags.get(PHOTOMETRIC) == WHITE_IS_ZERO

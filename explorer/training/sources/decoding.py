"""One picture file becomes one square of pixels, whatever shape, mode or orientation it came in.

The centre square is cut out and resized with Pillow's LANCZOS (antialiased; ``reducing_gap=3`` lets it halve
cheaply first, which cannot be seen). JPEGs are scaled down while they are decoded, to no less than twice
the wanted size. Alpha is composited on white, 16 bits become 8 by dropping the lower byte, animations give
their first frame, EXIF rotation is applied, and embedded colour profiles are ignored.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from explorer.training.sources.material import NOT_READABLE, Drawn, Unreadable

PIXEL_LIMIT = 89_000_000
"""Largest picture that is decoded, in pixels; just below the count at which Pillow itself suspects a bomb."""

_WANTED = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA", "JPEG2000", "AVIF")
Image.init()
FORMATS = tuple(name for name in _WANTED if name in Image.OPEN)
"""Pillow's readers that may be used, where it has them. EPS is not among them: it starts a program."""

SUFFIXES = frozenset(
    f".{ending}"
    for ending in (
        *("jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "gif", "bmp", "dib", "tif", "tiff", "webp"),
        *("ppm", "pgm", "pbm", "pnm", "tga", "jp2", "j2k", "avif"),
    )
)
"""Endings of names that are tried as pictures; a name without any ending is tried too."""

_GREY_MODES = frozenset({"1", "L", "LA", "La", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Keep Pillow's warnings about odd files off the console; the report tells what matters.

    To be held by the thread that waits for the decoding threads: warning filters belong to the whole process.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="PIL")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def drawn_from_file(file: Path | BytesIO, size: int, channels: int) -> Drawn:
    """The picture in ``file`` as (size, size, channels) uint8.

    Raises
    ------
    Unreadable
        With the reason, in words that a report can count.
    """
    try:
        if isinstance(file, Path) and os.path.getsize(file) == 0:
            raise Unreadable("empty")
        with Image.open(file, formats=FORMATS) as image:
            return _drawn(image, size, channels)
    except Unreadable:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Unreadable("too large") from None
    except UnidentifiedImageError:
        raise Unreadable("not a picture") from None
    except Exception as error:  # a broken file makes Pillow's readers raise nearly anything
        failed_disk = isinstance(error, OSError) and error.errno is not None
        raise Unreadable(NOT_READABLE if failed_disk else "broken or cut short") from None


def drawn_from_image(image: Image.Image, size: int, channels: int, mode: str | None = None) -> Drawn:
    """A decoded image cut to its centre square and resized; upright already."""
    square = _resized(_plain(image), size)
    return _finished(square, channels, mode or image.mode, image.size)


def _drawn(image: Image.Image, size: int, channels: int) -> Drawn:
    width, height = found_size = image.size
    mode = image.mode
    if width * height > PIXEL_LIMIT:
        raise Unreadable("too large")
    image.draft(None, (2 * size, 2 * size))
    image.load()
    square = _turned(_resized(_plain(image), size), _orientation(image))
    return _finished(square, channels, mode, found_size)


def _orientation(image: Image.Image) -> int:
    # A TIFF is turned by Pillow while it loads.
    if image.format == "TIFF":
        return 1
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # damaged EXIF data says nothing about the picture itself
        return 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def _plain(image: Image.Image) -> Image.Image:
    """``image`` in mode L, RGB or, where parts are transparent, RGBA."""
    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_eight_bits(np.asarray(image)))
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("1", "L"):
        return image.convert("L")
    return image.convert("RGB")


def _eight_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Grey values of more than 8 bits: integers above 255 are taken as 16 bits, floats up to 1 as [0, 1]."""
    numbers = np.nan_to_num(values.astype(np.float32))
    highest = float(numbers.max(initial=0.0))
    if values.dtype.kind == "f":
        numbers = numbers * 255 if highest <= 1 else numbers
    elif values.dtype.itemsize == 2 or highest > 255:
        numbers = np.floor(numbers / 256)
    return np.clip(numbers, 0, 255).astype(np.uint8)


def _resized(image: Image.Image, size: int) -> Image.Image:
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    box = (left, top, left + side, top + side)
    if side == size:
        return image.crop(box)
    return image.resize((size, size), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _finished(square: Image.Image, channels: int, mode: str, found_size: tuple[int, int]) -> Drawn:
    if square.mode == "RGBA":
        white = Image.new("RGBA", square.size, "white")
        square = Image.alpha_composite(white, square).convert("RGB")
    pixels = np.asarray(square.convert("L" if channels == 1 else "RGB"))
    pixels = pixels.reshape(*pixels.shape[:2], channels)
    grey = channels == 1 or mode in _GREY_MODES or _is_grey(pixels)
    return Drawn(pixels, mode, *found_size, grey=grey)


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    return bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all())

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

from explorer.core.photos.photo_files import FORMATS, PIXEL_LIMIT, on_white, orientation, plain, turned
from explorer.training.sources.material import NOT_READABLE, Drawn, UnreadablePictureError

_GREY_MODES = frozenset({"1", "L", "LA", "La", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"})


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
            raise UnreadablePictureError("empty")
        with Image.open(file, formats=FORMATS) as image:
            return _drawn(image, size, channels)
    except UnreadablePictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise UnreadablePictureError("too large") from None
    except UnidentifiedImageError:
        raise UnreadablePictureError("not a picture") from None
    except Exception as error:  # noqa: BLE001 - a broken file makes Pillow's readers raise nearly anything
        failed_disk = isinstance(error, OSError) and error.errno is not None
        raise UnreadablePictureError(NOT_READABLE if failed_disk else "broken or cut short") from None


def drawn_from_image(image: Image.Image, size: int, channels: int, mode: str | None = None) -> Drawn:
    """A decoded image cut to its centre square and resized; upright already."""
    square = _resized(plain(image), size)
    return _finished(square, channels, mode or image.mode, image.size)


def _drawn(image: Image.Image, size: int, channels: int) -> Drawn:
    width, height = found_size = image.size
    mode = image.mode
    if width * height > PIXEL_LIMIT:
        raise UnreadablePictureError("too large")
    image.draft(None, (2 * size, 2 * size))
    image.load()
    square = turned(_resized(plain(image), size), orientation(image))
    return _finished(square, channels, mode, found_size)


def _resized(image: Image.Image, size: int) -> Image.Image:
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    box = (left, top, left + side, top + side)
    if side == size:
        return image.crop(box)
    return image.resize((size, size), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _finished(square: Image.Image, channels: int, mode: str, found_size: tuple[int, int]) -> Drawn:
    pixels = np.asarray(on_white(square).convert("L" if channels == 1 else "RGB"))
    pixels = pixels.reshape(*pixels.shape[:2], channels)
    grey = channels == 1 or mode in _GREY_MODES or _is_grey(pixels)
    return Drawn(pixels, mode, *found_size, grey=grey)


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    return bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all())

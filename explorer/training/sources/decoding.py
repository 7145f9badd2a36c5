"""One picture file becomes one square of pixels, whatever shape, mode or orientation it came in.

The centre square is cut out and resized with Pillow's LANCZOS (antialiased; ``reducing_gap=3`` lets it halve cheaply
first, which cannot be seen). JPEGs are scaled down while they are decoded, to no less than twice the wanted size.
Where faces are to be aligned the square is laid around the face instead. What the `PictureReading` assumes decides
about alpha, about values of more than 8 bits and about pages; EXIF rotation is applied, and embedded colour profiles
are ignored.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from explorer.core.photos.alignment import aligned
from explorer.core.photos.deep_pictures import deep_values, levels_of
from explorer.core.photos.photo_files import FORMATS, PIXEL_LIMIT, on_white, orientation, plain, turned
from explorer.core.photos.pupils import FRAME
from explorer.training.sources.material import NOT_READABLE, Drawn, UnreadablePictureError
from explorer.training.sources.picture_reading import PictureReading
from explorer.training.sources.source_report import Depth

_GREY_MODES = frozenset({"1", "L", "LA", "La", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_FACE_DETAIL = 8  # times the wanted size, that a picture with a face somewhere is decoded at
_SIDE_BY_SIDE = 1.5  # times its height, that a picture of two is at least wide
_LARGE = 12_000_000  # pixels
_one_at_a_time = threading.Lock()  # large ones, or several would fill the memory together


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Keep Pillow's warnings about odd files off the console; the report tells what matters.

    To be held by the thread that waits for the decoding threads: warning filters belong to the whole process.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="PIL")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def drawn_from_file(
    file: Path | BytesIO, size: int, channels: int, reading: PictureReading | None = None, page: int = 0
) -> Drawn:
    """The picture in ``file``, or one of its pages, as (size, size, channels) uint8.

    Raises
    ------
    Unreadable
        With the reason, in words that a report can count.
    """
    reading = reading or PictureReading()
    try:
        if isinstance(file, Path) and os.path.getsize(file) == 0:
            raise UnreadablePictureError("empty")
        with Image.open(file, formats=FORMATS) as image:
            return _drawn(image, file, size, channels, reading, page)
    except UnreadablePictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise UnreadablePictureError("too large") from None
    except UnidentifiedImageError:
        return _drawn_from_tiff(file, size, channels, reading)
    except Exception as error:  # noqa: BLE001 - a broken file makes Pillow's readers raise nearly anything
        failed_disk = isinstance(error, OSError) and error.errno is not None
        raise UnreadablePictureError(NOT_READABLE if failed_disk else "broken or cut short") from None


def pages_in(file: Path | BytesIO) -> int:
    """How many pages or frames a file has; 1 where it cannot be read."""
    try:
        with Image.open(file, formats=FORMATS) as image:
            return 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))
    except Exception:  # noqa: BLE001 - as above; drawing it tells what is wrong
        return 1


def drawn_from_image(
    image: Image.Image, size: int, channels: int, reading: PictureReading | None = None, depth: Depth | None = None
) -> Drawn:
    """A decoded image cut to its centre square and resized; upright already."""
    reading = reading or PictureReading()
    square = _square(_plain(image, reading), size, reading)
    return _finished(square, channels, reading, Drawn(_NONE, image.mode, *image.size, grey=False, depth=depth))


_NONE = np.empty(0, np.uint8)


def _drawn(
    image: Image.Image, file: Path | BytesIO, size: int, channels: int, reading: PictureReading, page: int
) -> Drawn:
    width, height = found_size = image.size
    mode = image.mode
    if width * height > PIXEL_LIMIT:
        raise UnreadablePictureError("too large")
    with _one_at_a_time if width * height > _LARGE else nullcontext():
        if reading.over.is_set():
            raise UnreadablePictureError("not wanted any more")
        traits = ("pages",) if page == 0 and _has_pages(image) else ()
        depths: list[Depth] = []
        levels = _noting(reading, depths)
        if page:
            image.seek(page)
        values = None if page else deep_values(file, image)
        if values is not None:
            image = _with_exif(levels_of(values, levels), image)
        most = (_FACE_DETAIL if reading.aligns_faces else 2) * size
        image.draft(None, (most, most))
        image.load()
        square = _square(_plain(image, reading, levels), size, reading, orientation(image))
        found = Drawn(_NONE, mode, *found_size, grey=False, traits=traits, depth=depths[0] if depths else None)
        return _finished(square, channels, reading, found)


def _noting(reading: PictureReading, depths: list[Depth]) -> Callable[[NDArray[Any]], NDArray[np.uint8]]:
    """How values become bytes, for which their depth is put into ``depths``."""

    def levels(values: NDArray[Any]) -> NDArray[np.uint8]:
        found, depth = reading.levels(values)
        depths.append(depth)
        return found

    return levels


def _with_exif(opened: Image.Image, image: Image.Image) -> Image.Image:
    if image.format != "TIFF":  # which Pillow has turned already
        opened.getexif().update(image.getexif())
    return opened


def _has_pages(image: Image.Image) -> bool:
    return image.format != "MPO" and bool(getattr(image, "is_animated", False))


def _drawn_from_tiff(file: Path | BytesIO, size: int, channels: int, reading: PictureReading) -> Drawn:
    """A TIFF that Pillow does not know."""
    try:
        values = deep_values(file, None)
    except MemoryError:
        raise UnreadablePictureError("too large") from None
    except Exception:  # noqa: BLE001 - as above
        raise UnreadablePictureError("not a picture") from None
    if values is None:
        raise UnreadablePictureError("not a picture")
    depths: list[Depth] = []
    image = levels_of(values, _noting(reading, depths))
    return drawn_from_image(image, size, channels, reading, depths[0])


def _plain(image: Image.Image, reading: PictureReading, levels: Any = None) -> Image.Image:
    """As 8 bits; bytes are stretched only where a range of bytes is stated."""
    deep = image.mode.startswith(("I", "F"))
    found = plain(image, levels or (lambda values: reading.levels(values)[0]))
    if found.mode == "RGBA" and reading.assume.alpha == "none":
        found = found.convert("RGB")
    if deep or reading.stated is None or reading.stated.high > 255:
        return found
    table = reading.stated.levels(np.arange(256, dtype=np.uint8)).tolist()
    bands = len(found.getbands())
    return found.point(table * min(bands, 3) + list(range(256)) * (bands == 4))


def _square(image: Image.Image, size: int, reading: PictureReading, turn: int = 1) -> Image.Image:
    """The middle of a picture, or its face where faces are to be aligned, made upright."""
    if reading.assume.half in ("left", "right"):
        image, turn = _half(turned(image, turn), reading.assume.half), 1
    if not reading.aligns_faces:
        return turned(_resized(image, size), turn)
    pixels = np.asarray(on_white(turned(image, turn), _behind(reading)).convert("RGB"))
    found = reading.faces.found(pixels, FRAME)
    if found is None or not found.is_sure:
        raise UnreadablePictureError("without a face")
    return Image.fromarray(aligned(pixels, found.alignment(FRAME), size))


def _half(image: Image.Image, which: str) -> Image.Image:
    """One of two pictures that lie side by side."""
    width, height = image.size
    if width < _SIDE_BY_SIDE * height:
        raise UnreadablePictureError("not two pictures side by side")
    half = width // 2
    return image.crop((0, 0, half, height) if which == "left" else (width - half, 0, width, height))


def _resized(image: Image.Image, size: int) -> Image.Image:
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    box = (left, top, left + side, top + side)
    if side == size:
        return image.crop(box)
    return image.resize((size, size), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _finished(square: Image.Image, channels: int, reading: PictureReading, found: Drawn) -> Drawn:
    """``found`` with the pixels of ``square``."""
    clear = square.mode == "RGBA" and square.getchannel("A").getextrema() != (255, 255)
    whole = on_white(square, _behind(reading))
    pixels = np.asarray(whole.convert("L" if channels == 1 else "RGB"))
    pixels = pixels.reshape(*pixels.shape[:2], channels)
    grey = channels == 1 or found.mode in _GREY_MODES or _is_grey(pixels)
    return replace(found, pixels=pixels, grey=grey, traits=found.traits + ("clear",) * clear)


def _behind(reading: PictureReading) -> str:
    """What lies behind transparent parts; where they are left out there are none any more."""
    return {"": "white", "none": "white"}.get(reading.assume.alpha, reading.assume.alpha)


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    return bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all())

"""A photograph of the user's own as upright pixels, whatever kind of file it came in.

EXIF rotation is applied, transparency is composited on white, more than 8 bits become 8 by their range (`levels`),
animations give their first frame, and embedded colour profiles are ignored. Large photographs are reduced while
they are read (JPEGs while they are decoded), to more than any model can show of them.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from explorer.core.files import read_file
from explorer.core.photos.deep_pictures import deep_values, grey_values, levels_of
from explorer.core.photos.levels import extremes, range_of
from explorer.core.photos.suffixes import SUFFIXES as SUFFIXES
from explorer.core.problem import Problem

PIXEL_LIMIT = 89_000_000
"""Largest picture that is decoded, in pixels; just below the count at which Pillow itself suspects a bomb."""

LONGEST_SIDE = 2560
"""Longer side, in pixels, that a photograph keeps at most: 4 bytes a pixel, so 26 MB."""

SMALLEST_SIDE = 8
"""Shorter side, in pixels, below which a picture shows nothing that could be found again."""

_LONGEST_SHAPE = 20  # times as long as wide
_LARGEST_FILE = 512 * 2**20
_WANTED = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA", "JPEG2000", "AVIF", "HEIF")
Image.init()
try:  # a plug-in that need not be there
    from pillow_heif import register_heif_opener

    register_heif_opener()
except ImportError:
    pass
FORMATS = tuple(name for name in _WANTED if name in Image.OPEN)
"""Pillow's readers that may be used, where it has them. EPS is not among them: it starts a program."""

_RAW = ("cr2", "cr3", "nef", "arw", "dng", "raf", "orf", "rw2", "pef", "srw")
_LACKING = {
    **({f".{it}": "HEIC, which needs the package pillow-heif" for it in ("heic", "heif", "hif")}),
    ".avif": "AVIF, which needs Pillow 11.3 or newer",
    **{f".{it}": "raw from a camera: save it as TIFF or JPEG first" for it in _RAW},
    **{f".{it}": "a film: save its frames as pictures first" for it in ("mp4", "mov", "avi", "mkv", "webm", "m4v")},
}


def lacking(suffix: str) -> str | None:
    """What a file of this ending is and what would help, where it is a picture that cannot be read here; else None."""
    is_read = {".avif": "AVIF", ".heic": "HEIF", ".heif": "HEIF", ".hif": "HEIF"}.get(suffix) in FORMATS
    return None if is_read else _LACKING.get(suffix)


_HINT = "Choose a photograph or drawing: PNG, JPEG, WebP and the like."
_HEIC_HINT = "Install it (pip install pillow-heif) and start again, or save the photograph as JPEG."
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


@dataclass(frozen=True, eq=False)
class Photo:
    """A photograph that has been read.

    Attributes
    ----------
    pixels : (height, width, 3) uint8
        Upright, and perhaps reduced. Read-only.
    width, height : int
        Of the upright photograph in its file, in pixels.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int

    @property
    def reduction(self) -> float:
        """How many pixels of the file one of ``pixels`` stands for, along a side; 1 where it was not reduced."""
        return self.width / float(self.pixels.shape[1])


def read_photo(path: Path) -> Photo:
    """The photograph in a file.

    Raises
    ------
    Problem
        The file cannot be read, is no picture, is broken or cut short, has too many pixels or too few, or is a mere
        stripe.
    """
    data = read_file(path, _LARGEST_FILE)
    if not data:
        raise Problem(f"{path.name} is empty.", "Copy it again from its source.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd files make Pillow talk; too large ones are told below
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _read(image, data, path.name)
    except (Image.DecompressionBombError, MemoryError):
        raise _too_large(path.name) from None
    except UnidentifiedImageError:
        if data[:2] in (b"II", b"MM"):
            return _read_tiff(data, path.name)
        said = lacking(path.suffix.lower())
        if said is not None and "pillow-heif" in said:
            raise Problem(f"{path.name} is {said}.", _HEIC_HINT) from None
        raise Problem(f"{path.name} is {said or 'not a picture that is understood'}.", _HINT) from None
    except Problem:
        raise
    except Exception:  # noqa: BLE001 - a broken file makes Pillow's readers raise nearly anything
        raise Problem(f"{path.name} is broken or cut short.", "Copy it again from its source.") from None


def _read(image: Image.Image, data: bytes, name: str) -> Photo:
    width, height = image.size
    if width * height > PIXEL_LIMIT:
        raise _too_large(name)
    check_shape(width, height, name)
    values = deep_values(io.BytesIO(data), image)
    turn = orientation(image)
    if values is not None:
        image = levels_of(values, _levels)
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    return _upright(image, width, height, turn)


def _read_tiff(data: bytes, name: str) -> Photo:
    """A TIFF that Pillow does not know."""
    try:
        values = deep_values(io.BytesIO(data), None)
    except MemoryError:
        raise _too_large(name) from None
    except Exception:  # noqa: BLE001 - as above
        values = None
    if values is None:
        raise Problem(f"{name} is not a picture that is understood.", _HINT)
    height, width = values.shape[:2]
    check_shape(width, height, name)
    return _upright(levels_of(values, _levels), width, height, 1)


def _upright(image: Image.Image, width: int, height: int, turn: int) -> Photo:
    upright = turned(_reduced(plain(image)), turn)
    if (upright.width > upright.height) != (width > height):
        width, height = height, width
    pixels = np.array(on_white(upright).convert("RGB"))
    pixels.flags.writeable = False
    return Photo(pixels, width, height)


def check_shape(width: int, height: int, name: str) -> None:
    """Refuse specks and stripes, of which a model would be shown a smear."""
    shown = f"{name} is {width:,} × {height:,} pixels"
    if min(width, height) < SMALLEST_SIDE:
        least = f"Choose one of at least {SMALLEST_SIDE} × {SMALLEST_SIDE} pixels, better a few hundred."
        raise Problem(f"{shown}, too small to show anything.", least)
    if max(width, height) > _LONGEST_SHAPE * min(width, height):
        raise Problem(f"{shown}, a stripe rather than a picture.", "Crop the part that you want.")


def _too_large(name: str) -> Problem:
    most = f"{PIXEL_LIMIT // 1_000_000} million pixels"
    return Problem(f"{name} has more than {most}, the most that is read.", "Make it smaller, or crop it.")


def _reduced(image: Image.Image) -> Image.Image:
    share = LONGEST_SIDE / max(image.size)
    if share >= 1.0:
        return image
    wanted = tuple(max(1, round(side * share)) for side in image.size)
    return image.resize((wanted[0], wanted[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)


def orientation(image: Image.Image) -> int:
    """How an image is to be turned, as EXIF counts it; 1 is upright."""
    # A TIFF is turned by Pillow while it loads.
    if image.format == "TIFF":
        return 1
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - damaged EXIF data says nothing about the picture itself
        return 1


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """An image made upright."""
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def plain(image: Image.Image, levels: Callable[[NDArray[Any]], NDArray[np.uint8]] | None = None) -> Image.Image:
    """``image`` in mode L, RGB or, where parts are transparent, RGBA.

    ``levels`` makes bytes of grey values of more than 8 bits; without it the picture's own values decide.
    """
    if image.mode.startswith(("I", "F")):
        return Image.fromarray((levels or _levels)(grey_values(image)))
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    wanted = "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == wanted else image.convert(wanted)


def on_white(image: Image.Image, behind: str = "white") -> Image.Image:
    """What is transparent in ``image`` becomes white, or what else lies ``behind``."""
    if image.mode != "RGBA":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, behind), image).convert("RGB")


def _levels(values: NDArray[Any]) -> NDArray[np.uint8]:
    return range_of(values.dtype.newbyteorder("="), *extremes(values)).levels(values)

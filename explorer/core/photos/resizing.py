"""How a picture is brought to the sides that a model takes, and how what comes back is cut and coloured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

MOST_PIXELS = 1024 * 1024
"""Of a picture that is fed to a model of open sides, whose memory grows with it."""

Fit = Literal["crop", "whole"]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class FittedPicture:
    """A picture as a model takes it.

    Attributes
    ----------
    fed : (height, width, 1 or 3) uint8
        What the model is given; around a picture that does not fill it, its edges are repeated.
    top, left, height, width : int
        Where in it the picture lies, in pixels.
    said : str
        What was done to it, a sentence; "" where nothing was.
    """

    fed: Pixels
    top: int
    left: int
    height: int
    width: int
    said: str = ""

    @property
    def picture(self) -> Pixels:
        """The picture itself, without what surrounds it."""
        return self.fed[self.top : self.top + self.height, self.left : self.left + self.width]

    def cut(self, result: Pixels) -> Pixels:
        """The part of the model's ``result``, of whatever size, that shows the picture."""
        down, across = result.shape[0] / self.fed.shape[0], result.shape[1] / self.fed.shape[1]
        top, left = round(self.top * down), round(self.left * across)
        bottom, right = (self.top + self.height) * down, (self.left + self.width) * across
        return np.ascontiguousarray(result[top : max(round(bottom), top + 1), left : max(round(right), left + 1)])


def fitted_picture(picture: Pixels, height: int, width: int, fit: Fit = "crop") -> FittedPicture:
    """A picture for a model that takes pictures of ``height`` × ``width``, 0 being any.

    Parameters
    ----------
    picture : (any height, any width, 1 or 3) uint8
    height, width : int
    fit : {"crop", "whole"}
        Where both sides are fixed: whether its middle fills them, or all of it lies in them.
    """
    rows, columns = picture.shape[:2]
    if not (height and width):
        return _placed(picture, *_open_sides(rows, columns, height, width))
    if (rows, columns) == (height, width):
        return _unchanged(picture)
    if fit == "crop":
        fed = _array(ImageOps.fit(_image(picture), (width, height), Image.Resampling.LANCZOS))
        alike = abs(rows * width - columns * height) <= max(height, width)
        share = min(rows / height, columns / width)
        resized = _resized(round(height * share), round(width * share), height, width)  # what was cut out
        how = f"{'' if alike else 'Its middle was cut out and '}{resized}"
        said = f"{_capital(how)} to {width} × {height}, the only size that the model takes."
        return FittedPicture(fed, 0, 0, height, width, said)
    share = min(height / rows, width / columns)
    inner = max(round(rows * share), 1), max(round(columns * share), 1)
    said = f"{_capital(_resized(rows, columns, *inner))} to fit into {width} × {height}, which the model takes."
    return _surrounded(scaled_picture(picture, *inner), height, width, said)


def padded_to(fitted: FittedPicture, multiple: int) -> FittedPicture:
    """The same picture with sides that are multiples of a number, as networks that halve them may need."""
    rows, columns = (math.ceil(side / multiple) * multiple for side in fitted.picture.shape[:2])
    said = f"{fitted.said} Its edges were widened to multiples of {multiple}, as the model needs.".strip()
    return _surrounded(fitted.picture, rows, columns, said)


def is_grey(picture: Pixels) -> bool:
    """Whether a picture has no colours, in however many channels."""
    return picture.shape[2] == 1 or bool((picture == picture[:, :, :1]).all())


def with_channels(picture: Pixels, channels: int) -> Pixels:
    """A picture in ``channels``, 1 or 3; one in colour gives its luma (ITU-R BT.601)."""
    if picture.shape[2] == channels:
        return np.ascontiguousarray(picture)
    if channels == 3:
        return np.ascontiguousarray(np.broadcast_to(picture, (*picture.shape[:2], 3)))
    return picture[:, :, :1].copy() if is_grey(picture) else _array(_image(picture).convert("L"))


def recoloured(luma: Pixels, picture: Pixels) -> Pixels:
    """A grey ``luma`` with the colours of ``picture``, enlarged along by bicubic interpolation.

    So Shi et al. (2016, section 3.2) show the colour results of a network that knows the luma only.
    """
    _, blue, red = _image(picture).convert("YCbCr").split()
    size = luma.shape[1], luma.shape[0]
    chroma = [each.resize(size, Image.Resampling.BICUBIC) for each in (blue, red)]
    return _array(Image.merge("YCbCr", (Image.fromarray(luma[:, :, 0]), *chroma)).convert("RGB"))


def _open_sides(rows: int, columns: int, height: int, width: int) -> tuple[int, int, str]:
    """The sides for a model that leaves one or both open, and what is to be said."""
    if height or width:
        share = height / rows if height else width / columns
        sides = height or max(round(rows * share), 1), width or max(round(columns * share), 1)
        which = f"{height} pixels high" if height else f"{width} pixels wide"
        done = _capital(_resized(rows, columns, *sides))
        return (*sides, f"{done} to {sides[1]} × {sides[0]}; the model takes what is {which}.")
    share = math.sqrt(MOST_PIXELS / (rows * columns))
    if share >= 1.0:
        return rows, columns, ""
    sides = max(int(rows * share), 1), max(int(columns * share), 1)
    return (*sides, f"Reduced to {sides[1]} × {sides[0]}; more is not translated at once.")


def _placed(picture: Pixels, rows: int, columns: int, said: str) -> FittedPicture:
    if picture.shape[:2] == (rows, columns):
        return _unchanged(picture)
    return FittedPicture(scaled_picture(picture, rows, columns), 0, 0, rows, columns, said)


def _unchanged(picture: Pixels) -> FittedPicture:
    return FittedPicture(np.ascontiguousarray(picture), 0, 0, *picture.shape[:2])


def _surrounded(picture: Pixels, height: int, width: int, said: str) -> FittedPicture:
    """``picture`` in the middle of a larger one, its edges repeated: a black margin would be a sharp edge to see."""
    rows, columns = picture.shape[:2]
    top, left = (height - rows) // 2, (width - columns) // 2
    around = ((top, height - rows - top), (left, width - columns - left), (0, 0))
    return FittedPicture(np.pad(picture, around, "edge"), top, left, rows, columns, said)


def _resized(rows: int, columns: int, height: int, width: int) -> str:
    return "enlarged" if height * width > rows * columns else "reduced"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def scaled_picture(picture: Pixels, rows: int, columns: int) -> Pixels:
    """A picture in (rows, columns), whatever its shape was."""
    if picture.shape[:2] == (rows, columns):
        return picture
    return _array(_image(picture).resize((columns, rows), Image.Resampling.LANCZOS))


def _image(picture: Pixels) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(picture[:, :, 0] if picture.shape[2] == 1 else picture))


def _array(image: Image.Image) -> Pixels:
    pixels = np.asarray(image)
    return pixels[:, :, None] if pixels.ndim == 2 else pixels

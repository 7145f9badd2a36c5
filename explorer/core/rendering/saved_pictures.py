"""A picture as it is saved: PNG, JPEG or WebP, as it is or enlarged as the canvas does it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.core.files import replace_file
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import enlarged, png_bytes
from explorer.core.rendering.scene import Scene
from explorer.core.rendering.transparency import laid_over

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
LARGEST_SCALE = 16
_LARGEST_SIDE_PX = 16_383  # of a WebP; the others could be larger, but few programs open them
_QUALITY = 95  # of JPEG and WebP, per cent


@dataclass(frozen=True)
class Enlargement:
    """How large a picture is to be saved.

    Attributes
    ----------
    scale : float
        Pixels of the file for each of the picture, 1 to 16; counts where there is no ``width_px``.
    width_px : int or None
        The width of the file; its height follows.
    smooth : bool
        Between two pixels of the picture go over evenly, as the canvas does; else show them as squares.
    """

    scale: float = 1.0
    width_px: int | None = None
    smooth: bool = True

    def size(self, height: int, width: int) -> tuple[int, int]:
        """Height and width of the file for a picture of ``height`` and ``width``.

        Raises
        ------
        Problem
            It would be out of range.
        """
        if self.width_px is None and not 1 <= self.scale <= LARGEST_SCALE:
            raise Problem(f"A scale of {self.scale:g} is out of range.", f"It runs from 1 to {LARGEST_SCALE}.")
        scale = self.scale if self.width_px is None else self.width_px / width
        size = max(round(height * scale), 1), max(round(width * scale), 1)
        if max(size) > _LARGEST_SIDE_PX or (self.width_px is not None and self.width_px < 1):
            what = f"A picture of {size[1]:,} × {size[0]:,} pixels cannot be saved."
            raise Problem(what, f"Its sides may have from 1 to {_LARGEST_SIDE_PX:,} pixels.")
        return size


def resampled(picture: NDArray[np.uint8], enlargement: Enlargement) -> NDArray[np.uint8]:
    """A picture, (height, width, 1 to 4) uint8, in another size.

    Smooth ones are interpolated linearly between the middles of pixels, as the canvas paints them.
    """
    height, width = enlargement.size(*picture.shape[:2])
    if (height, width) == picture.shape[:2]:
        return picture
    factor = width // picture.shape[1]
    if not enlargement.smooth and (height, width) == (picture.shape[0] * factor, picture.shape[1] * factor):
        return enlarged(picture, factor)
    from PIL import Image  # at start-up, nothing of a picture is needed

    how = Image.Resampling.BILINEAR if enlargement.smooth else Image.Resampling.NEAREST
    image = Image.fromarray(np.ascontiguousarray(picture[:, :, 0] if picture.shape[2] == 1 else picture))
    return np.asarray(image.resize((width, height), how)).reshape(height, width, picture.shape[2])


def picture_bytes(
    picture: NDArray[np.uint8], scene: Scene | None = None, ending: str = ".png", enlargement: Enlargement | None = None
) -> bytes:
    """A picture as the bytes of a file of the kind ``ending``; a PNG carries its scene, at whatever size.

    Raises
    ------
    Problem
        No kind of picture that is known ends so, or the size is out of range.
    """
    kind = FORMATS.get(ending.lower())
    if kind is None:
        what = f"A picture is not saved as {ending or 'no kind'}."
        raise Problem(what, f"Choose {', '.join(sorted(set(FORMATS) - {'.jpeg'}))}.")
    pixels = resampled(picture, enlargement or Enlargement())
    if kind == "PNG":
        return png_bytes(pixels, scene)
    from PIL import Image

    file = io.BytesIO()
    pixels = laid_over(pixels) if kind == "JPEG" else pixels
    image = Image.fromarray(np.ascontiguousarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels))
    image.save(file, kind, quality=_QUALITY, subsampling=0, method=4)
    return file.getvalue()


def save_picture(
    path: Path, picture: NDArray[np.uint8], scene: Scene | None = None, enlargement: Enlargement | None = None
) -> None:
    """Saves `picture_bytes` of the kind that the name ends in, whole or not at all; raises as that does."""
    data = picture_bytes(picture, scene, path.suffix, enlargement)
    with replace_file(path) as file:
        file.write(data)

"""Pictures as arrays, turned into what Qt paints fastest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from explorer.core.rendering.transparency import colours_of, has_alpha


def bgra_of(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``picture``, (height, width[, 1 to 4]), or several, (N, height, width, 1 to 4), as a fresh array of BGRA."""
    if picture.ndim == 2:
        picture = picture[:, :, None]
    bgra = np.full((*picture.shape[:-1], 4), 255, np.uint8)
    fill_bgra(bgra, picture)
    return bgra


def fill_bgra(bgra: NDArray[np.uint8], picture: NDArray[np.uint8]) -> None:
    """Write ``picture``, (…, 1 to 4), into ``bgra``, (…, 4), whose alpha stays where the picture has none."""
    channels = picture.shape[-1]
    bgra[..., :3] = picture[..., : colours_of(channels)][..., ::-1]
    if has_alpha(channels):
        bgra[..., 3] = picture[..., -1]


def image_around(bgra: NDArray[np.uint8], *, alpha: bool = False) -> QImage:
    """An image that shows ``bgra`` without copying it: keep the array while the image lives.

    With ``alpha`` what lies below shows through; without, painting is faster.
    """
    height, width = bgra.shape[:2]
    form = QImage.Format.Format_ARGB32 if alpha else QImage.Format.Format_RGB32
    return QImage(bgra.data, width, height, 4 * width, form)


def image_of(picture: NDArray[np.uint8]) -> QImage:
    """An image of its own that looks like ``picture``, (height, width, 1 or 3)."""
    return image_around(bgra_of(picture)).copy()

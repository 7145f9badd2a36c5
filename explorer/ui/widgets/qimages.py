"""Pictures as arrays, turned into what Qt paints fastest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage


def bgra_of(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``picture``, (height, width[, 1 or 3]), or several, (N, height, width, 1 or 3), as a fresh array of BGRA."""
    if picture.ndim == 2:
        picture = picture[:, :, None]
    bgra = np.empty((*picture.shape[:-1], 4), np.uint8)
    bgra[..., :3] = picture[..., ::-1]
    bgra[..., 3] = 255
    return bgra


def image_around(bgra: NDArray[np.uint8]) -> QImage:
    """An image that shows ``bgra`` without copying it: keep the array, unchanged, while the image lives."""
    height, width = bgra.shape[:2]
    return QImage(bgra.data, width, height, 4 * width, QImage.Format.Format_RGB32)


def image_of(picture: NDArray[np.uint8]) -> QImage:
    """An image of its own that looks like ``picture``, (height, width, 1 or 3)."""
    return image_around(bgra_of(picture)).copy()

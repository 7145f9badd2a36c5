"""Pictures as arrays, turned into what Qt paints fastest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap


def bgra_of(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``picture``, (height, width[, 1 or 3]), as a fresh array of BGRA, (height, width, 4)."""
    if picture.ndim == 2:
        picture = picture[:, :, None]
    bgra = np.empty((*picture.shape[:2], 4), np.uint8)
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


def thumbnail_of(picture: NDArray[np.uint8], size_px: int, ratio: float) -> QPixmap:
    """``picture`` made to fit ``size_px`` square on a screen of device pixel ratio ``ratio``."""
    image = image_of(picture).scaled(
        QSize(size_px, size_px) * ratio,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def paint_centred(painter: QPainter, pixmap: QPixmap, place: QRectF) -> QRectF:
    """Paint ``pixmap`` unscaled in the middle of ``place``; gives where it lies."""
    size = pixmap.deviceIndependentSize()
    ratio = pixmap.devicePixelRatio()
    left = round((place.center().x() - size.width() / 2) * ratio) / ratio
    top = round((place.center().y() - size.height() / 2) * ratio) / ratio
    painter.drawPixmap(QRectF(left, top, size.width(), size.height()), pixmap, QRectF(pixmap.rect()))
    return QRectF(left, top, size.width(), size.height())

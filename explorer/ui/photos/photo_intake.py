"""How photos come in: dropped, pasted, or chosen in a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from explorer.core.photos.photo_files import LONGEST_SIDE, SUFFIXES, Photo
from explorer.session.photos.photo import FoundPhoto
from explorer.ui.widgets.asking import ask_file, ask_files
from explorer.ui.window.clipboard import files_of

MOST_PHOTOS = 200  # that are listed of one drop
_KINDS = f"Photos and drawings ({' '.join(f'*{ending}' for ending in sorted(SUFFIXES))});;All files (*)"


def photos_of(data: QMimeData) -> list[Path]:
    """The files among what is dropped or pasted that may be photos, by their names."""
    return photos_among(files_of(data))


def photos_among(paths: Sequence[Path]) -> list[Path]:
    """Those of some files that may be photos, by their names."""
    return [path for path in paths if path.suffix.lower() in SUFFIXES][:MOST_PHOTOS]


def holds_photo(data: QMimeData) -> bool:
    """Whether there is a photo in what is dragged."""
    return bool(photos_of(data)) or (data.hasImage() and not files_of(data))


def picture_of(image: QImage, name: str) -> FoundPhoto | None:
    """An image of another program's as a photo, on white, reduced as files are; None where it is none."""
    if image.isNull():
        return None
    width, height = image.width(), image.height()
    if max(width, height) > LONGEST_SIDE:
        most = QSize(LONGEST_SIDE, LONGEST_SIDE)
        image = image.scaled(most, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(rgba.constBits(), np.uint8).reshape(rgba.height(), rgba.bytesPerLine())
    values = rows[:, : 4 * rgba.width()].reshape(rgba.height(), rgba.width(), 4)
    alpha = values[:, :, 3:].astype(np.uint16)
    pixels = ((values[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    pixels.flags.writeable = False
    return FoundPhoto(Photo(pixels, width, height), name)


def chosen_photos(window: QWidget, folder: Path) -> list[Path]:
    """Ask for photos."""
    return ask_files(window, "Your picture", _KINDS, folder)[:MOST_PHOTOS]


def ask_photo(over: QWidget, title: str) -> Path | None:
    """Ask for one photo; None where none was chosen."""
    return ask_file(over, title, _KINDS)

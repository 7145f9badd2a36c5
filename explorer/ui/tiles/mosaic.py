"""The pictures of a grid in memory, joined into one image a row as that row comes into sight."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

LARGEST_BYTES = 64 << 20  # of the pictures that are kept
GAP_SHARE = 1 / 32  # of a tile's side, between two tiles
_BANDS_KEPT = 64
_FORMAT = QImage.Format.Format_ARGB32_Premultiplied
_PLACEHOLDER = 20  # of 255, of grey and of opacity alike: a little lighter in the dark, darker in the light
_GAIN = 4.0  # by which differences are enlarged

Picture = NDArray[np.uint8]


class Mosaic:
    """Pictures in rows and columns, as they arrive, and the images to paint them with.

    Parameters
    ----------
    rows, columns : int
    shape : (int, int, int)
        Height, width and channels of a picture; larger ones are thinned out where all would not fit.
    """

    def __init__(self, rows: int, columns: int, shape: tuple[int, int, int]) -> None:
        self.rows, self.columns = rows, columns
        self.shape = height, width, channels = shape
        self._thinning = 1
        while rows * columns * (height // self._thinning) * (width // self._thinning) * channels > (LARGEST_BYTES):
            self._thinning += 1
        self.height, self.width = (-(-side // self._thinning) for side in (height, width))
        self.gap = max(round(self.width * GAP_SHARE), 1)
        self.base: Picture | None = None
        self.pictures = np.zeros((rows * columns, self.height, self.width, channels), np.uint8)
        self.known = np.zeros(rows * columns, bool)
        self.changes = np.full(rows * columns, np.nan, np.float32)
        self._shows_difference = False
        self._bands: dict[int, tuple[Picture, QImage]] = {}

    def put(self, indices: NDArray[np.intp], pictures: Picture) -> None:
        """Keep some pictures, (n, height, width, channels), at the places ``indices``."""
        small = pictures[:, :: self._thinning, :: self._thinning]
        self.pictures[indices] = small
        self.known[indices] = True
        if self.base is not None:
            self.changes[indices] = _changes(small, self.base)
        for index in indices:
            row, column = divmod(int(index), self.columns)
            if row in self._bands:
                self._paint(self._bands[row][0], row, column)

    def put_base(self, picture: Picture) -> None:
        """Take ``picture`` as what those that arrive from now on are compared with."""
        self.base = picture[:: self._thinning, :: self._thinning]
        if self._shows_difference:
            self._bands.clear()

    def show_difference(self, wanted: bool) -> None:
        """Show how far each picture is from the base, or the pictures themselves."""
        if wanted != self._shows_difference:
            self._shows_difference = wanted
            self._bands.clear()

    def band(self, row: int) -> QImage:
        """One row as an image: its tiles with a gap after each, and placeholders for those to come."""
        if row not in self._bands:
            while len(self._bands) >= _BANDS_KEPT:
                self._bands.pop(next(iter(self._bands)))
            self._bands[row] = self._joined(row)
        return self._bands[row][1]

    def picture(self, index: int) -> Picture | None:
        """The picture at one place; None while it is being drawn."""
        return self.pictures[index] if self.known[index] else None

    def row_strengths(self) -> NDArray[np.float32]:
        """Mean change of the pictures of each row against the base, (rows,), in steps of 1/255; 0 if unknown."""
        changes = self.changes.reshape(self.rows, self.columns)
        known = np.isfinite(changes)
        total = np.where(known, changes, 0.0).sum(axis=1)
        means: NDArray[np.float32] = (total / np.maximum(known.sum(axis=1), 1)).astype(np.float32)
        return means

    def _joined(self, row: int) -> tuple[Picture, QImage]:
        pitch, columns = self.width + self.gap, self.columns
        band = np.zeros((self.height, columns * pitch, 4), np.uint8)
        tiles = band.reshape(self.height, columns, pitch, 4)[:, :, : self.width]
        tiles[:] = _PLACEHOLDER
        here = slice(row * columns, (row + 1) * columns)
        known = self.known[here]
        shown = self._shown(self.pictures[here][known])
        tiles[:, known, :, :3] = shown.transpose(1, 0, 2, 3)[..., ::-1]
        tiles[:, known, :, 3] = 255
        image = QImage(band.data, columns * pitch, self.height, 4 * columns * pitch, _FORMAT)
        return band, image

    def _paint(self, band: Picture, row: int, column: int) -> None:
        left = column * (self.width + self.gap)
        tile = band[:, left : left + self.width]
        index = row * self.columns + column
        tile[..., :3] = self._shown(self.pictures[index : index + 1])[0, ..., ::-1]
        tile[..., 3] = 255

    def _shown(self, pictures: Picture) -> Picture:
        from explorer.core.rendering.picture_files import difference

        if not self._shows_difference or self.base is None:
            return pictures
        return difference(pictures, self.base, _GAIN)


def _changes(pictures: Picture, base: Picture) -> NDArray[np.float32]:
    change = np.abs(pictures.astype(np.int16) - base)
    result: NDArray[np.float32] = change.reshape(len(pictures), -1).mean(axis=1, dtype=np.float32)
    return result

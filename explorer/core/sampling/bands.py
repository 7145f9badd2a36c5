"""Logits of one pixel after the other for the work of a single whole run: what a model remembers is handed in and out.

A *row* network is asked once for each row and told the rows above; a *pixel* network once for each value and told the
pixels to the left and what the row's run said of its column. Each gives its answer and, behind it, what it wants to be
handed the next time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RowRun = Callable[[Floats, Floats, NDArray[np.int64]], Floats]
"""Rows above (N, C + 1, R, W), memory (N, M, W) and number of the row (N,) to (N, K + M, W)."""

PixelRun = Callable[[Floats, Floats, Floats, Floats], Floats]
"""Pixels to the left (N, C + 1, S), what is told (N, K), memory (N, P) and the pixel (N, C) to (N, L C + P)."""


@dataclass(frozen=True)
class BandShape:
    """How much of what goes into the two networks.

    Attributes
    ----------
    rows, left : int
        R rows above and S pixels to the left, zeros where they lie outside of the picture. Their last channel is 1
        within it.
    row_memory, pixel_memory : int
        M and P, zeros at the beginning of the picture and of each row.
    """

    rows: int
    left: int
    row_memory: int
    pixel_memory: int


class BandLogits:
    """The logits of pixels that are asked for in raster order, for one painting.

    Pixels may be left out, as those that are given, and asked for as often as one likes, as the values of one pixel
    come in turn; those before the one that is asked for must be what they will stay.

    Parameters
    ----------
    row, pixel : callable
        The two networks, which know the classes.
    shape : BandShape
    """

    def __init__(self, row: RowRun, pixel: PixelRun, shape: BandShape) -> None:
        self._row_run, self._pixel_run, self._shape = row, pixel, shape
        self._row = self._column = -1
        self._seen = np.zeros((0, 0, 0, 0), np.float32)  # the picture, with its channel of ones, in a frame of zeros
        self._told = self._row_memory = self._before = self._after = np.zeros((0, 0), np.float32)

    def __call__(self, pictures: Floats, row: int, column: int) -> Floats:
        """Logits of a pixel's values.

        Parameters
        ----------
        pictures : (N, C, H, W) float32
            What is painted so far.
        row, column : int

        Returns
        -------
        (N, L, C) float32
            Those of a channel heed the channels before it.
        """
        while self._row < row:
            self._begin_row(pictures)
        while self._column < column - 1:
            self._next_pixel(pictures)
            self._run_pixel(pictures)
        if self._column < column:
            self._next_pixel(pictures)
        logits = self._run_pixel(pictures)
        return logits.reshape(len(pictures), -1, pictures.shape[1])

    def _begin_row(self, pictures: Floats) -> None:
        count, channels, height, width = pictures.shape
        rows, left = self._shape.rows, self._shape.left
        self._row, self._column = self._row + 1, -1
        if self._row == 0:
            self._seen = np.zeros((count, channels + 1, rows + height, left + width), np.float32)
            self._row_memory = np.zeros((count, self._shape.row_memory, width), np.float32)
        else:
            self._seen[:, :-1, rows + self._row - 1, left:] = pictures[:, :, self._row - 1]
            self._seen[:, -1, rows + self._row - 1, left:] = 1.0
        above = self._seen[:, :, self._row : self._row + rows, left:]
        given = self._row_run(np.ascontiguousarray(above), self._row_memory, np.full(count, self._row, np.int64))
        cut = given.shape[1] - self._shape.row_memory
        self._told, self._row_memory = given[:, :cut], np.ascontiguousarray(given[:, cut:])
        self._after = np.zeros((count, self._shape.pixel_memory), np.float32)

    def _next_pixel(self, pictures: Floats) -> None:
        if self._column >= 0:
            y, x = self._shape.rows + self._row, self._shape.left + self._column
            self._seen[:, :-1, y, x] = pictures[:, :, self._row, self._column]
            self._seen[:, -1, y, x] = 1.0
        self._column += 1
        self._before = self._after

    def _run_pixel(self, pictures: Floats) -> Floats:
        """The logits (N, L C) of the pixel that one has come to."""
        y, x = self._shape.rows + self._row, self._column
        left = np.ascontiguousarray(self._seen[:, :, y, x : x + self._shape.left])
        told = np.ascontiguousarray(self._told[:, :, x])
        pixel = np.ascontiguousarray(pictures[:, :, self._row, x])
        given = self._pixel_run(left, told, self._before, pixel)
        cut = given.shape[1] - self._shape.pixel_memory
        self._after = np.ascontiguousarray(given[:, cut:])
        return given[:, :cut]

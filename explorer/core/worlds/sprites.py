"""Trees, cars and cones: built of boxes and discs, drawn once for each size and place between two pixels, and kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer.core.worlds import palette
from explorer.core.worlds.palette import Light

CAR_OF = {"blue": 1, "yellow": 2, "own": 4}
"""The kinds that are cars; 0 is a tree, 3 a cone."""

_FINE = 4  # places between two pixels, each way
_GROWS = 1.04  # from one size to the next
_HOURS = 8  # between day and dusk

Image = NDArray[np.float32]


@dataclass(frozen=True)
class _Piece:
    """A box from corner to corner, or the disc that fits into it, in metres from the foot: right and up."""

    left: float
    bottom: float
    right: float
    top: float
    light: Light
    is_disc: bool = False


def _car(body: Light) -> tuple[_Piece, ...]:
    return (
        _Piece(-1.2, -0.1, 1.2, 0.35, palette.SHADOW),
        _Piece(-1.05, 0.0, -0.55, 0.7, palette.DARK),
        _Piece(0.55, 0.0, 1.05, 0.7, palette.DARK),
        _Piece(-1.1, 0.35, 1.1, 1.2, body),
        _Piece(-0.8, 1.1, 0.8, 1.9, body),
        _Piece(-0.62, 1.2, 0.62, 1.75, palette.GLASS),
        _Piece(-1.05, 0.65, -0.65, 0.95, palette.LAMP),
        _Piece(0.65, 0.65, 1.05, 0.95, palette.LAMP),
    )


_KINDS = {
    0: (
        _Piece(-0.25, 0.0, 0.25, 2.0, palette.TRUNK),
        _Piece(-1.9, 1.7, 1.9, 5.5, palette.LEAVES, True),
        _Piece(-1.5, 3.2, 0.5, 5.2, palette.LEAVES_LIT, True),
    ),
    1: _car(palette.BLUE),
    2: _car(palette.YELLOW),
    3: (
        _Piece(-0.6, 0.0, 0.6, 0.3, palette.SHADOW),
        _Piece(-0.45, 0.1, 0.45, 0.9, palette.ORANGE),
        _Piece(-0.35, 0.8, 0.35, 1.2, palette.WHITE),
        _Piece(-0.2, 1.1, 0.2, 1.7, palette.ORANGE),
    ),
    4: _car(palette.OWN),
}


@dataclass(frozen=True)
class Sprite:
    """Something of one size and at one hour.

    Attributes
    ----------
    kind, step, hour : int
        What it is, and its size and hour as counts.
    """

    kind: int
    step: int
    hour: int


def sprite(kind: int, metre_px: float, dusk: float) -> Sprite:
    """What is laid on a frame for something of which a metre has so many pixels."""
    return Sprite(kind, round(math.log(metre_px, _GROWS)), round(dusk * _HOURS))


def lay(image: Image, what: Sprite, column: float, row: float) -> None:
    """Lay it on a frame (S, S, 3), its foot at a column and a row; what reaches beyond is cut."""
    right, down = round(column * _FINE), round(row * _FINE)
    light, kept, left, up = _drawn(what, right % _FINE, down % _FINE)
    size = len(image)
    first, high = right // _FINE - left, down // _FINE - up
    last, low = first + kept.shape[1], high + kept.shape[0]
    if first >= size or high >= size or last <= 0 or low <= 0:
        return
    rows, columns = slice(max(0, high), min(size, low)), slice(max(0, first), min(size, last))
    own = slice(rows.start - high, rows.stop - high), slice(columns.start - first, columns.stop - first)
    part = image[rows, columns]
    part *= kept[own]
    part += light[own]


@lru_cache(maxsize=16384)
def _drawn(what: Sprite, right: int, down: int) -> tuple[Image, Image, int, int]:
    """Its light (h, w, 3), what is kept of that behind it (h, w, 1), and pixels left of and above its foot."""
    metre, pieces = _GROWS**what.step, _KINDS[what.kind]
    left = math.ceil(max(-piece.left for piece in pieces) * metre) + 1
    up = math.ceil(max(piece.top for piece in pieces) * metre) + 1
    wide, high = left + math.ceil(max(p.right for p in pieces) * metre) + 2, up + math.ceil(0.1 * metre) + 2
    light, kept = np.zeros((high, wide, 3), np.float32), np.ones((high, wide, 1), np.float32)
    hour = np.array([what.hour / _HOURS], np.float32)
    for piece in pieces:
        cover = _cover(piece, metre, left + right / _FINE, up + down / _FINE, high, wide)[..., None]
        light = light * (1 - cover) + cover * piece.light.at(hour)[0, 0]
        kept = kept * (1 - cover)
    return light, kept, left, up


def _cover(piece: _Piece, metre: float, column: float, row: float, high: int, wide: int) -> Image:
    columns, rows = np.arange(wide), np.arange(high)[:, None]
    if piece.is_disc:
        radius = 0.5 * (piece.right - piece.left) * metre
        aside = columns + 0.5 - column - 0.5 * (piece.left + piece.right) * metre
        down = rows + 0.5 - row + 0.5 * (piece.bottom + piece.top) * metre
        found = np.clip(radius + 0.5 - np.hypot(aside, down), 0.0, 1.0) * min(1.0, radius)
        disc: Image = found.astype(np.float32)
        return disc
    left, right = column + piece.left * metre, column + piece.right * metre
    top, bottom = row - piece.top * metre, row - piece.bottom * metre
    across = np.clip(np.minimum(right, columns + 1) - np.maximum(left, columns), 0.0, 1.0)
    down = np.clip(np.minimum(bottom, rows + 1) - np.maximum(top, rows), 0.0, 1.0)
    covered: Image = (down * across).astype(np.float32)
    return covered

"""What a driver sees, painted from a few numbers: sky, sun and hills, the road with kerbs, trees, cars and cones.

A row of pixels below the horizon lies so far away, and the road's middle there is moved by what the road turns till
then: its curvature, integrated twice. All of that is linear in the curvature, so a whole batch is a few matrices.
Edges are covered in part, never jagged, so that a slow movement is seen as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from explorer.core.worlds import palette
from explorer.core.worlds.sprites import CAR_OF, lay, sprite

AHEAD_M = np.arange(12) * 10.0
"""How far ahead the curvature is known, in metres."""

VIEW_SIZE = 12 + len(AHEAD_M)
"""Numbers of a view: x, speed, steering, place (m), heading (rad), dusk; two things in the way (metres ahead, or 0 for
none; half road widths from the middle; kind); the curvature at `AHEAD_M`."""

_NEAR_M = 5.0  # how far away the lowest row is
_HORIZON = 0.4  # share of the height above it
_HALF = 0.62  # half of the road in the lowest row, as a share of the width
_STRIPE_M = 8.0
_TREES_M = 24.0
_TOO_NEAR_M = 2.5  # what is nearer has gone by
_SEEN = 1.2  # radians from left to right
_AT_ONCE = 32
_OWN_ROW, _OWN_METRE = 0.955, 0.085  # of one's own car, as shares of the height

Image = NDArray[np.float32]


def painted(views: NDArray[np.float32], size: int) -> NDArray[np.uint8]:
    """Frames (B, size, size, 3) of views (B, VIEW_SIZE)."""
    parts = [_some(views[start : start + _AT_ONCE], size) for start in range(0, len(views), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.empty((0, size, size, 3), np.uint8)


def _some(views: NDArray[np.float32], size: int) -> NDArray[np.uint8]:
    lens = _lens(size)
    image = np.empty((len(views), size, size, 3), np.float32)
    image[:, : lens.horizon] = _sky(views, lens)
    image[:, lens.horizon :] = _ground(views, lens)
    for number, view in enumerate(views):
        _stand(image[number], view, lens)
    found: NDArray[np.uint8] = np.clip(image + 0.5, 0, 255).astype(np.uint8)
    return found


@dataclass(frozen=True)
class _Lens:
    """What depends on the size alone.

    Attributes
    ----------
    horizon : int
        The first row of the ground.
    away_m, half : (R,) float32
        Of each row of the ground: how far it is, and half of the road in pixels.
    turning : (K, R) float32
        Curvature to the middle of the road in each row, in pixels right of straight ahead.
    """

    size: int
    horizon: int
    away_m: NDArray[np.float32]
    half: NDArray[np.float32]
    turning: NDArray[np.float32]

    def row_of(self, away_m: float) -> float:
        """The row, counted from the top, of the ground so far away."""
        return self.horizon + (self.size - self.horizon) * _NEAR_M / max(away_m, 1.0)

    def half_at(self, away_m: float) -> float:
        """Half of the road there, in pixels."""
        return _HALF * self.size * _NEAR_M / max(away_m, 1.0)


@cache
def _lens(size: int) -> _Lens:
    horizon = round(_HORIZON * size)
    rows = np.arange(1, size - horizon + 1, dtype=np.float32) - 0.5
    away = (_NEAR_M * (size - horizon) / rows).astype(np.float32)
    half = (_HALF * size * _NEAR_M / away).astype(np.float32)
    return _Lens(size, horizon, away, half, (_integral(away) / 4.0 * half).astype(np.float32))


def _integral(away_m: NDArray[np.float32]) -> NDArray[np.float32]:
    """Curvature at `AHEAD_M` to metres right of straight ahead at places (R,): (K, R)."""
    step = AHEAD_M[1]
    found = np.stack([np.clip(away_m - at, 0.0, None) for at in AHEAD_M]) * step
    found[0] *= 0.5
    metres: NDArray[np.float32] = found.astype(np.float32)
    return metres


def _mix(below: Image, above: Image, cover: NDArray[np.floating]) -> Image:
    found: Image = below + cover[..., None] * (above - below)
    return found


def _sky(views: NDArray[np.float32], lens: _Lens) -> Image:
    size, rows = lens.size, lens.horizon
    dusk, heading = views[:, 5], views[:, 4]
    down = (np.arange(rows, dtype=np.float32) + 0.5) / rows
    haze = np.broadcast_to((down**1.5)[None, :, None], (len(views), rows, size))
    found = _mix(palette.ZENITH.at(dusk), palette.HAZE.at(dusk), haze)
    angles = heading[:, None] + (np.arange(size, dtype=np.float32) + 0.5 - size / 2) * (_SEEN / size)
    aside = (np.mod(angles - 0.35 + np.pi, 2 * np.pi) - np.pi) * (size / _SEEN)
    sun_row = rows * (0.3 + 0.2 * dusk)
    row = (np.arange(rows, dtype=np.float32) + 0.5)[None, :, None]
    far = np.hypot(aside[:, None, :], row - sun_row[:, None, None])
    shine = np.clip(0.085 * size + 0.5 - far, 0, 1) + 0.25 * np.exp(-far / (0.12 * size))
    found = _mix(found, palette.SUN.at(dusk), shine)
    above = rows - row
    for light, heights in ((palette.FAR_HILLS, _far_hills(angles)), (palette.HILLS, _near_hills(angles))):
        found = _mix(found, light.at(dusk), np.clip(heights[:, None, :] * size - above + 0.5, 0, 1))
    return found


def _far_hills(angles: Image) -> NDArray[np.floating]:
    found: NDArray[np.floating] = 0.13 + 0.045 * np.sin(3 * angles + 1) + 0.035 * np.sin(7 * angles)
    return found


def _near_hills(angles: Image) -> NDArray[np.floating]:
    found: NDArray[np.floating] = 0.055 + 0.03 * np.sin(5 * angles + 4) + 0.02 * np.sin(11 * angles + 2)
    return found


def _ground(views: NDArray[np.float32], lens: _Lens) -> Image:
    size, dusk = lens.size, views[:, 5]
    middle = size / 2 + views[:, 12:] @ lens.turning - views[:, :1] * lens.half
    columns = np.arange(size, dtype=np.float32) + 0.5
    off = np.abs(columns - middle[:, :, None])  # pixels from the middle
    half = lens.half[None, :, None]

    def within(edge: float) -> NDArray[np.float32]:
        found: NDArray[np.float32] = np.clip(edge * half - off + 0.5, 0.0, 1.0)
        return found

    at = views[:, 3:4] + lens.away_m
    wide, narrow = _stripes(at, _STRIPE_M, lens)[:, :, None], _stripes(at, _STRIPE_M / 2, lens)[:, :, None]
    grass = _mix(palette.GRASS.at(dusk), palette.MOWN.at(dusk), wide)
    kerb = _mix(palette.RED.at(dusk), palette.WHITE.at(dusk), narrow)
    road = _mix(palette.ROAD.at(dusk), palette.PATCH.at(dusk), wide)
    found = _mix(grass, kerb, within(1.14))
    found = _mix(found, road, within(1.0))
    line = np.clip(0.04 * half - off + 0.6, 0.0, 1.0) * np.minimum(1.0, half * 0.1)
    return _mix(found, palette.WHITE.at(dusk), line * wide)


def _stripes(at_m: Image, period_m: float, lens: _Lens) -> Image:
    """0 and 1 in turn along the road, (B, R); a half where they are too fine to be told apart."""
    deep = lens.away_m**2 / (_NEAR_M * (lens.size - lens.horizon))  # metres in a row of pixels
    sharp = np.clip(1.3 - 2.0 * deep / period_m, 0.0, 1.0)
    wave = 0.5 * period_m / (np.pi * deep) * np.sin(2 * np.pi * at_m / period_m)
    found: Image = 0.5 + sharp * np.clip(wave, -0.5, 0.5)
    return found


def _stand(image: Image, view: NDArray[np.float32], lens: _Lens) -> None:
    """Paint what stands on the ground of one frame (S, S, 3), from far to near, and the car that one drives."""
    x, steer, place, dusk = (float(view[number]) for number in (0, 2, 3, 5))
    trees = [(away * _TREES_M - place % _TREES_M, side, 0) for away in (1, 2, 3) for side in (-1.75, 1.75)]
    things = [(float(view[slot]), float(view[slot + 1]), int(view[slot + 2])) for slot in (6, 9)]
    seen = sorted([*trees, *(thing for thing in things if thing[0] > 0)], reverse=True)
    bends = view[12:] @ _integral(np.array([away for away, _, _ in seen], np.float32)) / 4.0
    for (away, lane, kind), bend in zip(seen, bends.tolist(), strict=True):
        if away > _TOO_NEAR_M:
            half = lens.half_at(away)
            lay(image, sprite(kind, half / 4.0, dusk), lens.size / 2 + (bend + lane - x) * half, lens.row_of(away))
    own = sprite(CAR_OF["own"], _OWN_METRE * lens.size, dusk)
    lay(image, own, lens.size * (0.5 + 0.03 * steer), _OWN_ROW * lens.size)

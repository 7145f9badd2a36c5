"""What a hand meant: a nearly straight stroke becomes straight, any other a smooth curve, a closed one stays closed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.core.drawing.drawing import Stroke

Doubles = NDArray[np.float64]

_STRAIGHT = 0.07  # of its length, how far a straight stroke may stray
_CLOSED = 0.15  # of its length, how far apart the ends of a closed one may be
_CORNER = 0.04  # of its extent, how far off a simpler line may be
_STEP = 1 / 128  # of the side, between two points of the result
_SAMPLES = 200


def tidied(stroke: Stroke) -> Stroke:
    """A stroke without the unsteadiness of the hand that drew it.

    What strays little from a line becomes that line. Of the rest a cubic B-spline is taken, the nearest by least
    squares, with some more points to bend at than the stroke has corners (Douglas and Peucker, 1973).
    """
    points, at = _even(stroke.points.astype(np.float64))
    if stroke.tool == "fill" or len(points) < 3:
        return stroke
    length = float(np.hypot(*np.diff(points, axis=0).T).sum())
    found = _straight(points, length)
    if found is None:
        found = _smooth(points, is_closed=float(np.hypot(*(points[-1] - points[0]))) < _CLOSED * length)
    share = np.linspace(0.0, 1.0, max(2, round(length / _STEP)))
    places = np.stack([np.interp(share, np.linspace(0, 1, len(found)), axis) for axis in found.T], 1)
    pressed = stroke.pressures
    pressures = None if pressed is None else np.interp(share, at, pressed).astype(np.float32)
    return replace(stroke, points=places.astype(np.float32), pressures=pressures)


def _even(points: Doubles) -> tuple[Doubles, Doubles]:
    """Points at even distances along a line, and how far along it, 0 to 1, its own lie."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    if along[-1] < 1e-4:
        return points[:1], along
    share = along / along[-1]
    even = np.linspace(0.0, 1.0, _SAMPLES)
    return np.stack([np.interp(even, share, axis) for axis in points.T], 1), share


def _straight(points: Doubles, length: float) -> Doubles | None:
    """The nearest line through all, as far as the stroke goes; None where it does not go straight."""
    middle = points.mean(0)
    direction = np.linalg.svd(points - middle, full_matrices=False)[2][0]
    along = (points - middle) @ direction
    astray = np.hypot(*(points - middle - along[:, None] * direction).T).max()
    if astray > _STRAIGHT * length or abs(along[-1] - along[0]) < (1.0 - 2.0 * _STRAIGHT) * length:
        return None
    found: Doubles = middle + along[[0, -1], None] * direction
    return found


def _smooth(points: Doubles, *, is_closed: bool) -> Doubles:
    """The nearest cubic B-spline."""
    corners = _corners(points, _CORNER * float(np.ptp(points, axis=0).max()))
    bends = min(len(points) // 4, max(4, 2 * corners))
    place = np.linspace(0.0, bends, len(points), endpoint=False)
    basis = _basis(place, bends, is_closed=is_closed)
    bent = np.linalg.lstsq(basis, points, rcond=None)[0]
    found: Doubles = basis @ bent
    return np.concatenate([found, found[:1]]) if is_closed else found


def _basis(place: Doubles, bends: int, *, is_closed: bool) -> Doubles:
    """How much each of the points that a uniform cubic B-spline bends at counts, (N, bends or three more)."""
    whole = np.floor(place).astype(int)
    t = place - whole
    parts = (1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3
    columns = bends if is_closed else bends + 3
    basis = np.zeros((len(place), columns))
    for offset, part in enumerate(parts):
        np.add.at(basis, (np.arange(len(place)), (whole + offset) % columns), part / 6.0)
    return basis


def _corners(points: Doubles, tolerance: float) -> int:
    """How many pieces a line has that is nowhere farther off than ``tolerance`` (Douglas and Peucker, 1973)."""
    first, last = points[0], points[-1]
    along = last - first
    length = float(np.hypot(*along))
    apart = points - first
    far = np.abs(apart @ [-along[1], along[0]]) / length if length > 1e-9 else np.hypot(*apart.T)
    farthest = int(far.argmax())
    if far[farthest] <= tolerance or not 0 < farthest < len(points) - 1:
        return 1
    return _corners(points[: farthest + 1], tolerance) + _corners(points[farthest:], tolerance)

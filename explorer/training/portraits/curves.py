"""Smooth outlines from a few points: cached spline weights, so that a curve is one matrix product."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
"""Points of the picture or of a face, shape (n, 2): x to the right and y down."""

_CATMULL_ROM = 0.5 * np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1.0]])


def loop(points: ArrayLike, per: int = 6) -> Points:
    """A smooth closed curve through ``points``, ``per`` points for each given."""
    given = np.asarray(points, float)
    smooth: Points = _weights(len(given), per, len(given)) @ given
    return smooth


def curve(points: ArrayLike, per: int = 6) -> Points:
    """A smooth open curve from the first of ``points`` through all of them to the last."""
    given = np.asarray(points, float)
    smooth: Points = _curve_weights(len(given), per) @ given
    return smooth


def moved(points: Points, right: float, down: float) -> Points:
    """``points`` shifted by that much."""
    shifted: Points = points + np.array([right, down])
    return shifted


def ellipse(x: float, y: float, rx: float, ry: float, count: int = 28) -> Points:
    """An ellipse about (x, y) with half-axes ``rx`` and ``ry``."""
    return moved(_circle(count) * (rx, ry), x, y)


def ribbon(path: Points, widths: float | Sequence[float]) -> Points:
    """The outline of a brush stroke along ``path``, its ``widths`` spread evenly from end to end."""
    half = 0.5 * _spread(widths if isinstance(widths, Sequence) else (widths, widths), len(path))
    along = np.empty_like(path)
    along[1:-1] = path[2:] - path[:-2]
    along[0], along[-1] = path[1] - path[0], path[-1] - path[-2]
    along /= np.sqrt((along * along).sum(1, keepdims=True)) + 1e-9
    across = along[:, ::-1] * (-1.0, 1.0) * half[:, None]
    start = path[0] - _round_end(along[0], across[0])
    end = path[-1] + _round_end(along[-1], across[-1])
    return np.concatenate([path + across, end, (path - across)[::-1], start])


def mirrored(points: ArrayLike) -> Points:
    """``points`` and, going back, their mirror images in x = 0."""
    half = np.asarray(points, float)
    return np.concatenate([half, half[::-1] * (-1, 1)])


def _round_end(along: NDArray[np.float64], across: NDArray[np.float64]) -> Points:
    """A half circle from ``across`` over ``along`` to ``-across``, about the origin."""
    radius = np.hypot(*across)
    turns = _half_turns()
    end: Points = turns[:, :1] * across + turns[:, 1:] * (along * radius)
    return end


def _spread(widths: Sequence[float], count: int) -> NDArray[np.float64]:
    spread: NDArray[np.float64] = _linear_weights(len(widths), count) @ np.asarray(widths, float)
    return spread


@cache
def _half_turns() -> Points:
    angle = np.linspace(0, np.pi, 6)[1:-1]
    return np.stack([np.cos(angle), np.sin(angle)], 1)


@cache
def _circle(count: int) -> Points:
    angle = np.arange(count) * (2 * np.pi / count)
    return np.stack([np.cos(angle), np.sin(angle)], 1)


@cache
def _linear_weights(given: int, count: int) -> NDArray[np.float64]:
    at = np.linspace(0, given - 1, count)
    return np.maximum(0, 1 - abs(at[:, None] - np.arange(given)))


@cache
def _curve_weights(given: int, per: int) -> NDArray[np.float64]:
    weights = _weights(given + 2, per, given - 1, first=1)
    ends = np.zeros((given + 2, given))
    ends[1:-1] = np.eye(given)
    ends[0, :2] = ends[-1, :-3:-1] = (2, -1)  # beyond its ends a curve goes straight on
    return np.concatenate([weights @ ends, np.eye(given)[-1:]])


@cache
def _weights(given: int, per: int, spans: int, first: int = 0) -> NDArray[np.float64]:
    """Catmull-Rom weights of ``given`` points at ``per`` steps of each of ``spans`` spans."""
    step = np.arange(per) / per
    blend = np.stack([step**k for k in range(4)], 1) @ _CATMULL_ROM
    weights = np.zeros((spans * per, given))
    for span in range(spans):
        for k in range(4):
            weights[span * per : (span + 1) * per, (first + span + k - 1) % given] += blend[:, k]
    return weights

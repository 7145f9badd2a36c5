"""Pictures for an exam without a download: ten kinds of grey shapes, each of many places, sizes, turns and tones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIDE = 28
_SOFT = 0.06  # width of an edge, of half a side

Plane = NDArray[np.float64]


def _box(u: Plane, v: Plane, half_u: float, half_v: float) -> Plane:
    """How far outside of a box around the middle, in the longer of both ways; negative inside."""
    return np.maximum(np.abs(u) - half_u, np.abs(v) - half_v)


def _triangle(u: Plane, v: Plane) -> Plane:
    return np.maximum(v - 0.5, np.abs(u) * 0.9 - v * 0.45 - 0.45)


#: How far outside of each shape a point of the plane is, negative inside; the shapes fill about -0.9 to 0.9.
KINDS: dict[str, Callable[[Plane, Plane], Plane]] = {
    "disc": lambda u, v: np.hypot(u, v) - 0.75,
    "ring": lambda u, v: np.abs(np.hypot(u, v) - 0.62) - 0.18,
    "square": lambda u, v: _box(u, v, 0.65, 0.65),
    "frame": lambda u, v: np.abs(_box(u, v, 0.58, 0.58)) - 0.14,
    "triangle": lambda u, v: _triangle(u, v),
    "cross": lambda u, v: np.minimum(_box(u, v, 0.85, 0.2), _box(u, v, 0.2, 0.85)),
    "bar": lambda u, v: _box(u, v, 0.9, 0.22),
    "post": lambda u, v: _box(u, v, 0.22, 0.9),
    "pair": lambda u, v: np.hypot(np.abs(u) - 0.5, v) - 0.36,
    "angle": lambda u, v: np.minimum(_box(u + 0.6, v, 0.2, 0.8), _box(u, v - 0.6, 0.8, 0.2)),
}


def shapes(count: int, seed: int = 0) -> tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
    """``count`` pictures, the kinds in turn: (N, 28, 28) grey, their classes (N,), and the classes' names."""
    rng = np.random.RandomState(seed)
    labels = np.arange(count) % len(KINDS)
    kinds = list(KINDS.values())
    pictures = np.stack([_drawn(kinds[label], rng) for label in labels])
    return pictures, labels.astype(np.int64), tuple(KINDS)


def shapes_file(folder: Path, count: int = 6000) -> Path:
    """``count`` of them written into ``folder``, as a source of pictures (`explorer.training.sources`)."""
    pictures, labels, classes = shapes(count)
    path = folder / "shapes.npz"
    np.savez(path, pictures=pictures, labels=labels, classes=np.array(classes))
    return path


def _drawn(kind: Callable[[Plane, Plane], Plane], rng: np.random.RandomState) -> NDArray[np.uint8]:
    """One shape, (28, 28) bytes: shifted by up to 10 % of the side, 50 to 80 % large, turned by up to 14 degrees."""
    x, y = rng.uniform(-0.2, 0.2, 2)
    size, turn, tone = rng.uniform(0.5, 0.8), rng.uniform(-0.25, 0.25), rng.uniform(0.45, 1.0)
    along = (np.arange(SIDE) + 0.5) / SIDE * 2.0 - 1.0
    across, down = np.meshgrid(along - x, along - y)
    u = (np.cos(turn) * across + np.sin(turn) * down) / size
    v = (np.cos(turn) * down - np.sin(turn) * across) / size
    inside = np.clip(0.5 - kind(u, v) * size / (2.0 * _SOFT), 0.0, 1.0)
    return np.asarray(np.rint(255.0 * tone * inside), np.uint8)

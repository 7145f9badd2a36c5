"""How much pictures differ from each other, beside how much those they were learned from do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SIDE = 16
_MOST = 256


def thumbnails(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pictures (N, H, W, C) as small grey ones, (N, 16 * 16) from 0 to 1; fewer numbers where they are smaller."""
    grey = pictures.astype(np.float32).mean(3) / 255
    factor = max(1, min(grey.shape[1:]) // _SIDE)
    side = min(grey.shape[1:]) // factor
    cut = grey[:, : side * factor, : side * factor]
    small: NDArray[np.float32] = cut.reshape(len(grey), side, factor, side, factor).mean((2, 4))
    return small.reshape(len(grey), -1)


def distances(thumbs: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Root mean square distance of each thumbnail (N, P) from each of the others (M, P): (N, M)."""
    squares = (thumbs**2).sum(1)[:, None] + (others**2).sum(1)[None] - 2 * thumbs @ others.T
    found: NDArray[np.float32] = np.sqrt(np.maximum(squares, 0) / thumbs.shape[1])
    return found


def diversity(pictures: NDArray[np.uint8]) -> float:
    """Mean distance between two of the pictures (N, H, W, C), 0 to 1; at most 256 are looked at."""
    thumbs = thumbnails(spread(pictures))
    if len(thumbs) < 2:
        return 0.0
    upper = np.triu_indices(len(thumbs), 1)
    return float(distances(thumbs, thumbs)[upper].mean())


def nearest_classes(
    pictures: NDArray[np.uint8], known: NDArray[np.uint8], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The class of each picture's nearest neighbour among known ones (M, H, W, C) with labels (M,): (N,)."""
    kept = labels >= 0
    near = distances(thumbnails(pictures), thumbnails(known[kept])).argmin(1)
    found: NDArray[np.int64] = labels[kept][near]
    return found


def spread(pictures: NDArray[np.uint8], most: int = _MOST) -> NDArray[np.uint8]:
    """At most so many of the pictures, evenly spread over all."""
    chosen = np.unique(np.linspace(0, len(pictures) - 1, min(most, len(pictures))).astype(int))
    return np.asarray(pictures[chosen]) if len(pictures) else pictures

"""What a hand asks of a picture: colours in some places, points that go to others, and what is to stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]
Place = tuple[float, float]


@dataclass(frozen=True, eq=False)
class PaintGoal:
    """Colours that were brushed over a picture.

    Attributes
    ----------
    colours : (height, width, 3) uint8
        Where nothing was brushed they do not count.
    weights : (height, width) float32
        How much of each pixel is brushed, 0 to 1.
    keep : (height, width) float32 or None
        What is to stay as it is above all, 0 to 1.
    """

    colours: NDArray[np.uint8]
    weights: Weights
    keep: Weights | None = None


@dataclass(frozen=True)
class Pull:
    """A point of a picture, and where it is to go; both in pixels from its left and upper edge."""

    start: Place
    target: Place

    @property
    def length(self) -> float:
        """How far it is to go, in pixels."""
        return float(np.hypot(self.target[0] - self.start[0], self.target[1] - self.start[1]))


@dataclass(frozen=True, eq=False)
class PullGoal:
    """Points that are to go to other places.

    Attributes
    ----------
    pulls : tuple of Pull
    keep : (height, width) float32 or None
        What is to stay as it is above all, 0 to 1.
    """

    pulls: tuple[Pull, ...]
    keep: Weights | None = None


Goal = PaintGoal | PullGoal


def dab(weights: Weights, before: Place, here: Place, radius: float) -> NDArray[np.bool_]:
    """Draw a stroke of a round brush between two places into a mask; says which pixels it took.

    Parameters
    ----------
    weights : (height, width) float32
        The mask, 0 to 1; is changed.
    before, here : (float, float)
        x and y in pixels from the left and upper edge.
    radius : float
        In pixels; the edge is softened over one.

    Returns
    -------
    (height, width) bool
        Pixels that are in it for a half at least.
    """
    height, width = weights.shape
    y, x = np.mgrid[0:height, 0:width] + 0.5
    across, down = here[0] - before[0], here[1] - before[1]
    length = across**2 + down**2
    share = ((x - before[0]) * across + (y - before[1]) * down) / length if length else np.zeros_like(x)
    share = np.clip(share, 0.0, 1.0)
    apart = np.hypot(x - before[0] - share * across, y - before[1] - share * down)
    inside = np.clip(radius + 0.5 - apart, 0.0, 1.0).astype(np.float32)
    np.maximum(weights, inside, out=weights)
    return np.asarray(inside >= 0.5)


def erase(weights: Weights, before: Place, here: Place, radius: float) -> None:
    """Take a stroke of a round brush out of a mask; parameters as those of `dab`."""
    gone = np.zeros_like(weights)
    dab(gone, before, here, radius)
    np.minimum(weights, 1.0 - gone, out=weights)

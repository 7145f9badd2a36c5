"""What a model that paints pixel by pixel says of every pixel of a picture at once, given those before each.

One run of the step tells all of it. So it also tells which uniform numbers paint a picture: any in the part of the
cumulative distribution that belongs to the level that is there, of which the middle is taken. A picture of the model's
levels enters its latent space exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.sampling.painting import Labels, StepRun, Values
from explorer.core.sampling.raster import RasterPainter, probabilities


@dataclass(frozen=True, eq=False)
class PixelChances:
    """The distributions of all values of one picture.

    Attributes
    ----------
    levels : (L,) float32
        In the range of the card's values.
    chances : (L, C, H, W) float64
        Of each level, given the pixels before; sums to 1 over levels.
    there : (C, H, W) int64
        Which level the picture has.
    """

    levels: Values
    chances: NDArray[np.float64]
    there: NDArray[np.int64]

    @property
    def bits(self) -> NDArray[np.float64]:
        """-log2 of the chance of what is there, all channels together, (H, W)."""
        taken = np.take_along_axis(self.chances, self.there[None], axis=0)[0]
        found: NDArray[np.float64] = -np.log2(np.maximum(taken, 1e-12)).sum(0)
        return found

    @property
    def latent(self) -> Values:
        """Uniform numbers, -1 to 1, that paint this very picture, (C * H * W,) float32."""
        passed = self.chances.cumsum(0)
        above = np.take_along_axis(passed, self.there[None], axis=0)[0]
        below = above - np.take_along_axis(self.chances, self.there[None], axis=0)[0]
        return np.clip(above + below - 1.0, -1.0, 1.0).astype(np.float32).reshape(-1)


def chances_of(
    painter: RasterPainter, run: StepRun, picture: Values, labels: Labels, temperature: float
) -> PixelChances:
    """What is said of a picture (1, C, H, W), each value of which is taken as the nearest level."""
    nearest = painter.nearest(picture)
    chances = probabilities(run(nearest, None, labels), temperature)[0]
    there = np.abs(nearest[0][None] - painter.levels.reshape(-1, 1, 1, 1)).argmin(0)
    return PixelChances(painter.levels, chances, there)

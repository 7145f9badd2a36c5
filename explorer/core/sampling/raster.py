"""Pictures painted value by value, in raster order: each is drawn from what the model says of it, given those before.

All chance is in z, a uniform number for each value of the picture: its level is where the cumulative distribution
passes that number. So the same z and settings are the same picture, other numbers from one pixel on draw all that
follows anew, and every picture of such levels has a z that paints it.

The model is asked for the logits of one pixel at a time: by the `BandLogits` of a model that has a row and a pixel
network, else by a whole run of its step, of which only that pixel counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from explorer.core.sampling.painting import Labels, PaintingState, StepRun, Values
from explorer.core.sampling.pixel_chances import PixelChances
from explorer.core.sampling.schedules import RasterSchedule
from explorer.core.sampling.settings import USUALLY, Sampling

_LEAST = 1e-12

PixelLogits = Callable[[Values, int, int], Values]
"""What is painted so far (N, C, H, W), row and column to the logits of that pixel's values, (N, L, C)."""


class RasterPainter:
    """Paints pixel after pixel.

    Parameters
    ----------
    run : callable (pictures, None, labels) -> logits (N, L, C, H, W)
    schedule : RasterSchedule
    shape : (int, int, int)
        Channels, height and width.
    classes : int
        How many there are; their number itself stands for none.
    bands : callable (labels) -> PixelLogits, optional
        Begins a painting that is asked for the pixels in order; without, every pixel is a whole run.
    """

    def __init__(
        self,
        run: StepRun,
        schedule: RasterSchedule,
        shape: tuple[int, int, int],
        classes: int = 0,
        bands: Callable[[Labels], PixelLogits] | None = None,
    ) -> None:
        self._run, self._shape, self._none, self._bands = run, shape, classes, bands
        self.levels = np.array(schedule.levels, np.float32)

    def states(self, z: Values, labels: Labels, sampling: Sampling) -> Iterator[PaintingState]:
        """As `StepPainter` says: a state for each pixel; the latent holds a uniform number for each value."""
        chance = z.reshape(-1, *self._shape)
        width, total = self._shape[2], self._shape[1] * self._shape[2]
        pictures = np.zeros(chance.shape, np.float32)
        logits_at = self._guided(self._bands or self._whole_runs, labels, sampling.guidance)
        yield _state(pictures, 0, total)
        for number in range(total):
            row, column = divmod(number, width)
            for channel in range(self._shape[0]):
                logits = logits_at(pictures, row, column)[:, :, channel]
                drawn = drawn_levels(logits, chance[:, channel, row, column], sampling.temperature)
                pictures[:, channel, row, column] = self.levels[drawn]
            yield _state(pictures, number + 1, total)

    def latents_of(self, pictures: Values, labels: Labels, sampling: Sampling = USUALLY) -> Values:
        """Latents (N, C * H * W) that paint pictures (N, C, H, W), each value being its nearest level; one run.

        Of the numbers that draw a level it is the middle one, so that rounding changes none but those of levels that
        have a chance of less than a millionth.
        """
        return self.chances(pictures, labels, sampling).latents

    def chances(self, pictures: Values, labels: Labels, sampling: Sampling = USUALLY) -> PixelChances:
        """What is said of every value of pictures (N, C, H, W), each being its nearest level; one run."""
        nearest = self.nearest(pictures)
        whole = self._guided(self._all_values, labels, sampling.guidance)
        told = probabilities(whole(nearest, 0, 0), sampling.temperature)
        return PixelChances(self.levels, told, np.searchsorted(self.levels, nearest))

    def distribution(
        self, pictures: Values, labels: Labels, row: int, column: int, sampling: Sampling = USUALLY
    ) -> NDArray[np.float64]:
        """What the values of a pixel may be, given those before it in pictures (N, C, H, W): chances (N, L, C)."""
        logits_at = self._guided(self._whole_runs, labels, sampling.guidance)
        return probabilities(logits_at(self.nearest(pictures), row, column), sampling.temperature)

    def nearest(self, pictures: Values) -> Values:
        """Pictures of any values as pictures of the levels, float32 of the same shape."""
        between = (self.levels[1:] + self.levels[:-1]) / 2.0
        found: Values = self.levels[np.searchsorted(between, pictures, side="right")]
        return found

    def _guided(self, begun: Callable[[Labels], PixelLogits], labels: Labels, guidance: float) -> PixelLogits:
        """Logits with the class, held against those without it (Ho & Salimans, 2022)."""
        if labels is None or guidance == 1.0 or (labels == self._none).all():
            return begun(labels)
        both = begun(np.concatenate([np.full_like(labels, self._none), labels]))

        def logits_at(pictures: Values, row: int, column: int) -> Values:
            without, within = np.split(both(np.concatenate([pictures, pictures]), row, column), 2)
            return without + np.float32(guidance) * (within - without)

        return logits_at

    def _whole_runs(self, labels: Labels) -> PixelLogits:
        def logits_at(pictures: Values, row: int, column: int) -> Values:
            return self._run(pictures, None, labels)[:, :, :, row, column]

        return logits_at

    def _all_values(self, labels: Labels) -> PixelLogits:
        """Of every pixel at once, (N, L, C, H, W), whichever is asked for."""
        return lambda pictures, _row, _column: self._run(pictures, None, labels)


def redrawn_after(z: Values, start: int, shape: tuple[int, int, int], other: Values) -> Values:
    """The latent ``z`` (C * H * W,) that is another one from a pixel on.

    Parameters
    ----------
    start : int
        How many pixels, in raster order, keep their numbers.
    shape : (int, int, int)
        Channels, height and width.
    other : (C * H * W,) float32
        The latent whose numbers the rest takes.
    """
    both = np.array(z, np.float32).reshape(shape[0], -1)
    both[:, start:] = other.reshape(shape[0], -1)[:, start:]
    return both.reshape(-1)


def drawn_levels(logits: Values, z: Values, temperature: float = 1.0) -> NDArray[np.int64]:
    """The levels that uniform numbers draw, by the inverse of the cumulative distribution.

    Parameters
    ----------
    logits : (N, L) float32
    z : (N,) float32
        Between -1 and 1.
    temperature : float, above 0

    Returns
    -------
    (N,) int64, 0 to L - 1
    """
    cumulative = probabilities(logits, temperature).cumsum(1)
    share = (z.astype(np.float64) + 1.0) / 2.0
    inner = share.clip(_LEAST, 1.0 - _LEAST)  # at the very ends lie levels that have no chance
    drawn: NDArray[np.int64] = (cumulative[:, :-1] < inner[:, None]).sum(1)
    return drawn


def probabilities(logits: Values, temperature: float = 1.0) -> NDArray[np.float64]:
    """Softmax over the second axis of logits (N, L, ...) divided by a temperature, in double precision."""
    scaled = logits.astype(np.float64) / temperature
    weights = np.exp(scaled - scaled.max(1, keepdims=True))
    found: NDArray[np.float64] = weights / weights.sum(1, keepdims=True)
    return found


def _state(pictures: Values, done: int, total: int) -> PaintingState:
    canvas = pictures.copy()
    return PaintingState(done, total, 1.0 - done / total, canvas, canvas)

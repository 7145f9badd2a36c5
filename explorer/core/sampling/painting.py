"""A painting under way: what there is after each step, and what whoever paints in steps can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from explorer.core.sampling.settings import Sampling

Values = NDArray[np.float32]
Labels = NDArray[np.int64] | None

StepRun = Callable[[Values, float | None, Labels], Values]
"""One run of the step's graph for (N, C, H, W) values, a time where it takes one, and classes (N,) where it does."""


@dataclass(frozen=True, eq=False)
class PaintingState:
    """What there is after some steps.

    Attributes
    ----------
    step, steps : int
        How many steps are done, and how many there are.
    time : float
        Of the schedule: 1 before the first step of a diffusion, 0 after the last. Pixel by pixel it is the share that
        is not painted yet.
    canvas : (N, C, H, W) float32
        The picture as it stands, with its noise; in the range of the card's values. Not to be changed.
    guess : (N, C, H, W) float32
        The picture that is expected to become of it. Pixel by pixel what is painted so far.
    """

    step: int
    steps: int
    time: float
    canvas: Values
    guess: Values

    @property
    def is_last(self) -> bool:
        """Whether nothing is left to do."""
        return self.step == self.steps


class StepPainter(Protocol):
    """Paints in the order of one kind of schedule. It knows no file and no session: only how to run a step."""

    def states(self, z: Values, labels: Labels, sampling: Sampling) -> Iterator[PaintingState]:
        """What there is before the first step and after each: one state more than there are steps.

        Whoever stops asking has cancelled it; nothing runs between two states but what the next one needs.

        Parameters
        ----------
        z : (N, C * H * W) float32
            All the randomness, in the prior of the card.
        labels : (N,) int64 or None
            Classes; the number of classes itself stands for none. None where the model takes none.
        sampling : Sampling
        """
        ...

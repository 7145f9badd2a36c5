"""A picture that is to mislead a network: how far each value may move, in how many steps, and what comes of it.

Distances are shares of the range that is shown: black is 0, white is 1, and an epsilon of 0.1 moves no value by more
than a tenth of that, whatever numbers the network itself takes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.inside.questions import NetworkQuestion, Values
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED

MOST_STEPS = 200
USUAL_STEPS = 10
"""Of an iterated attack."""

Pictures = NDArray[np.uint8]


@dataclass(frozen=True)
class Attack:
    """What is asked for.

    Attributes
    ----------
    epsilon : float, 0 to 1
        The largest change of a value, as a share of the shown range.
    steps : int
        1 is the fast gradient sign method (Goodfellow et al., 2015, section 4); more are its iterated form, projected
        back to within epsilon after each (Kurakin et al., 2017; Madry et al., 2018).
    asked : str
        The name of the question whose answer is to change; "" for the network's first.
    target : str
        The answer that is wanted; "" for any other than the true one.
    seed : int
        Of the random signs that are put beside it.

    Raises
    ------
    Problem
        A value lies outside its range.
    """

    epsilon: float = 0.1
    steps: int = 1
    asked: str = ""
    target: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.epsilon) and 0.0 <= self.epsilon <= 1.0):
            raise Problem(f"An epsilon of {self.epsilon:g} is out of range.", "It runs from 0 to 1, black to white.")
        if not 1 <= self.steps <= MOST_STEPS:
            raise Problem(f"An attack cannot take {self.steps} steps.", f"It takes 1 to {MOST_STEPS}.")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise Problem(f"The seed {self.seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")


@dataclass(frozen=True, eq=False)
class AskedPictures:
    """Pictures, and what the network says of them.

    Attributes
    ----------
    pictures : (N, height, width, channels) uint8
    values : (N, K) float32
        For each output of the question.
    """

    pictures: Pictures
    values: Values


@dataclass(frozen=True, eq=False)
class Fooled:
    """What came of an attack.

    Attributes
    ----------
    network : str
    question : NetworkQuestion
    attack : Attack
    truth : (N,) int64
        The answers that count as right: those that are known, else what was said before.
    before, after, random : AskedPictures
        As they were; moved against the network; and moved as far by random signs.
    """

    network: str
    question: NetworkQuestion
    attack: Attack
    truth: NDArray[np.int64]
    before: AskedPictures
    after: AskedPictures
    random: AskedPictures

    def errors(self, shown: AskedPictures) -> float:
        """The share of pictures whose answer is not the true one, 0 to 1."""
        return float((self.question.told(shown.values) != self.truth).mean())

    def reached(self, shown: AskedPictures) -> float | None:
        """The share of pictures that are given the answer that was wanted; None where none was."""
        if not self.attack.target:
            return None
        wanted = self.question.place_of(self.attack.target)
        return float((self.question.told(shown.values) == wanted).mean())


def enlarged_noise(before: Pictures, after: Pictures) -> Pictures:
    """What was added to a picture (height, width, channels), so that its largest value is as strong as can be shown.

    Grey stands for nothing.
    """
    noise = after.astype(np.float64) - before
    largest = max(float(np.abs(noise).max()), 1.0)
    return np.asarray(np.rint(127.5 + noise * (127.5 / largest)), np.uint8)


def times_enlarged(before: Pictures, after: Pictures) -> float:
    """How much stronger `enlarged_noise` is than what was added; 1 where nothing was."""
    largest = float(np.abs(after.astype(np.int16) - before).max())
    return 127.5 / largest if largest else 1.0

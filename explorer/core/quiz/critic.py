"""The model's own discriminator as another player: what it says of the same pictures.

It should see the pictures as it was trained, before they are blurred or enlarged: `stimuli.as_stored` of the size on
its card. A relativistic critic's scores mean something only beside other scores, so a single picture is judged
against a limit that was found on pictures of other questions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def chosen_side(left: float, right: float) -> str:
    """Which of a pair the critic takes for real: the one with the larger score, left where they are equal."""
    return "right" if right > left else "left"


def said_of(score: float, limit: float) -> str:
    """What the critic says of a single picture: ``real`` from the limit on, else ``made``."""
    return "real" if score >= limit else "made"


def fair_limit(real: ArrayLike, made: ArrayLike) -> float:
    """The limit between scores of real and of made pictures that gets most right, both kinds weighing the same.

    It has the largest Youden index, and lies halfway between two scores; of several as good it is the middle one.

    Parameters
    ----------
    real, made : (N,) and (M,) float
        Scores of pictures that are not asked about, at least one each.
    """
    reals, mades = np.asarray(real, np.float64), np.asarray(made, np.float64)
    scores = np.unique(np.concatenate([reals, mades]))
    limits = np.concatenate([[scores[0]], (scores[1:] + scores[:-1]) / 2.0, [np.nextafter(scores[-1], np.inf)]])
    right = (reals[:, None] >= limits).mean(axis=0) + (mades[:, None] < limits).mean(axis=0)
    best = np.flatnonzero(right == right.max())
    return float(limits[best[len(best) // 2]])

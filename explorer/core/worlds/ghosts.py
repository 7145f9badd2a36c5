"""What might come next: the components of the mixture from which a dream draws each number of its next latent.

No dream need tell of its components: each number takes the component in whose share of 0 to 1 its first draw falls, so
one run with many draws, evenly spread, and nothing left to chance within a component, shows all of them and how heavy
they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.worlds.dream import Dream, Numbers, State

_DRAWS = 64  # so weights are told to a sixty-fourth
_MOST = 5
_SAME = 1e-3  # apart, in standard deviations of a latent


@dataclass(frozen=True, eq=False)
class Ghost:
    """One of the things that might come next.

    Attributes
    ----------
    weight : float
        How likely the component is, on average over the numbers of the latent; a mixture of one has 1.
    latent : (latent,) float32
        Of each number, the component that is so likely, at its middle.
    picture : (H, W, C) uint8
    """

    weight: float
    latent: Numbers
    picture: NDArray[np.uint8]


def ghosts(dream: Dream, state: State, action: Numbers, temperature: float, most: int = _MOST) -> tuple[Ghost, ...]:
    """What might come next in a state (1, S) after an action (1, A), the likeliest first.

    The components of each number are taken in the order of their weights: the first ghost has the likeliest of all, the
    second the second; where a number has fewer, it keeps its likeliest.
    """
    size = dream.facts.latent
    draws = np.repeat((np.arange(_DRAWS, dtype=np.float32)[:, None] + 0.5) / _DRAWS, size, 1)
    noise = np.concatenate([draws, np.zeros_like(draws)], 1)
    after, _, _ = dream.step(np.repeat(state, _DRAWS, 0), np.repeat(action, _DRAWS, 0), noise, temperature)
    values, weights = ranked(dream.latents(after), most)
    states = np.zeros((len(values), dream.facts.size), np.float32)
    states[:, :size] = values
    return tuple(Ghost(*each) for each in zip(weights.tolist(), values, dream.pictures(states), strict=True))


def ranked(drawn: Numbers, most: int) -> tuple[Numbers, NDArray[np.float64]]:
    """Values (K, d) of each number by how often they are among (draws, d), and how often on average, (K,)."""
    found = [_counted(column) for column in drawn.T]
    count = min(most, max(len(values) for values, _ in found))
    picked = np.stack([np.where(np.arange(count) < len(v), np.resize(v, count), v[0]) for v, _ in found], 1)
    shares = np.stack([np.pad(w[:count], (0, max(0, count - len(w)))) for _, w in found], 1)
    return picked.astype(np.float32), shares.mean(1)


def _counted(column: Numbers) -> tuple[Numbers, NDArray[np.float64]]:
    """The values that draws in order took, the commonest first, and their shares."""
    begins = np.concatenate([[True], np.abs(np.diff(column)) > _SAME])
    first = np.flatnonzero(begins)
    shares = np.diff([*first, len(column)]) / len(column)
    order = np.argsort(-shares, kind="stable")
    return column[first][order], shares[order]

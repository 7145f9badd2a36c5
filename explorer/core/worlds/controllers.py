"""Linear controllers: of what is seen and remembered, each action is the tanh of a weighted sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.worlds.world_facts import WorldFacts


@dataclass(frozen=True)
class ControllerShape:
    """What a controller looks at, and how its weights lie in a row.

    Attributes
    ----------
    facts : WorldFacts
    uses_cell, has_bias : bool
        Whether it looks at the cell too, beside latent and hidden; whether it adds a number of its own.
    """

    facts: WorldFacts
    uses_cell: bool = False
    has_bias: bool = True

    @property
    def seen(self) -> int:
        """Numbers of a state that it looks at: the first ones."""
        return self.facts.latent + self.facts.hidden + (self.facts.cell if self.uses_cell else 0)

    @property
    def count(self) -> int:
        """Its weights."""
        return len(self.facts.actions) * (self.seen + self.has_bias)

    def parts(self, weights: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Matrix (..., A, seen) and bias (..., A) of weights (..., count)."""
        actions = len(self.facts.actions)
        rows = weights.reshape(*weights.shape[:-1], actions, self.seen + self.has_bias)
        bias = rows[..., -1] if self.has_bias else np.zeros(rows.shape[:-1])
        return rows[..., : self.seen], bias

    def actions(self, weights: NDArray[np.floating], state: NDArray[np.float32]) -> NDArray[np.float32]:
        """What P controllers (P, count) do in B states each (P, B, S): (P, B, A), within the ranges of the actions."""
        matrix, bias = self.parts(weights)
        told = np.tanh(np.einsum("pbs,pas->pba", state[..., : self.seen], matrix) + bias[:, None])
        low, high = (np.array([getattr(a, end) for a in self.facts.actions]) for end in ("low", "high"))
        found: NDArray[np.float32] = (low + (told + 1.0) * 0.5 * (high - low)).astype(np.float32)
        return found

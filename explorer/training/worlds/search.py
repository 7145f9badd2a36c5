"""The evolution of a controller: CMA-ES, whose whole state is what it was told, so that a stopped one goes on exactly.

Hansen, "The CMA Evolution Strategy: A Tutorial" (2016), by the library ``cmaes``.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.core.problem import Problem

MOST_GENERATIONS = 4096
_SEED = 0x5EA1  # apart from what else the run draws


class SearchLog(nn.Module):
    """What each generation earned, and the weights that the search stands at.

    Parameters
    ----------
    count, population : int
        Weights of a candidate, and candidates of a generation.
    """

    earned: Tensor

    def __init__(self, count: int, population: int) -> None:
        super().__init__()
        self.register_buffer("earned", torch.zeros(MOST_GENERATIONS, population))
        self.mean = nn.Parameter(torch.zeros(count))


class Evolution:
    """A search for the weights that earn most.

    Parameters
    ----------
    log : SearchLog
        Of earlier generations too.
    spread : float
        Standard deviation of the first generation, around 0.
    seed : int
    """

    def __init__(self, log: SearchLog, spread: float, seed: int) -> None:
        from cmaes import CMA

        self._log = log
        self._population = log.earned.shape[1]
        self._search = CMA(
            mean=np.zeros(len(log.mean)), sigma=spread, seed=seed ^ _SEED, population_size=self._population
        )

    def candidates(self, generation: int) -> NDArray[np.float64]:
        """The candidates (P, count) of a generation; those before it are gone through as they were."""
        if generation >= MOST_GENERATIONS:
            raise Problem(f"A search has at most {MOST_GENERATIONS:,} generations.", "Start another from its weights.")
        while self._search.generation < generation:
            earlier = self._log.earned[self._search.generation].double().numpy()
            self._tell(self._asked(), earlier)
        return self._asked()

    def tell(self, candidates: NDArray[np.float64], earned: NDArray[np.floating]) -> None:
        """What the candidates of the current generation earned, (P,)."""
        rounded = torch.from_numpy(np.asarray(earned, np.float32))
        self._log.earned[self._search.generation] = rounded
        self._tell(candidates, rounded.double().numpy())
        self._log.mean.data.copy_(torch.from_numpy(self._search.mean.astype(np.float32)))

    def _asked(self) -> NDArray[np.float64]:
        return np.stack([self._search.ask() for _ in range(self._population)])

    def _tell(self, candidates: NDArray[np.float64], earned: NDArray[np.floating]) -> None:
        self._search.tell([(each, -float(value)) for each, value in zip(candidates, earned, strict=True)])

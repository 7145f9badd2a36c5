"""The data set: as many portraits as asked for, each drawn when it is wanted."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.portraits.factors import FACTORS, Factor, Factors
from explorer.training.portraits.fixing import factors_of, fixed_factors
from explorer.training.portraits.portrait import check_size, draw
from explorer.training.portraits.seeded_chance import Correlations, check_correlations, check_seed, uniforms


class Portraits:
    """A labelled set of painted faces; picture i depends on ``seed`` and i alone.

    Parameters
    ----------
    count : int
        How many portraits there are, 1 to 1,000,000.
    size : int
        Side of a picture in pixels, 32 to 256.
    seed : int
        Which set; the factors are the same on every machine and at every size.
    correlations : mapping of pairs of names to numbers, optional
        See `sampled_factors`; the factors are independent without.
    fixed : str
        Factors that are the same in all of them, as `fixed_factors` takes them.

    Raises
    ------
    Problem
        A count, size, seed, correlation or factor cannot be had.
    """

    def __init__(
        self,
        count: int,
        size: int = 64,
        seed: int = 0,
        correlations: Correlations | None = None,
        fixed: str = "",
    ) -> None:
        if type(count) is not int or not 1 <= count <= 1_000_000:
            raise Problem(f"There cannot be {count} portraits.", "Ask for 1 to 1,000,000.")
        check_size(size)
        check_correlations(correlations or {})
        check_seed(seed)
        self._count, self.size, self.seed = count, size, seed
        self._correlations = dict(correlations or {})
        self._fixed, self._settled = fixed, fixed_factors(fixed)

    def __len__(self) -> int:
        return self._count

    def factors(self, index: int) -> Factors:
        """What portrait ``index`` shows."""
        if not 0 <= operator.index(index) < self._count:
            raise IndexError(f"portrait {index} of {self._count}")
        return factors_of(self.seed, index, self._fixed, self._correlations)

    def picture(self, index: int) -> NDArray[np.uint8]:
        """Portrait ``index``, shape (size, size, 3), red, green, blue."""
        return draw(self.factors(index), self.size)

    def attributes(self) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """Every factor of every portrait as numbers; nothing is drawn.

        Returns
        -------
        names : tuple of str
            "smile", "smiling", "eyeglasses", ... and one "hair_style=curly" for each choice.
        values : array, shape (count, len(names))
            Continuous factors in their range, yes/no and choices as 0 or 1.
        """
        chance = uniforms(self.seed, 0, self._count, self._correlations)
        columns: dict[str, NDArray[Any]] = {}
        for factor, column in zip(FACTORS, chance.T, strict=True):
            settled = self._settled.get(factor.name)
            columns |= _columns(factor, factor.at(column) if settled is None else np.full(self._count, settled))
        columns["smiling"] = columns["smile"] > 0
        return tuple(columns), np.stack(list(columns.values()), 1).astype(np.float32)


def _columns(factor: Factor, values: NDArray[Any]) -> dict[str, NDArray[Any]]:
    if factor.kind != "category":
        return {factor.name: values}
    return {f"{factor.name}={name}": values == name for name in factor.choices}

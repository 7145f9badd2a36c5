"""How much directions change attributes: the figures of the side-effect meter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.proportions import wilson

_Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SideEffects:
    """What k directions change in A attributes, over N latents and K strengths.

    Attributes
    ----------
    names, attributes : tuple of str
        Of the k directions and the A attributes.
    yes_no : tuple of bool
        Which attributes are yes or no, read as probabilities; the others are numbers.
    alphas : tuple of float
        The K strengths, rising, 0 among them.
    n : int
        How many latents were moved.
    slopes : (k, A)
        Mean change of the attribute for one more alpha, by least squares over all alphas: probability (0 to 1), not
        log-odds, for yes or no, so that a classifier's certainty near 0 and 1 does not count for more than it shows.
    errors : (k, A)
        Standard errors of the slopes over latents; NaN for a single latent.
    means : (k, A, K)
        Mean of the attribute at each alpha.
    shares : (k, A, K)
        Share of pictures whose probability is at least 0.5; NaN for numbers.
    flips, flips_low, flips_high : (k, A, 2)
        Share of pictures that say the other of yes and no at the lowest (first) and the highest (second) alpha than
        they do at 0, with its 95 % Wilson interval; NaN for numbers and where no alpha lies on that side.
    gains, gains_low, gains_high : (k, A, 2)
        The same among those alone that say no at 0: the share that has come to say yes. NaN where there is none.
    without : (k, A)
        How many say no at 0; NaN for numbers.
    """

    names: tuple[str, ...]
    attributes: tuple[str, ...]
    yes_no: tuple[bool, ...]
    alphas: tuple[float, ...]
    n: int
    slopes: _Doubles
    errors: _Doubles
    means: _Doubles
    shares: _Doubles
    flips: _Doubles
    flips_low: _Doubles
    flips_high: _Doubles
    gains: _Doubles
    gains_low: _Doubles
    gains_high: _Doubles
    without: _Doubles

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON knows it, and in which unit slopes are, an attribute each; None where a figure does not
        apply.
        """
        told: dict[str, Any] = {}
        for key, value in vars(self).items():
            told[key] = plain(value) if isinstance(value, np.ndarray) else value
        units = ["probability" if yes else "own unit" for yes in self.yes_no]
        told |= {"slope_units": [f"{unit} per standard deviation of the prior" for unit in units]}
        return told | {key: list(told[key]) for key in ("names", "attributes", "yes_no", "alphas")}


def figures(values: _Doubles, alphas: Sequence[float], yes_no: Sequence[bool]) -> dict[str, _Doubles]:
    """The figures of one direction, by their names in `SideEffects`, from attributes (K, N, A) at each alpha."""
    own = np.array(alphas) - np.mean(alphas)
    slopes = np.tensordot(own, values, 1) / (own @ own)  # of each latent by itself: their mean is the common slope
    n = len(slopes)
    spread = slopes.std(0, ddof=1) / sqrt(n) if n > 1 else np.full(slopes.shape[1], np.nan)
    asked = np.array(yes_no, bool)
    says = values >= 0.5
    return {
        "slopes": slopes.mean(0),
        "errors": spread,
        "means": values.mean(1).T,
        "shares": np.where(asked[:, None], says.mean(1).T, np.nan),
        **_flips(says, alphas, asked),
    }


def _flips(says: NDArray[np.bool_], alphas: Sequence[float], asked: NDArray[np.bool_]) -> dict[str, _Doubles]:
    """Shares of pictures that change their mind at either end, with intervals, (A, 2) each; and who may gain, (A,)."""
    found = np.full((6, len(asked), 2), np.nan)
    middle, n = list(alphas).index(0.0), says.shape[1]
    without = np.where(asked, n - says[middle].sum(0), np.nan)
    for side, end in enumerate((0, len(alphas) - 1)):
        if end == middle:
            continue
        for attribute in np.flatnonzero(asked):
            hits = int((says[end, :, attribute] != says[middle, :, attribute]).sum())
            found[:3, attribute, side] = (hits / n, *wilson(hits, n))
            gains, others = says[end, ~says[middle, :, attribute], attribute], int(without[attribute])
            if others:
                found[3:, attribute, side] = (gains.mean(), *wilson(int(gains.sum()), others))
    names = (f"{what}{end}" for what in ("flips", "gains") for end in ("", "_low", "_high"))
    return {**dict(zip(names, found, strict=True)), "without": without}


def plain(array: NDArray[Any]) -> Any:
    """Numbers as nested lists, with None for NaN."""
    if array.ndim == 0:
        return None if np.isnan(array) else float(array)
    return [plain(np.asarray(part)) for part in array]

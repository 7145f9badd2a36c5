"""How sure a share is: intervals for proportions counted on few examples."""

from __future__ import annotations

from math import sqrt

NORMAL_975 = 1.959963984540054  # the quantile of the normal distribution that gives 95 % intervals

Interval = tuple[float, float]


def wilson(hits: int, trials: int, quantile: float = NORMAL_975) -> Interval:
    """The score interval of a proportion (Wilson, 1927; method 3 of Newcombe, 1998a), 95 % unless told.

    With p = hits / n and z the quantile: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n). It never leaves
    0 to 1 and has a width even at 0 and at n hits. It takes the trials for independent of each other.

    Parameters
    ----------
    hits : int, 0 to trials
    trials : int
        0 says nothing, and gives (0, 1).
    quantile : float

    Returns
    -------
    (float, float)
    """
    if not trials:
        return 0.0, 1.0
    share, spare = hits / trials, quantile**2 / trials
    middle = share + spare / 2.0
    reach = quantile * sqrt(share * (1.0 - share) / trials + spare / (4.0 * trials))
    low, high = (middle - reach) / (1.0 + spare), (middle + reach) / (1.0 + spare)
    return max(0.0, min(low, share)), min(1.0, max(high, share))


def difference(first: tuple[int, int], second: tuple[int, int], quantile: float = NORMAL_975) -> Interval:
    """The interval of a difference of two independent proportions (Newcombe, 1998b, method 10).

    With shares p, q and their Wilson intervals (l, u), (m, v):
    (p − q) − √((p − l)² + (v − q)²)  to  (p − q) + √((u − p)² + (q − m)²).

    Parameters
    ----------
    first, second : (hits, trials)
        Of at least one trial each.
    quantile : float
    """
    p, q = first[0] / first[1], second[0] / second[1]
    (low, high), (least, most) = wilson(*first, quantile), wilson(*second, quantile)
    below = sqrt((p - low) ** 2 + (most - q) ** 2)
    above = sqrt((high - p) ** 2 + (q - least) ** 2)
    return p - q - below, p - q + above

"""Measures of disentanglement: figures from 0 to 1 of what the dimensions of codes tell of known factors.

Codes are (N, D), one row a picture. Each measure has its own idea of what is good; that they seldom agree is the
finding of Locatello et al. (2019), "Challenging Common Assumptions in the Unsupervised Learning of Disentangled
Representations". Calibration: the factors themselves as codes score near 1, zeros at most 0.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray

from explorer.core.disentanglement.known_factors import KnownFactors, bin_of

Codes = NDArray[np.float32]

BINS = 20
"""Into how many bins codes and factors are sorted where information is counted."""

_TREES, _DEPTH = 20, 12
_VOTES, _IN_A_VOTE = 600, 64
_STILL = 1e-8  # a code that varies less than this, by its own measure, says nothing


@dataclass(frozen=True)
class DCI:
    """Disentanglement, completeness and informativeness (Eastwood & Williams, 2018)."""

    disentanglement: float
    completeness: float
    informativeness: float


def information(codes: Codes, factors: KnownFactors, bins: int = BINS) -> NDArray[np.float64]:
    """Mutual information of each code with each factor in nats, (D, K), counted in bins."""
    from sklearn.metrics import mutual_info_score

    known = factors.binned(bins)
    sorted_codes = [bin_of(column, bins) for column in codes.T]
    return np.array([[mutual_info_score(code, column) for column in known.T] for code in sorted_codes])


def mutual_information_gap(found: NDArray[np.float64], factors: KnownFactors, bins: int = BINS) -> float:
    """MIG (Chen et al., 2018, eq. 6): how far a factor's best code is ahead of the second, in shares of its entropy.

    Parameters
    ----------
    found : (D, K)
        `information` of the codes.
    """
    ordered = np.sort(np.vstack([found, np.zeros((2, found.shape[1]))]), axis=0)
    return float(((ordered[-1] - ordered[-2]) / _entropies(factors, bins)).mean())


def _entropies(factors: KnownFactors, bins: int) -> NDArray[np.float64]:
    shares = [np.unique(column, return_counts=True)[1] / len(column) for column in factors.binned(bins).T]
    return np.array([-(share * np.log(share)).sum() for share in shares])


def modularity(found: NDArray[np.float64]) -> float:
    """How nearly each code tells of one factor alone (Ridgeway & Mozer, 2018, eq. 2).

    Codes that tell nothing are passed over.

    Parameters
    ----------
    found : (D, K)
        `information` of the codes.
    """
    many = found.shape[1]
    squares = np.square(found)
    best = squares.max(axis=1)
    tells = best > _STILL
    if not tells.any() or many < 2:
        return 0.0
    others = (squares.sum(axis=1) - best)[tells] / (best[tells] * (many - 1))
    return float((1.0 - others).mean())


def dci(codes: Codes, factors: KnownFactors, seed: int = 0) -> DCI:
    """DCI with forests of trees: half of the pictures teach them, the other half are told by them.

    Informativeness is the share of what varies that they tell: R squared of numbers, and of kinds how far beyond the
    most frequent one they are right.
    """
    half = len(codes) // 2
    weights = np.zeros((codes.shape[1], len(factors.names)))
    told = np.zeros(len(factors.names))
    for place, is_kind in enumerate(factors.are_kinds):
        column = factors.values[:, place]
        forest = _forest(is_kind, seed).fit(codes[:half], column[:half])
        weights[:, place] = forest.feature_importances_
        told[place] = _told(forest.predict(codes[half:]), column[half:], column[:half], is_kind)
    return DCI(disentanglement_of(weights), completeness_of(weights), float(told.clip(0.0, 1.0).mean()))


def _forest(is_kind: bool, seed: int):  # type: ignore[no-untyped-def]
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = RandomForestClassifier if is_kind else RandomForestRegressor
    return kind(_TREES, max_depth=_DEPTH, random_state=seed)


def _told(said: NDArray[np.float64], right: NDArray[np.float64], learned: NDArray[np.float64], is_kind: bool) -> float:
    if not is_kind:
        around = np.square(right - learned.mean()).mean()
        return float(1.0 - np.square(said - right).mean() / around) if around > 0 else 0.0
    kinds, counts = np.unique(learned, return_counts=True)
    usual = float((right == kinds[counts.argmax()]).mean())
    return float(((said == right).mean() - usual) / (1.0 - usual)) if usual < 1.0 else 0.0


def disentanglement_of(weights: NDArray[np.float64]) -> float:
    """1 - the entropy, to the base K, of which factors each code matters for; weighted by how much it matters.

    Parameters
    ----------
    weights : (D, K), 0 or more
        How much each code matters for telling each factor.
    """
    return _weighted(weights)


def completeness_of(weights: NDArray[np.float64]) -> float:
    """1 - the entropy, to the base D, of which codes matter for each factor; the other way round."""
    return _weighted(weights.T)


def _weighted(weights: NDArray[np.float64]) -> float:
    sums = weights.sum(axis=1)
    if weights.shape[1] < 2 or not sums.sum() > 0:
        return 0.0
    shares = weights / np.where(sums > 0, sums, 1.0)[:, None]
    logs = np.log(np.where(shares > 0, shares, 1.0)) / np.log(weights.shape[1])
    return float(((1.0 + (shares * logs).sum(axis=1)) * sums).sum() / sums.sum())


def separated_predictability(codes: Codes, factors: KnownFactors) -> float:
    """SAP (Kumar, Sattigeri & Balakrishnan, 2018): how far a factor's best single code is ahead of the second.

    Numbers are told by a straight line (R squared), kinds by the nearest of their means: how far that is right beyond
    the most frequent kind.
    """
    told = np.array(
        [
            [_told_by_one(code, column, is_kind) for code in codes.T]
            for column, is_kind in zip(factors.values.T, factors.are_kinds, strict=True)
        ]
    )
    ordered = np.sort(np.hstack([told, np.zeros((len(told), 2))]), axis=1)
    return float((ordered[:, -1] - ordered[:, -2]).mean())


def _told_by_one(code: NDArray[np.float32], column: NDArray[np.float64], is_kind: bool) -> float:
    if code.std() < _STILL:
        return 0.0
    if not is_kind:
        return float(np.corrcoef(code, column)[0, 1] ** 2)
    kinds, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    means = np.array([code[place == kind].mean() for kind in range(len(kinds))])
    said = np.abs(code[:, None] - means).argmin(axis=1)
    usual = counts.max() / len(column)
    return float(max(0.0, ((said == place).mean() - usual) / (1.0 - usual)))


def factor_vae_score(codes: Codes, factors: KnownFactors, seed: int = 0, bins: int = BINS) -> float:
    """The score of FactorVAE (Kim & Mnih, 2018, section 4): which code varies least says which factor was held still.

    For each vote some pictures that share one factor's value are drawn from those that there are; of numbers, which
    share a bin. The code that varies least, by its own measure over all pictures, votes for the factor; what the
    majority of one half of the votes says is right for this share of the other half. Chance is 1 / K.
    """
    moving = codes.std(axis=0) > _STILL
    if not moving.any():
        return 0.0
    scaled = codes[:, moving] / codes[:, moving].std(axis=0)
    known, rng, many = factors.binned(bins), RandomState(seed), len(factors.names)
    votes = np.zeros((2, scaled.shape[1], many))
    for turn in range(_VOTES):
        place = rng.randint(many)
        alike = np.flatnonzero(known[:, place] == known[rng.randint(len(known)), place])
        still = scaled[rng.choice(alike, _IN_A_VOTE)].var(axis=0).argmin()
        votes[turn % 2, still, place] += 1
    right = votes[1][np.arange(scaled.shape[1]), votes[0].argmax(axis=1)].sum()
    return float(right / votes[1].sum())

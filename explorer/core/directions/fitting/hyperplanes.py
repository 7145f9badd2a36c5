"""Cuts: a way through latent space and the point on it where one side ends, by every method of fitting.

A cut sees latents, sides and weights, and nothing else; what is held out, noted and named is the fit's matter.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.directions.direction import long_unit
from explorer.core.directions.fitting.examples import Doubles, Mask
from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latents

STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0, 10.0)
"""Inverse regularisations C that a classifier tries."""

Fold = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Hyperplane:
    """A hyperplane: on the side of the attribute where ``latents @ normal > threshold``.

    Attributes
    ----------
    normal : (d,) float64
        Of length 1, pointing to the side with the attribute.
    threshold : float
    remarks : mapping
        Figures that the method wants to tell, as JSON knows them.
    """

    normal: Doubles
    threshold: float
    remarks: dict[str, Any]

    def places(self, latents: Latents) -> Doubles:
        """(N,) how far each latent lies on the side of the attribute; negative on the other side."""
        return latents @ self.normal - self.threshold


def through_means(latents: Latents, has: Mask, weights: Doubles) -> Hyperplane:
    """The way from the weighted mean without the attribute to that with it; cut halfway.

    Σ_with w z − Σ_without w z with weights that add up to 1 on each side (the attribute vector of
    Larsen et al., 2016, section 3, where they are equal).
    """
    with_it, without = weights[has] @ latents[has], weights[~has] @ latents[~has]
    normal = long_unit(with_it - without)
    return Hyperplane(normal, float(normal @ (with_it + without)) / 2.0, {})


def through_pairs(latents: Latents, has: Mask, groups: NDArray[np.int64], nuisances: Doubles) -> Hyperplane:
    """The mean over groups of their mean latent with the attribute minus that without it.

    What is the same within a group (a person) drops out. With nuisances x, the differences are first freed
    of what goes with theirs: d in the least squares fit Δz_g = d + C Δx_g.
    """
    steps, middles, changes = pair_differences(latents, has, groups, nuisances)
    known = np.hstack([np.ones((len(steps), 1)), changes])
    if np.linalg.matrix_rank(known) < known.shape[1]:
        raise Problem(
            "In these pairs another attribute always changes too, or there are too few to tell it apart.",
            "Balance against fewer attributes, or add pairs.",
        )
    normal = long_unit(np.linalg.lstsq(known, steps, rcond=None)[0][0])
    return Hyperplane(normal, float(normal @ middles.mean(axis=0)), {"pairs": len(steps)})


def pair_differences(
    latents: NDArray[np.floating], has: Mask, groups: NDArray[np.int64], nuisances: Doubles
) -> tuple[Doubles, Doubles, Doubles]:
    """For the P groups that have both sides: (P, d) differences and middles of the means, (P, A) of nuisances.

    Raises
    ------
    Problem
        No group has both.
    """
    both = np.intersect1d(groups[has], groups[~has])
    if not len(both):
        raise Problem(
            "No group has an example with the attribute and one without it, so there are no pairs.",
            "Choose another column as the pair, or another method.",
        )
    upper = _means(latents, groups, both, has), _means(nuisances, groups, both, has)
    lower = _means(latents, groups, both, ~has), _means(nuisances, groups, both, ~has)
    return upper[0] - lower[0], (upper[0] + lower[0]) / 2.0, upper[1] - lower[1]


def _means(rows: NDArray[np.floating], groups: NDArray[np.int64], wanted: NDArray[np.int64], side: Mask) -> Doubles:
    chosen = side & np.isin(groups, wanted)
    order = np.flatnonzero(chosen)[np.argsort(groups[chosen], kind="stable")]
    counts = np.bincount(np.searchsorted(wanted, groups[order]), minlength=len(wanted))
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    sums: Doubles = np.add.reduceat(rows[order], starts, axis=0, dtype=np.float64)
    return sums / counts[:, None]


def by_classifier(
    method: str,
    latents: Latents,
    has: Mask,
    weights: Doubles,
    folds: Sequence[tuple[Fold, Fold]],
    strength: float = 1.0,
) -> Hyperplane:
    """The normal of a linear classifier (Shen et al., 2020, section 3.1): ``logistic`` or ``svm``.

    The latents are centred and divided by one number for all dimensions, never dimension by dimension: what
    an encoder does not use has next to no variance, and standardising would make it as large as the rest, so
    that chance in it turns the normal. C is the one with the least loss on the folds.

    Parameters
    ----------
    method : {"logistic", "svm"}
    latents : (N, d) float32
    has : (N,) bool
    weights : (N,) float64
        They add up to 1 on each side, so that both sides count alike.
    folds : sequence of (fit, kept) indices
    strength : float
        C where there are no folds.
    """
    middle = latents.mean(axis=0, dtype=np.float64)
    rows = latents - middle
    scale = float(np.sqrt(np.square(rows).mean())) or 1.0
    rows /= scale
    sizes = weights * len(has) / 2.0
    strength = _best_strength(method, rows, has, sizes, folds) if folds else strength
    slope, offset, settled = _trained(method, rows, has, sizes, strength)
    length = float(np.linalg.norm(slope))
    if length < 1e-12:
        raise Problem("The classifier found nothing that tells the examples apart.", "Add other examples.")
    normal = slope / length
    remarks: dict[str, Any] = {"C": strength} if settled else {"C": strength, "settled": False}
    return Hyperplane(normal, float(normal @ middle) - offset / length * scale, remarks)


def _best_strength(method: str, rows: Doubles, has: Mask, sizes: Doubles, folds: Sequence[tuple[Fold, Fold]]) -> float:
    losses = [
        sum(
            _loss(method, _trained(method, rows[fit], has[fit], sizes[fit], strength), rows, has, sizes, kept)
            for fit, kept in folds
        )
        for strength in STRENGTHS
    ]
    return STRENGTHS[int(np.argmin(losses))]


def _loss(
    method: str,
    trained: tuple[Doubles, float, bool],
    rows: Doubles,
    has: Mask,
    sizes: Doubles,
    kept: Fold,
) -> float:
    """What the classifier minimises, on examples that it did not see."""
    margin = np.where(has[kept], 1.0, -1.0) * (rows[kept] @ trained[0] + trained[1])
    each = np.logaddexp(0.0, -margin) if method == "logistic" else np.square(np.maximum(0.0, 1.0 - margin))
    return float(sizes[kept] @ each)


def _trained(method: str, rows: Doubles, has: Mask, sizes: Doubles, strength: float) -> tuple[Doubles, float, bool]:
    """Slope, offset, and whether the fit came to rest."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    classifier: Any = LogisticRegression(C=strength, max_iter=1000)
    if method == "svm":
        classifier = LinearSVC(C=strength, dual=False, max_iter=1000)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        classifier.fit(rows, has, sample_weight=sizes)
    settled = not any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    return classifier.coef_[0], float(classifier.intercept_[0]), settled

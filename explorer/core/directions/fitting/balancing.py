"""Balancing: weights under which the examples with and without an attribute are alike in other attributes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.core.directions.fitting.examples import Doubles, Mask

_ROUNDS = 200
_RIDGE = 1e-6  # keeps the weights finite where the two sides do not overlap
BALANCED_WITHIN = 0.02  # standard deviations by which the means may still differ


@dataclass(frozen=True, eq=False)
class Balance:
    """Weights of N examples, and what they cost.

    Attributes
    ----------
    weights : (N,) float64
        They add up to 1 on each side.
    left : (A,) float64
        Differences of the weighted means that are left, in standard deviations of each attribute.
    effective : (float, float)
        How many equally weighted examples with and without would be as many (Kish, 1965): (Σw)² / Σw².
    """

    weights: Doubles
    left: Doubles
    effective: tuple[float, float]


def balanced(has: Mask, nuisances: Doubles) -> Balance:
    """The weights nearest to equal ones under which every nuisance has one mean on both sides.

    Entropy balancing (Hainmueller, 2012), with the common mean left free: among all weights that add up to 1
    on each side and for which Σ_with w x = Σ_without w x, those of the largest entropy. They have the form
    w ∝ exp(λ·x) with the attribute and w ∝ exp(−λ·x) without, where λ is the minimum of the convex

        log Σ_with exp(λ·x) + log Σ_without exp(−λ·x) + ridge |λ|² / 2,

    found by Newton's method in a region of trust. For yes/no nuisances equal means are equal frequencies.
    Interactions of nuisances are not balanced. With no nuisances the weights are equal.

    Parameters
    ----------
    has : (N,) bool
        Both sides have at least one example.
    nuisances : (N, A) float64
        Finite.
    """
    from scipy.optimize import minimize

    rows = _standardised(nuisances)
    turn = np.zeros(rows.shape[1])
    if turn.size:
        found = minimize(
            lambda turn: (_height(has, rows, turn), _derivatives(has, rows, turn)[0]),
            turn,
            method="trust-exact",
            jac=True,
            hess=lambda turn: _derivatives(has, rows, turn)[1],
            options={"gtol": 1e-10, "maxiter": _ROUNDS},
        )
        turn = found.x
    weights = _weights(has, rows, turn)
    left = weights[has] @ rows[has] - weights[~has] @ rows[~has]
    kish = [float(1.0 / np.square(weights[side]).sum()) for side in (has, ~has)]
    return Balance(weights, left, (kish[0], kish[1]))


def _standardised(rows: Doubles) -> Doubles:
    """Mean 0 and deviation 1; columns that never change become zero."""
    deviation = rows.std(axis=0)
    centred: Doubles = rows - rows.mean(axis=0)
    return centred / np.where(deviation > 0.0, deviation, 1.0)


def _weights(has: Mask, rows: Doubles, turn: Doubles) -> Doubles:
    lean = np.where(has, 1.0, -1.0) * (rows @ turn)
    weights = np.empty(len(rows))
    for side in (has, ~has):
        grown = np.exp(lean[side] - lean[side].max())
        weights[side] = grown / grown.sum()
    return weights


def _height(has: Mask, rows: Doubles, turn: Doubles) -> float:
    lean = np.where(has, 1.0, -1.0) * (rows @ turn)
    sums = [float(np.logaddexp.reduce(lean[side])) for side in (has, ~has)]
    return sum(sums) + _RIDGE * float(turn @ turn) / 2.0


def _derivatives(has: Mask, rows: Doubles, turn: Doubles) -> tuple[Doubles, Doubles]:
    weights = _weights(has, rows, turn)
    slope = _RIDGE * turn
    curve = _RIDGE * np.eye(len(turn))
    for side, sign in ((has, 1.0), (~has, -1.0)):
        mean = weights[side] @ rows[side]
        slope = slope + sign * mean
        away = rows[side] - mean
        curve = curve + (weights[side][:, None] * away).T @ away
    return slope, curve

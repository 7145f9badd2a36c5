"""Locking: what is left of a direction when others must not move along with it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
from numpy.typing import ArrayLike

from explorer.core.directions.direction import Direction, S, unit
from explorer.core.directions.files.naming import free_name
from explorer.core.directions.fitting.examples import Doubles
from explorer.core.problem import Problem

LEAST_LEFT = 1e-3
"""Length of what is left below which a unit vector counts as made of the others."""

_LITTLE_LEFT = 0.3  # of the length; below this the locked direction is a rather different one
_ALIKE = 1e-6  # share of the largest singular value below which vectors of float32 do not differ


def conditional(vector: ArrayLike, others: ArrayLike) -> tuple[Doubles, float]:
    """``vector`` without its projection on the span of others, at length 1, and how much of it that is.

    The conditional manipulation of InterFaceGAN (Shen et al., 2020, section 3.2), which for one other is
    n₁ − (n₁ᵀn₂) n₂, for any number of them: a − Q Qᵀa, where the columns of Q are an orthonormal basis of the
    span, from its singular value decomposition. Others that differ by no more than float32 can tell count as
    one. The projection is taken off twice, so that what is left is orthogonal to the last bit of a double.

    Parameters
    ----------
    vector : (d,)
        Finite and not zero.
    others : (k, d)
        Finite; zeros among them change nothing.

    Returns
    -------
    (d,) float64, float
        The second is the share of the length that was left, 0 to 1.

    Raises
    ------
    Problem
        Nothing is left.
    """
    start = np.asarray(vector, np.float64)
    start = start / np.linalg.norm(start)
    rows = np.asarray(others, np.float64).reshape(-1, len(start))
    basis = _basis(rows)
    left = start - basis.T @ (basis @ start)
    length = float(np.linalg.norm(left))
    if length < LEAST_LEFT:
        raise Problem("Nothing is left of this direction.", "Make it independent of fewer directions.")
    left /= length
    left -= basis.T @ (basis @ left)
    return left / np.linalg.norm(left), min(length, 1.0)


def _basis(rows: Doubles) -> Doubles:
    """(r, d) orthonormal rows that span the rows, each taken at length 1."""
    from scipy.linalg import orth

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    units = rows[lengths[:, 0] > 0.0] / lengths[lengths > 0.0][:, None]
    return np.asarray(orth(units.T, _ALIKE).T, np.float64) if len(units) else units


def locked(direction: Direction, against: Sequence[Direction], name: str = "") -> Direction:
    """A direction that leaves others alone: moving along it does not move along them.

    Parameters
    ----------
    direction : Direction
    against : sequence of Direction
        At least one, of the same latents, not the direction itself.
    name : str
        By default the direction's with ``, independent`` after it.

    Returns
    -------
    Direction
        By the method ``locked``. Its details say ``locked`` (what), ``against`` and ``left``, the share of the
        length that is left, which is the cosine to the unlocked one. What the unlocked one was fitted to is
        kept; its held-out accuracy is not, as it was not measured for this one.

    Raises
    ------
    Problem
        Nothing is left, there is nothing to lock against, or the latents are of unlike size.
    """
    names = [other.name for other in against]
    _check(direction, against)
    try:
        vector, left = conditional(direction.vector, np.stack([other.vector for other in against]))
    except Problem:
        raise Problem(
            f"Nothing is left of {direction.name} when it is made independent of {_listed(names)}.",
            "Make it independent of fewer directions.",
        ) from None
    return Direction(
        name=name or free_name(direction.name, (direction.name, *names), ", independent"),
        vector=unit(vector),
        method="locked",
        source=direction.source,
        attribute=direction.attribute,
        examples=direction.examples,
        notes=_notes(direction, names, left),
        details={"locked": direction.name, "against": names, "left": left},
        space=direction.space,
    )


def locked_all(directions: Sequence[Direction]) -> tuple[Direction, ...]:
    """Every direction locked against all the others, in their order.

    Each is locked against the others as they were, so that none depends on the order.

    Raises
    ------
    Problem
        There are fewer than two, or nothing is left of one.
    """
    if len(directions) < 2:
        raise Problem("Locking needs at least two directions.", "Find or import another one.")
    taken = [direction.name for direction in directions]
    found = []
    for index, direction in enumerate(directions):
        name = free_name(direction.name, taken, ", independent")
        taken.append(name)
        found.append(locked(direction, [*directions[:index], *directions[index + 1 :]], name))
    return tuple(found)


def _check(direction: Direction, against: Sequence[Direction]) -> None:
    if not against:
        raise Problem(f"{direction.name} has no other direction to be independent of.", "Choose another direction.")
    if direction.space == S:
        what = f"{direction.name} moves channels of StyleSpace, each by itself."
        raise Problem(what, "Choose directions of Z or of W.")
    like = attrgetter("vector.shape", "space")
    unlike = next((other for other in against if like(other) != like(direction)), None)
    if unlike is not None:
        raise Problem(
            f"{direction.name} and {unlike.name} are of latents of different sizes, or one of them moves in W.",
            "Choose directions of one model.",
        )
    if any(other.name == direction.name for other in against):
        raise Problem(f"{direction.name} cannot be independent of itself.", "Choose another direction.")


def _notes(direction: Direction, names: Sequence[str], left: float) -> tuple[str, ...]:
    little = f"Only {left:.0%} of the length of {direction.name} is left: it lies almost along {_listed(names)}."
    return (little,) if left < _LITTLE_LEFT else ()


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

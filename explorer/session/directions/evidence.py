"""Evidence: latents with what is known of each, from which directions are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.models.opening import OpenModel
from explorer.session.traverse.map_pictures import opened_encoder

_AT_ONCE = 32  # pictures between two looks at whether to stop

Latents = NDArray[np.float32]
Values = NDArray[np.float32]
Pictures = NDArray[np.uint8]


@dataclass(frozen=True)
class Counts:
    """Of how many examples an attribute is true, not true and unknown.

    Attributes
    ----------
    with_it, without, unknown : int
        Of a number, how many lie above its median and how many do not.
    median : float or None
        Where a number is divided; None for what is true or not.
    """

    with_it: int
    without: int
    unknown: int
    median: float | None = None

    @property
    def has_both(self) -> bool:
        """Whether there is something to tell apart."""
        return self.with_it >= 2 and self.without >= 2


@dataclass(eq=False)
class Evidence:
    """N examples, and A attributes of each. ``latents`` is the worker's to fill in.

    Attributes
    ----------
    model : OpenModel
        Whose latents they are.
    source : str
        Where they are from, in words.
    names : tuple of A str
    values : (N, A) float32
        Yes is 1, no is 0, unknown is NaN.
    held_out : callable
        Which examples to keep out, an (N,) mask, given about what share of them, and a seed.
    groups : sequence of N str, or None
        Whose picture each one is.
    pictures : (N, height, width, channels) uint8 or None
        What is still to be encoded; None for samples.
    report : str
        How many there are, and what was left out of the source.
    latents : (N, d) float32 or None
        None until they have been encoded.
    """

    model: OpenModel
    source: str
    names: tuple[str, ...]
    values: Values
    held_out: Callable[[float, int], NDArray[np.bool_]]
    groups: Sequence[str] | None = None
    pictures: Pictures | None = None
    report: str = ""
    latents: Latents | None = field(default=None)

    def __len__(self) -> int:
        return len(self.values)

    def counts(self, name: str) -> Counts:
        """How an attribute divides the examples."""
        column = self.values[:, self.names.index(name)]
        known = column[np.isfinite(column)]
        unknown = len(column) - len(known)
        seen = np.unique(known)
        if len(seen) <= 2:
            yes = int((known == seen[1]).sum()) if len(seen) == 2 else int((known > 0.5).sum())
            return Counts(yes, len(known) - yes, unknown)
        median = float(np.median(known))
        above = int((known > median).sum())
        return Counts(above, len(known) - above, unknown, median)


def encode(evidence: Evidence, report: Report, cancelled: Cancelled) -> bool:
    """Fill in the latents of ``evidence``, once; whether that went through, rather than being cancelled.

    Slow: for a worker thread.

    Raises
    ------
    Problem
        The encoder cannot be used, or gives numbers that are not finite.
    """
    if evidence.latents is not None or evidence.pictures is None:
        return True
    encoder, parts = opened_encoder(evidence.model), []
    try:
        for start in range(0, len(evidence), _AT_ONCE):
            if cancelled():
                return False
            parts.append(encoder.latents(np.ascontiguousarray(evidence.pictures[start : start + _AT_ONCE])))
            report(min(start + _AT_ONCE, len(evidence)), len(evidence))
    finally:
        encoder.close()
    latents = np.concatenate(parts)
    if not np.isfinite(latents).all():
        raise Problem("The encoder gives numbers that are not finite for these pictures.", "Export or train it again.")
    evidence.latents = latents
    return True

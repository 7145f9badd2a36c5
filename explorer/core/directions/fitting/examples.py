"""Examples: latents, what is known of each, and which belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.core.problem import Problem
from explorer.core.rendering.latents import Latents

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Examples:
    """N latents with the value of one attribute, and what else a fit may want to know. All read-only.

    Attributes
    ----------
    latents : (N, d) float32
        Points of the latent space: means of an encoder, or samples that were looked at.
    values : (N,) float64
        The attribute: 1 and 0 for yes and no, else any numbers; NaN where unknown.
    groups : (N,) int64 or None
        Whose picture each one is, as a number (see `group_numbers`): a person, a pair. Groups are held out
        whole.
    nuisances : (N, A) float64
        Other attributes, which a fit can be balanced against; NaN where unknown.
    nuisance_names : tuple of A str
    held_out : (N,) bool or None
        Which ones no fit may see. Whoever shares a group with one of them is held out too.

    Raises
    ------
    Problem
        The parts are of unlike length, or a latent has a value that is not finite.
    """

    latents: Latents
    values: Doubles
    groups: NDArray[np.int64] | None = None
    nuisances: Doubles = field(default_factory=lambda: np.zeros((0, 0)))
    nuisance_names: tuple[str, ...] = ()
    held_out: Mask | None = None

    def __post_init__(self) -> None:
        latents = _checked_latents(self.latents)
        values = np.asarray(self.values, np.float64)
        groups = None if self.groups is None else group_numbers(self.groups)
        nuisances = np.asarray(self.nuisances, np.float64)
        if not self.nuisance_names and not nuisances.size:
            nuisances = np.zeros((len(latents), 0))
        held_out = None if self.held_out is None else np.asarray(self.held_out, np.bool_)
        _check_length("values of the attribute", values.shape, (len(latents),))
        _check_length("other attributes", nuisances.shape, (len(latents), len(self.nuisance_names)))
        if groups is not None:
            _check_length("groups", groups.shape, (len(latents),))
        if held_out is not None:
            _check_length("marks of what is kept out", held_out.shape, (len(latents),))
        if held_out is not None and groups is not None:
            held_out = np.isin(groups, groups[held_out])
        self._hold(latents=latents, values=values, groups=groups, nuisances=nuisances, held_out=held_out)

    def _hold(self, **parts: NDArray[Any] | None) -> None:
        for name, part in parts.items():
            object.__setattr__(self, name, _read_only(part))

    def __len__(self) -> int:
        return len(self.latents)

    def nuisance(self, names: Sequence[str]) -> Doubles:
        """(N, len(names)) values of other attributes.

        Raises
        ------
        Problem
            There is none of that name.
        """
        unknown = [name for name in names if name not in self.nuisance_names]
        if unknown:
            raise Problem(
                f"There is no attribute {unknown[0]} to balance against.",
                f"Available: {', '.join(self.nuisance_names) or 'none'}.",
            )
        return self.nuisances[:, [self.nuisance_names.index(name) for name in names]]

    def chosen(self, which: Mask) -> Examples:
        """Those that an (N,) mask chooses."""
        return replace(
            self,
            latents=self.latents[which],
            values=self.values[which],
            groups=None if self.groups is None else self.groups[which],
            nuisances=self.nuisances[which],
            held_out=None if self.held_out is None else self.held_out[which],
        )


def _checked_latents(latents: Latents) -> Latents:
    rows = np.asarray(latents, np.float32)
    if rows.ndim != 2 or not rows.shape[1]:
        raise Problem(f"Latents of the shape {rows.shape} are not examples.", "Give a row of numbers for each example.")
    bad = ~np.isfinite(rows).all(axis=1)
    if bad.any():
        raise Problem(
            f"{_counted(int(bad.sum()), 'latent has a value', 'latents have values')} that is not finite.",
            "Export or train the encoder again.",
        )
    return rows


def _counted(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {many}"


def _check_length(what: str, given: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    if given != wanted:
        shown, asked = (" × ".join(f"{size:,}" for size in shape) for shape in (given, wanted))
        raise Problem(
            f"There are {shown} {what} for {wanted[0]:,} pictures, not {asked}.",
            "Choose the labels that belong to these pictures.",
        )


def group_numbers(keys: ArrayLike) -> NDArray[np.int64]:
    """(N,) keys of any kind as numbers from 0; each NaN is a group of its own."""
    names = np.asarray(keys)
    if names.dtype.kind == "O":  # words among numbers, say
        names = np.array([str(key) for key in names])
    found = np.unique(names, return_inverse=True, equal_nan=False)[1]
    return found.reshape(names.shape).astype(np.int64)


def _read_only(part: NDArray[Any] | None) -> NDArray[Any] | None:
    if part is None:
        return None
    view = part.view()  # the array that was handed in stays its owner's
    view.flags.writeable = False
    return view

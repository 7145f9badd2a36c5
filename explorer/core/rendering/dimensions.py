"""Named dimensions: slices of a latent with a name, a prior and words of their own, as a card tells them.

A network takes one latent; that part of it is a smile from -1 to 1, another one of five hats, is said here and nowhere
else. Whatever draws latents, moves them or shows them asks a dimension, or the `NamedPrior` of them all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem

ROLES = ("latent", "code", "factor", "one-hot", "text")
PRIORS = ("", "normal", "uniform", "choices", "silent")
_SPAN = 3.0  # standard deviations that a normal number is shown over
_NO, _YES = ("no", "off", "false", "0"), ("yes", "on", "true", "1")

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Dimension:
    """One slice of a latent.

    Attributes
    ----------
    name : str
    start, size : int
        The numbers of the latent that it is: ``size`` of them from ``start`` on.
    prior : str
        How it is drawn: ``uniform`` from ``low`` to ``high``, ``normal`` (0, 1), one of its ``choices`` by their
        ``shares``, ``silent`` (not at all: 0 until something is said), or "" as the unnamed part of the latent is.
    low, high : float
        From where to where it runs; of a yes/no, the numbers for no and for yes.
    role : str
        ``latent`` (found in training), ``code`` (of an InfoGAN), ``factor`` (a number or a yes/no that is known of the
        pictures), ``one-hot`` (a choice: a number each, one of them 1) or ``text`` (what is made of words).
    choices : tuple of str
        Names, by index; two of a yes/no.
    shares : tuple of float
        How common each choice is, in all 1; empty where all are as common.
    """

    name: str
    start: int
    size: int = 1
    prior: str = ""
    low: float = -_SPAN
    high: float = _SPAN
    role: str = "latent"
    choices: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()

    @property
    def label(self) -> str:
        """What people read: the name with spaces for underlines."""
        return self.name.replace("_", " ")

    @property
    def is_own(self) -> bool:
        """Whether it is shown in a way of its own: between its ends, or as its choices."""
        return self.prior in ("uniform", "choices")

    @property
    def place(self) -> slice:
        """Where it is in a latent."""
        return slice(self.start, self.start + self.size)

    @property
    def is_switch(self) -> bool:
        """Whether it is one number that is either ``low``, for no, or ``high``, for yes."""
        return self.size == 1 and bool(self.choices)

    @property
    def is_number(self) -> bool:
        """Whether it is one number anywhere between ``low`` and ``high``."""
        return self.size == 1 and not self.choices

    @property
    def odds(self) -> Numbers:
        """How common each choice is, in all 1."""
        return np.array(self.shares or [1.0 / len(self.choices)] * len(self.choices))

    @property
    def table(self) -> Numbers:
        """The numbers of each choice, (choices, size)."""
        return np.array([[self.low], [self.high]]) if self.is_switch else np.eye(self.size)

    def chosen(self, z: NDArray[np.floating]) -> int:
        """Which of its choices a latent (d,) shows, by index: the nearest, where it lies between some."""
        return int(np.abs(self.table - z[self.place]).sum(1).argmin())

    def at_choice(self, index: int) -> NDArray[np.float32]:
        """The numbers, (size,), that show a choice."""
        found: NDArray[np.float32] = self.table[index].astype(np.float32)
        return found

    def said(self, z: NDArray[np.floating]) -> str:
        """What a latent (d,) says of it, in its own words: "0.42", "yes", "beret", or "beret 0.7" between two."""
        if self.is_number:
            return f"{float(z[self.start]):.2f}"
        if not self.choices:
            return ""
        index = self.chosen(z)
        apart = float(np.abs(self.table[index] - z[self.place]).max()) / (self.high - self.low if self.is_switch else 1)
        return self.choices[index] + (f" {1.0 - apart:.1f}" if apart > 0.05 else "")

    def numbers(self, word: str) -> NDArray[np.float32]:
        """The numbers, (size,), that ``word`` asks for: a number, "yes", or the name of a choice.

        Raises
        ------
        Problem
            It is none of its choices, or no number that it has.
        """
        if self.choices:
            return self.at_choice(self._choice(word.strip()))
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if self.size > 1 or not abs(value) <= self._farthest:
            raise Problem(f"{self.name} cannot be {word[:40]}.", f"It runs from {self.low:g} to {self.high:g}.")
        return np.array([value], np.float32)

    @property
    def _farthest(self) -> float:
        """The largest amount that may be asked for: some way beyond both ends, as one may be curious."""
        return 1e6 if self.prior in ("", "normal", "silent") else 10.0 * max(abs(self.low), abs(self.high), 1.0)

    def _choice(self, word: str) -> int:
        if word in self.choices:
            return self.choices.index(word)
        if self.is_switch and word.lower() in (*_NO, *_YES):
            return int(word.lower() in _YES)
        raise Problem(f"{self.name} cannot be {word[:40]}.", f"Choose one of: {', '.join(self.choices[:20])}.")

    def middle(self) -> NDArray[np.float32]:
        """What it is put back to, (size,): halfway between its ends, or its most common choice."""
        if self.choices:
            return self.at_choice(int(self.odds.argmax()))
        halfway = (self.low + self.high) / 2.0 if self.prior == "uniform" else 0.0
        return np.full(self.size, halfway, np.float32)

    def drawn(self, chance: Numbers, normal: Numbers) -> Numbers:
        """Values (N, size) of its prior, from uniform numbers (N, size), 0 to 1, and standard normal ones."""
        if self.choices:
            ends = np.cumsum(self.odds)
            which = np.searchsorted(ends / ends[-1], chance[:, 0], side="right").clip(0, len(self.choices) - 1)
            chosen: Numbers = self.table[which]
            return chosen
        if self.prior == "silent":
            return np.zeros_like(normal)
        return self.low + (self.high - self.low) * chance if self.prior == "uniform" else normal

    def moments(self) -> tuple[Numbers, Numbers]:
        """Mean and standard deviation of each of its numbers under its prior, (size,) each."""
        if self.choices:
            means = self.odds @ self.table
            return means, np.sqrt(np.maximum(self.odds @ self.table**2 - means**2, 1e-12))
        is_uniform = self.prior == "uniform"
        mean = (self.low + self.high) / 2.0 if is_uniform else 0.0
        spread = (self.high - self.low) / math.sqrt(12.0) if is_uniform else 1.0
        return np.full(self.size, mean), np.full(self.size, spread)

    def at_share(self, share: float) -> NDArray[np.float32]:
        """Its numbers, (size,), at a share of the way from one end, 0, to the other, 1: from choice to choice, too."""
        if self.is_number or self.is_switch:
            return np.array([self.low + share * (self.high - self.low)], np.float32)
        place = min(max(share, 0.0), 1.0) * (self.size - 1)
        first = min(int(place), self.size - 2) if self.size > 1 else 0
        found = np.zeros(self.size, np.float32)
        found[first] = 1.0 - (place - first)
        found[min(first + 1, self.size - 1)] += place - first
        return found

    def share(self, z: NDArray[np.floating]) -> float:
        """How far a latent (d,) is on the way from one end to the other: 0 to 1, and beyond where it lies beyond."""
        own = z[self.place].astype(np.float64)
        if self.is_number or self.is_switch:
            return float((own[0] - self.low) / (self.high - self.low))
        weights = own.clip(0.0)
        return float(weights @ np.arange(self.size) / max(weights.sum(), 1e-9) / max(self.size - 1, 1))


def named(names: Sequence[str], role: str = "latent") -> tuple[Dimension, ...]:
    """Dimensions of one number each, called by index; those called "" are left out."""
    return tuple(Dimension(name, index, role=role) for index, name in enumerate(names) if name)


def set_dimension(z: NDArray[np.float32], dimensions: Sequence[Dimension], name: str, word: str) -> bool:
    """Put the dimension ``name`` of a latent (d,) to what ``word`` says, in place; False where there is none.

    A yes/no may be asked for by the kind of it: with a ``hat`` and a ``hat_style``, "beret" of ``hat`` is both.

    Raises
    ------
    Problem
        It cannot be that.
    """
    by_name = {dimension.name: dimension for dimension in dimensions}
    if (found := by_name.get(name)) is None:
        return False
    kinds = [one for one in dimensions if one.name.startswith(f"{name}_") and word in one.choices]
    if found.is_switch and word not in found.choices and len(kinds) == 1:
        z[kinds[0].place], word = kinds[0].numbers(word), found.choices[1]
    z[found.place] = found.numbers(word)
    return True


def text_of(dimensions: Sequence[Dimension]) -> Dimension | None:
    """The dimension that sentences are; None where there is none."""
    return next((one for one in dimensions if one.role == "text"), None)

"""Named dimensions: slices of a latent with a name, a prior and words of their own, as a card tells them.

A network takes one latent; that part of it is a smile from -1 to 1, another one of five hats, is said here and nowhere
else. Whatever draws latents, moves them or shows them asks a dimension, or the `NamedPrior` of them all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.core.words import plain_name

ROLES = ("latent", "code", "factor", "one-hot", "text")
PRIORS = ("", "normal", "uniform", "choices")
_MOST = 1 << 16
_MOST_CHOICES = 1000
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
        ``shares``, or "" as the unnamed part of the latent is.
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
        return 1e6 if self.prior in ("", "normal") else 10.0 * max(abs(self.low), abs(self.high), 1.0)

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


@dataclass(frozen=True)
class NamedPrior:
    """The prior of a latent some of whose dimensions are drawn in ways of their own.

    Attributes
    ----------
    size : int
        Length of the latent.
    rest : {"normal", "uniform"}
        How the other numbers are drawn.
    dimensions : tuple of Dimension
        Those that have a prior.
    """

    size: int
    rest: str
    dimensions: tuple[Dimension, ...]

    @cached_property
    def is_free(self) -> NDArray[np.bool_]:
        """Which numbers, (size,), are of the rest: the only ones that truncation and arcs have a use for."""
        free = np.ones(self.size, np.bool_)
        for dimension in self.dimensions:
            free[dimension.place] = False
        return free

    @cached_property
    def moments(self) -> tuple[Numbers, Numbers]:
        """Mean and standard deviation of every number, (size,) each."""
        mean, spread = np.zeros(self.size), np.full(self.size, 1.0 if self.rest == "normal" else math.sqrt(1.0 / 3.0))
        for dimension in self.dimensions:
            mean[dimension.place], spread[dimension.place] = dimension.moments()
        return mean, spread

    def drawn(self, stream: np.random.RandomState, count: int) -> Numbers:
        """``count`` latents, (count, size), from a stream of chance."""
        normal, chance = stream.standard_normal((count, self.size)), stream.uniform(size=(count, self.size))
        found = normal.copy() if self.rest == "normal" else 2.0 * chance - 1.0
        for dimension in self.dimensions:
            found[:, dimension.place] = dimension.drawn(chance[:, dimension.place], normal[:, dimension.place])
        return found

    @cached_property
    def is_still(self) -> NDArray[np.bool_]:
        """Which numbers, (size,), are of choices: a walk leaves them, as nothing lies between them."""
        still = np.zeros(self.size, np.bool_)
        for dimension in self.dimensions:
            still[dimension.place] = bool(dimension.choices)
        return still

    @cached_property
    def ends(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The lowest and the highest that each number may be, (size,) each; infinite where it is normal."""
        high = np.full(self.size, 1.0 if self.rest == "uniform" else np.inf, np.float32)
        low = -high
        for dimension in self.dimensions:
            if dimension.prior != "normal":
                is_one_hot = bool(dimension.choices) and not dimension.is_switch
                low[dimension.place], high[dimension.place] = (
                    (0.0, 1.0) if is_one_hot else (dimension.low, dimension.high)
                )
        return low, high

    @cached_property
    def middle(self) -> NDArray[np.float32]:
        """What a latent is put back to, (size,)."""
        found = np.zeros(self.size, np.float32)
        for dimension in self.dimensions:
            found[dimension.place] = dimension.middle()
        return found


def named(names: Sequence[str], role: str = "latent") -> tuple[Dimension, ...]:
    """Dimensions of one number each, called by index; those called "" are left out."""
    return tuple(Dimension(name, index, role=role) for index, name in enumerate(names) if name)


def prior_of(size: int, distribution: str, dimensions: Sequence[Dimension]) -> str | NamedPrior:
    """The prior of a latent: ``distribution`` alone where no dimension has one of its own."""
    own = tuple(dimension for dimension in dimensions if dimension.prior)
    return NamedPrior(size, distribution, own) if own else distribution


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


def dimensions_from(told: Any, latent_size: int) -> tuple[Dimension, ...]:
    """The dimensions that a card tells of: a list of names by index, or of objects with the fields of `Dimension`.

    Raises
    ------
    ValueError
        They are not such, or do not add up.
    """
    if not isinstance(told, list | tuple) or len(told) > _MOST:
        raise ValueError("its dimensions are a list of at most 65,536")
    if all(isinstance(one, str) for one in told):
        return named([plain_name(one) for one in told])
    found = tuple(_dimension(one) for one in told)
    _check_together(found, latent_size)
    return found


def _dimension(told: Any) -> Dimension:
    if not isinstance(told, Mapping):
        raise ValueError("a dimension is a name, or an object with a name and a start")
    known = {name: told[name] for name in (f.name for f in fields(Dimension)) if name in told}
    words = {name: known[name] for name in ("name", "prior", "role") if name in known}
    if not all(isinstance(word, str) for word in words.values()) or not words.get("name"):
        raise ValueError("a dimension has a name, and its prior and role are words")
    known["name"] = name = plain_name(known["name"])
    for whole in ("start", "size"):
        known[whole] = int(known.get(whole, 0 if whole == "start" else 1))
    for bound in known.keys() & {"low", "high"}:
        known[bound] = float(known[bound])
    known["choices"] = tuple(plain_name(str(each)) for each in known.get("choices", ()))
    known["shares"] = tuple(float(share) for share in known.get("shares", ()))
    found = Dimension(**known)
    if (fault := _fault(found)) is not None:
        raise ValueError(f"the dimension {name} {fault}")
    return found


def _fault(one: Dimension) -> str | None:
    """What cannot be of a dimension by itself; None where all is well."""
    if one.prior not in PRIORS or one.role not in ROLES:
        return f"cannot be drawn as {one.prior[:40]}" if one.prior not in PRIORS else f"cannot be a {one.role[:40]}"
    if one.start < 0 or one.size < 1:
        return "has no place in the latent"
    if not (math.isfinite(one.low) and math.isfinite(one.high) and one.low < one.high):
        return f"cannot run from {one.low:g} to {one.high:g}"
    if len(one.choices) > _MOST_CHOICES or len(set(one.choices)) != len(one.choices) or not all(one.choices):
        return "has choices without a name, or two of one name"
    if bool(one.choices) != (one.prior == "choices") or (one.role == "one-hot" and not one.choices):
        return "has choices but is not drawn from them" if one.choices else "is drawn from choices but has none"
    if one.choices and len(one.choices) != (2 if one.size == 1 else one.size):
        return f"has {len(one.choices)} choices in {one.size} numbers"
    is_share = len(one.shares) == len(one.choices) and min(one.shares, default=0.0) >= 0.0
    if one.shares and not (is_share and abs(math.fsum(one.shares) - 1.0) < 1e-3):
        return "has shares that are not one for each choice, in all 1"
    return None


def _check_together(found: Sequence[Dimension], latent_size: int) -> None:
    taken: dict[int, str] = {}
    for one in found:
        if latent_size and one.start + one.size > latent_size:
            raise ValueError(f"the dimension {one.name} lies beyond a latent of {latent_size}")
        for number in range(one.start, min(one.start + one.size, one.start + _MOST)):
            if number in taken:
                raise ValueError(f"the dimensions {taken[number]} and {one.name} overlap")
            taken[number] = one.name
    if len({one.name for one in found}) < len(found):
        raise ValueError("two of its dimensions have one name")

"""What is known of pictures as the latent of a generator: each attribute a dimension with a name and a prior.

A yes/no is a 0 or a 1; several that are called ``hair=black``, ``hair=blond`` and exclude each other are one choice,
and so are classes; other numbers keep their own unit. Priors are what the data has: shares, and from least to largest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.core.problem import Problem
from explorer.core.rendering.dimensions import Dimension
from explorer.core.rendering.named_prior import NamedPrior
from explorer.training.learning.attribute_columns import AttributeColumn

_CLASS = "class"
_ALONE = 1e-3  # how far from 1 the shares of a choice may add up to


@dataclass(frozen=True)
class FactorSpace:
    """The factors of a data set, side by side.

    Attributes
    ----------
    dimensions : tuple of Dimension
        One after the other, from 0 on.
    columns : tuple of int
        Which attribute column each number is, (size,).
    """

    dimensions: tuple[Dimension, ...]
    columns: tuple[int, ...]

    @classmethod
    def of(cls, columns: Sequence[AttributeColumn], words: str) -> FactorSpace:
        """The factors that ``words`` choose: names with commas between, -NAME to leave one out, "" for all.

        Raises
        ------
        Problem
            The pictures have none of that name, or are alike in all of them.
        """
        groups = _grouped(columns)
        chosen = _chosen(words, tuple(groups))
        dimensions: list[Dimension] = []
        places: list[int] = []
        for name in chosen:
            able = [place for place in groups[name] if columns[place].deviation > 0]
            if able and (len(able) > 1 or len(groups[name]) == 1):
                dimensions.append(_dimension(name, len(places), [columns[place] for place in able]))
                places += able
        if not dimensions:
            raise Problem(
                f"The pictures to learn from are all alike in {words or 'everything that is known about them'}.",
                "Choose other factors, or pictures about which more is known.",
            )
        return cls(tuple(dimensions), tuple(places))

    @property
    def size(self) -> int:
        """How many numbers they are."""
        return len(self.columns)

    def moments(self) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of every number under the prior, (size,) each."""
        mean, deviation = NamedPrior(self.size, "normal", self.dimensions).moments
        return torch.from_numpy(mean).float(), torch.from_numpy(deviation).float()

    def rows(self, attributes: Tensor) -> Tensor:
        """Factors of pictures, (N, size), from their attributes (N, A); what is unknown is the mean."""
        found = attributes[:, list(self.columns)]
        return torch.where(found.isfinite(), found, self.moments()[0].to(found))

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """``count`` draws of the prior, (count, size)."""
        chance = torch.rand((count, self.size), generator=rng, device=rng.device)
        parts = []
        for one in self.dimensions:
            own = chance[:, one.place]
            if one.choices:
                ends = torch.as_tensor(one.odds, device=own.device).cumsum(0).float()
                which = torch.searchsorted(ends, own[:, 0].contiguous()).clamp(max=len(one.choices) - 1)
                parts.append(torch.as_tensor(one.table, device=own.device).float()[which])
            else:
                parts.append(one.low + (one.high - one.low) * own)
        return torch.cat(parts, 1)


class FactorReading(nn.Module):
    """What a network tells of pictures, logits and standardised numbers (N, size), as latents (N, size + noise).

    Of the noise it tells nothing, and gives 0.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, network: nn.Module, space: FactorSpace, noise: int) -> None:
        super().__init__()
        self.network, self.space, self.noise = network, space, noise
        for name, values in zip(("mean", "deviation"), space.moments(), strict=True):
            self.register_buffer(name, values)

    def forward(self, pictures: Tensor) -> Tensor:
        told, parts = self.network(pictures), []
        for one in self.space.dimensions:
            own = told[:, one.place]
            if one.is_switch:
                parts.append(own.sigmoid())
            elif one.choices:
                parts.append(own.softmax(1))
            else:
                parts.append(own * self.deviation[one.place] + self.mean[one.place])
        if self.noise:
            parts.append(torch.zeros_like(told[:, :1]).repeat(1, self.noise))
        return torch.cat(parts, 1)


def _grouped(columns: Sequence[AttributeColumn]) -> dict[str, list[int]]:
    """Which columns belong to each factor, by name, in the order of the columns."""
    if _exclude(columns) and not any("=" in column.name for column in columns):
        return {_CLASS: list(range(len(columns)))}
    groups: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        groups.setdefault(column.name.split("=")[0] if "=" in column.name else column.name, []).append(place)
    found: dict[str, list[int]] = {}
    for name, places in groups.items():
        if len(places) == 1 or _exclude([columns[place] for place in places]):
            found[name] = places
        else:
            found |= {columns[place].name: [place] for place in places}
    return found


def _exclude(columns: Sequence[AttributeColumn]) -> bool:
    """Whether of these always one is yes, and they are nothing but yes or no, as far as their shares tell."""
    shares = math.fsum(column.mean for column in columns)
    return len(columns) > 1 and all(c.kind == "yes/no" for c in columns) and abs(shares - 1.0) < _ALONE


def _chosen(words: str, known: Sequence[str]) -> tuple[str, ...]:
    asked = [word.strip() for word in words.split(",") if word.strip()]
    without = {word[1:].strip() for word in asked if word.startswith("-")}
    wanted = [word for word in asked if not word.startswith("-")] or list(known)
    if missing := [name for name in (*wanted, *sorted(without)) if name not in known]:
        hint = f"They have: {', '.join(known)}." if known else "Add a table of attributes, or classes."
        raise Problem(f"The pictures have no factor called {missing[0]}.", hint)
    if not known:
        raise Problem("Nothing is known about these pictures.", "Add a table of attributes, or classes.")
    return tuple(name for name in known if name in wanted and name not in without)


def _dimension(name: str, start: int, columns: Sequence[AttributeColumn]) -> Dimension:
    if len(columns) > 1:
        choices = tuple(column.name.partition("=")[2] or column.name for column in columns)
        total = math.fsum(column.mean for column in columns)
        shares = tuple(round(column.mean / total, 6) for column in columns)
        return Dimension(name, start, len(columns), "choices", 0.0, 1.0, "one-hot", choices, shares)
    (column,) = columns
    if column.kind == "yes/no":
        share = round(column.mean, 6)
        return Dimension(name, start, 1, "choices", 0.0, 1.0, "factor", ("no", "yes"), (1.0 - share, share))
    low, high = _round_ends(column.low, column.high)
    return Dimension(name, start, 1, "uniform", low, high, "factor")


def _round_ends(low: float, high: float) -> tuple[float, float]:
    """Both ends moved outwards to a hundredth of what lies between, in steps of 1, 2 or 5 times a power of ten."""
    wide = (high - low) / 100.0
    power = 10.0 ** math.floor(math.log10(wide))
    step = next(power * each for each in (10.0, 5.0, 2.0, 1.0) if power * each <= wide * 1.01)
    return round(math.floor(low / step + 1e-6) * step, 10), round(math.ceil(high / step - 1e-6) * step, 10)

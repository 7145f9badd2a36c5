"""How latent and class become what the first layer takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from explorer.core.digits import whole_number
from explorer.training.weight_import.chains.batch_statistics import deviation, enough, typical, whitened

NONE, LABEL_FIRST, LATENT_FIRST, PRODUCT, SUM = "none", "label first", "latent first", "product", "sum"
UNIT = "unit"

_USUAL_LATENTS = frozenset({2, 8, 10, 16, 20, 32, 50, 62, 64, 96, 100, 120, 124, 128, 200, 256, 512})
_USUAL_CLASSES = (10, 2, 5, 26, 47, 62, 100)
_CODES = 2  # continuous codes of an InfoGAN, behind the classes
_MOST_CLASSES = 1000
_LEAST_LATENT = 8


@dataclass(frozen=True, eq=False)
class Entrance:
    """What enters a chain of layers.

    Attributes
    ----------
    distribution : {"normal", "uniform", "unit"}
        Of the latent; uniform is from -1 to 1, ``unit`` uniform from 0 to 1.
    way : str
        ``none`` where there is no class; ``label first``, ``latent first``, ``product`` or ``sum`` of both, or
        ``at K``: the class between the first K numbers of the latent and the rest.
    table : (classes, numbers) or None
        What stands for each class: the rows of an embedding, or of the identity for one-hot codes, or what layers of
        its own make of those.
    stem : Stem or None
        What the latent passes before it is joined.
    behind : str
        The activation behind the layers of class and latent, before they are joined; "" where they have none.
    """

    distribution: str = "normal"
    way: str = NONE
    table: Tensor | None = None
    stem: Stem | None = None
    behind: str = ""

    @property
    def key(self) -> str:
        """What tells it from others of the same chain."""
        return f"{self.distribution}|{self.labels}|{self.behind}"

    @property
    def join(self) -> str:
        """How latent and class come together: the key of an answer."""
        return f"{self.way}, {self.behind}" if self.behind else self.way

    @property
    def labels(self) -> str:
        """The part of the key that is about the class."""
        return self.way if self.table is None else f"{self.way}, {len(self.table)}"

    def latent_size(self, width: int) -> int:
        """Of a chain that takes ``width`` numbers."""
        if self.stem is not None:
            return self.stem.latent_size
        return width if self.table is None or self.way in (PRODUCT, SUM) else width - int(self.table.shape[1])

    def codes(self, width: int) -> int:
        """How many numbers behind the class are continuous codes, uniform from -1 to 1, as of an InfoGAN."""
        return self.latent_size(width) - int(self.way.removeprefix("at ")) if self.way.startswith("at ") else 0

    def names(self, width: int) -> tuple[str, ...]:
        """Names of the latent's numbers, where some have one."""
        codes = self.codes(width)
        named = [f"code {number + 1}" for number in range(codes)]
        return ("",) * (self.latent_size(width) - codes) + tuple(named) if codes else ()

    def examples(self, width: int, count: int) -> Tensor:
        """What enters for typical latents and all classes alike often, (count, width)."""
        classes = None if self.table is None else torch.arange(count) % len(self.table)
        z = typical(count, self.latent_size(width), self.distribution, classes)
        if codes := self.codes(width):
            z = torch.cat([z[:, :-codes], typical(count, codes, "uniform", classes)], 1)
        z = z if self.stem is None else self.stem.network(z)
        if self.table is None or classes is None:
            return z
        if self.way == PRODUCT and self.stem is None and enough(count, z.shape[1], classes):
            return self._products(z, classes)
        return joined(z, self.table[classes], self.way)

    def _products(self, z: Tensor, classes: Tensor) -> Tensor:
        """Latents times the rows of their classes, with the mean and covariance that very many would have."""
        assert self.table is not None
        rows, middle = self.table[classes], 0.5 if self.distribution == UNIT else 0.0
        spread = deviation(self.distribution) * rows.square().mean(0).sqrt()
        return whitened((z - middle) * rows) * spread + middle * rows

    def network(self, body: nn.Module) -> nn.Module:
        """From latents, and classes where there are any, to pictures; in eval mode."""
        if self.table is None and self.stem is None and self.distribution != UNIT:
            return body
        return Entered(body, self).eval().requires_grad_(False)


@dataclass(frozen=True, eq=False)
class Stem:
    """Layers that the latent passes alone.

    Attributes
    ----------
    network : Module
        From latents, (N, d), to rows of numbers.
    latent_size : int
    priors : frozenset of str
        The distributions of latents that its batch normalisation allows.
    """

    network: nn.Module
    latent_size: int
    priors: frozenset[str]


class Entered(nn.Module):
    """A generator whose latent, (N, d) of our priors, is joined with a class, (N,) int64, or scaled, or both."""

    def __init__(self, body: nn.Module, entrance: Entrance) -> None:
        super().__init__()
        self.body, self.way, self.is_unit = body, entrance.way, entrance.distribution == UNIT
        self.place = int(entrance.way.removeprefix("at ")) if entrance.way.startswith("at ") else None
        self.is_normal = entrance.distribution == "normal"
        self.stem = None if entrance.stem is None else entrance.stem.network
        self.embedding = None
        if entrance.table is not None:
            self.embedding = nn.Embedding(*entrance.table.shape)
            self.embedding.load_state_dict({"weight": entrance.table}, strict=True)

    def forward(self, z: Tensor, label: Tensor | None = None) -> Tensor:
        """Pictures of latents and classes."""
        codes = None if self.place is None else z[:, self.place :]
        z = z[:, : self.place]
        z = (z + 1) * 0.5 if self.is_unit else z
        if codes is not None:
            z = torch.cat([z, as_uniform(codes) if self.is_normal else codes], 1)
        z = z if self.stem is None else self.stem(z)
        if self.embedding is not None and label is not None:
            z = joined(z, self.embedding(label), self.way)
        pictures: Tensor = self.body(z)
        return pictures


def as_uniform(z: Tensor) -> Tensor:
    """Standard normal numbers as numbers uniform from -1 to 1, in the same order."""
    return torch.erf(z * 2**-0.5)


def joined(z: Tensor, rows: Tensor, way: str) -> Tensor:
    """Latents and what stands for their classes, as they enter."""
    if way == PRODUCT:
        return rows * z
    if way == SUM:
        return rows + z
    if way == LABEL_FIRST:
        return torch.cat((rows, z), 1)
    place = z.shape[1] if way == LATENT_FIRST else int(way.removeprefix("at "))
    return torch.cat((z[:, :place], rows, z[:, place:]), 1)


def one_hot(way: str, classes: int) -> Entrance:
    """One-hot codes of so many classes."""
    return Entrance(way=way, table=torch.eye(classes))


def possible(width: int) -> list[Entrance]:
    """What may enter a chain of ``width`` numbers whose classes, if any, are one-hot: the likeliest first."""
    likely = plausible(width)
    return likely + [each for each in _one_hots(width) if each.latent_size(width) not in _USUAL_LATENTS]


def plausible(width: int) -> list[Entrance]:
    """Those of `possible` with a latent of a usual size, and none; that first where ``width`` is a usual size, too."""
    usual = [each for each in _one_hots(width) if each.latent_size(width) in _USUAL_LATENTS]
    return [Entrance(), *usual] if width in _USUAL_LATENTS else [*usual, Entrance()]


def _one_hots(width: int) -> Iterator[Entrance]:
    for classes in _USUAL_CLASSES:
        if width - classes >= max(classes, _LEAST_LATENT):
            yield one_hot(LATENT_FIRST, classes)
            yield one_hot(LABEL_FIRST, classes)
        if classes == 10 and width - classes - _CODES in _USUAL_LATENTS:
            yield one_hot(f"at {width - classes - _CODES}", classes)


def with_labels(told: str, width: int) -> Entrance | None:
    """The entrance that ``labels`` names, as ``latent first, 10``; None where the chain cannot have it."""
    way, _, count = told.partition(", ")
    if way == NONE and not count:
        return Entrance()
    place = way.removeprefix("at ")
    classes, first = whole_number(count), whole_number(place)
    if classes is None or not 2 <= classes <= min(_MOST_CLASSES, width - 1):
        return None
    between = way.startswith("at ") and first is not None and first <= width - classes
    return one_hot(way, classes) if between or way in (LABEL_FIRST, LATENT_FIRST) else None


def in_words(entrance: Entrance, width: int) -> str:
    """What enters, in words."""
    if entrance.table is None:
        return f"a latent of {width} numbers, no class"
    classes, latent = len(entrance.table), entrance.latent_size(width)
    if entrance.way == LABEL_FIRST:
        return f"one of {classes} classes, then a latent of {latent}"
    if entrance.way == LATENT_FIRST:
        return f"a latent of {latent}, then one of {classes} classes"
    place = int(entrance.way.removeprefix("at "))
    return f"a latent of {place}, then one of {classes} classes, then {latent - place} codes, uniform from −1 to 1"


def distributed(entrance: Entrance, distribution: str) -> Entrance:
    """The same for latents of another distribution."""
    return replace(entrance, distribution=distribution)

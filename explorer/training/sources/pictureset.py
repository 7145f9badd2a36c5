"""Pictures ready for training, with everything that is known about them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.core.problem import Problem
from explorer.training.sources.assumptions import Assumptions
from explorer.training.sources.source_report import SourceReport


@dataclass(frozen=True)
class Attributes:
    """Facts about each picture as numbers.

    Attributes
    ----------
    names : tuple of str
        One per column: ``smiling`` for a number or yes/no, ``ethnicity=asian`` for one word of several.
    values : (N, A) float32
        Yes is 1, no is 0, unknown is NaN.
    """

    names: tuple[str, ...]
    values: NDArray[np.float32]

    def column(self, name: str) -> NDArray[np.float32]:
        """The (N,) values of one attribute, in any case; ``gender`` stands for ``gender=male`` if it alone begins so.

        Raises
        ------
        Problem
            There is no attribute of that name.
        """
        return self.values[:, self.names.index(self.called(name))]

    def called(self, name: str) -> str:
        """The full name of the attribute that ``name`` means.

        Raises
        ------
        Problem
            There is no attribute of that name, or it has several values to choose from.
        """
        if name in self.names:
            return name
        plain = name.casefold()
        fitting = [full for full in self.names if full.casefold() == plain]
        fitting = fitting or [full for full in self.names if full.casefold().partition("=")[0] == plain]
        if len(fitting) > 1:
            raise Problem(f"There are several attributes of {name}.", f"Name one of: {', '.join(fitting)}.")
        if not fitting:
            raise Problem(
                f"The pictures have no attribute called {name}.",
                f"They have: {', '.join(self.names) or 'none'}.",
            )
        return fitting[0]


@dataclass(frozen=True)
class PictureSet:
    """Square pictures of one size in memory, or memory-mapped where there are too many.

    Attributes
    ----------
    pictures : (N, H, W, C) uint8
        Read-only; H = W, C is 1 or 3. A `numpy.memmap` where the set is larger than the memory limit.
    names : tuple of str
        A stable name per picture: a relative path with forward slashes, ``archive.zip!member`` or an index.
    labels : (N,) int64 or None
        Class index, -1 where unknown; None where the source has no classes.
    classes : tuple of str
        Names of the classes, by index.
    attributes : Attributes or None
        Facts about each picture; None where the source has none.
    report : SourceReport
        What was used and what was left out.
    description, licence, attribution : str
        For the model card: what the data is, under which licence, and whom to thank; "" where unknown.
    groups : tuple of str or None
        Whose picture each one is. Pictures of one group are held out together.
    frame : str
        How the pictures were aligned when they were opened, in words; "" where they were not.
    assumed : Assumptions
        What was taken for granted: stated again, it gives the same set.
    partners : (N, H, W, C) uint8 or None
        What goes with each picture, where they were brought in pairs; (M, H, W, C), where they have names of their own.
    partner_names : tuple of str or None
        The names of M partners that go with no picture in particular; None where there are pairs, or none.
    """

    pictures: NDArray[np.uint8]
    names: tuple[str, ...]
    labels: NDArray[np.int64] | None
    classes: tuple[str, ...]
    attributes: Attributes | None
    report: SourceReport
    description: str = ""
    licence: str = ""
    attribution: str = ""
    groups: tuple[str, ...] | None = None
    frame: str = ""
    assumed: Assumptions = field(default_factory=Assumptions)
    partners: NDArray[np.uint8] | None = None
    partner_names: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.names)

    def held_out(self, fraction: float, seed: int = 0) -> NDArray[np.bool_]:
        """Which pictures to keep away from training: an (N,) mask of about ``fraction`` of them.

        Whether a picture is held out depends on its group (or its name) and the seed alone, so it stays
        held out whatever is added, removed or sorted differently.
        """
        keys = self.groups if self.groups is not None else self.names
        return np.array([_share(f"{seed}:{key}") < fraction for key in keys], dtype=np.bool_)

    def partners_held_out(self, fraction: float, seed: int = 0) -> NDArray[np.bool_]:
        """The same of partners that have names of their own: an (M,) mask."""
        return np.array([_share(f"{seed}:{name}") < fraction for name in self.partner_names or ()], np.bool_)

    def with_classes(self, classes: tuple[str, ...]) -> PictureSet:
        """The same, its classes in the order of ``classes``; as it is where those are others."""
        if self.labels is None or classes == self.classes or set(classes) != set(self.classes):
            return self
        place = np.array([classes.index(name) for name in self.classes] + [-1], np.int64)
        return replace(self, labels=place[self.labels], classes=classes)

    def without(self, names: Collection[str]) -> PictureSet:
        """The same without the pictures of these names; as it is where it has none of them."""
        gone = frozenset(names)
        kept = np.array([name not in gone for name in self.names], np.bool_)
        return self if kept.all() else self.subset(kept)

    def subset(self, chosen: ArrayLike) -> PictureSet:
        """The pictures that an (N,) mask or a list of indices chooses, in that order.

        The pictures are copied into memory; where they are memory-mapped because they do not fit, train on
        indices instead.
        """
        which = np.asarray(chosen)
        index = np.flatnonzero(which) if which.dtype == np.bool_ else which.astype(np.int64)
        labels, attributes, groups = self.labels, self.attributes, self.groups
        partners = self.partners
        if partners is not None and self.partner_names is None:
            partners = _read_only(np.asarray(partners[index]))
        return replace(
            self,
            pictures=_read_only(np.asarray(self.pictures[index])),
            names=tuple(self.names[i] for i in index),
            labels=None if labels is None else labels[index],
            attributes=None if attributes is None else replace(attributes, values=attributes.values[index]),
            groups=None if groups is None else tuple(groups[i] for i in index),
            partners=partners,
        )


def _share(text: str) -> float:
    """A number in [0, 1) that looks random and depends on ``text`` alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2**48


def _read_only(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    pictures.flags.writeable = False
    return pictures

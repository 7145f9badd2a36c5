"""What every kind of source offers before anything is decoded: names, and a way to draw each picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources.pictureset import Attributes
from explorer.training.sources.provenance import Provenance
from explorer.training.sources.source_report import Tally

NOT_READABLE = "not readable"
"""The reason for what the system refuses to read. It may be readable next time, so it is not remembered."""


class UnreadablePictureError(Exception):
    """One picture cannot be used; its text is the reason that the report counts."""


class Cancelled(Problem):
    """The user stopped the opening of a source; nothing was kept."""


@dataclass(frozen=True)
class Drawn:
    """One finished picture and how it was found.

    Attributes
    ----------
    pixels : (size, size, C) uint8
    mode : str
        Pillow's name for the kind of pixels it had.
    width, height : int
        As found, in pixels.
    grey : bool
        All its channels are equal.
    """

    pixels: NDArray[np.uint8]
    mode: str
    width: int
    height: int
    grey: bool


def _nothing_to_close() -> None:
    """Most sources keep no file open."""


@dataclass(frozen=True)
class ListedSource:
    """A source that has been listed.

    Attributes
    ----------
    title : str
        What it is, for people: ``the folder faces-128``.
    names : sequence of str
        One per candidate, in order.
    paths : sequence of str
        Where each candidate lies within the source, for label files and class folders; () if it has no files.
    stamp : str
        Text that changes when any picture may have changed.
    draw : callable
        ``draw(index, size, channels)`` gives a `Drawn` or raises `UnreadablePictureError`. Called from several threads.
    channels : int or None
        1 or 3 where it is known beforehand.
    labels, classes, attributes :
        As in `PictureSet`, one row per candidate, where the source itself holds them.
    table : (str, str) or None
        Name and text of a label file found in the source.
    tally : Tally
        What was skipped while listing.
    """

    title: str
    names: Sequence[str]
    stamp: str
    draw: Callable[[int, int, int], Drawn]
    paths: Sequence[str] = ()
    channels: int | None = None
    labels: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()
    attributes: Attributes | None = None
    table: tuple[str, str] | None = None
    tally: Tally = field(default_factory=Tally)
    provenance: Provenance = field(default_factory=Provenance)
    close: Callable[[], None] = _nothing_to_close

    def spread(self, most: int) -> ListedSource:
        """At most so many of the candidates, evenly spread over all of them."""
        count = len(self.names)
        if count <= most:
            return self
        chosen = [number * count // most for number in range(most)]
        attributes = self.attributes
        return replace(
            self,
            names=[self.names[index] for index in chosen],
            paths=[self.paths[index] for index in chosen] if self.paths else (),
            stamp=f"{self.stamp}|{most} of {count}",
            draw=lambda place, size, channels: self.draw(chosen[place], size, channels),
            labels=None if self.labels is None else self.labels[chosen],
            attributes=None if attributes is None else replace(attributes, values=attributes.values[chosen]),
        )

"""What every kind of source offers before anything is decoded: names, and a way to draw each picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem
from explorer.training.sources.pictureset import Attributes
from explorer.training.sources.provenance import Provenance
from explorer.training.sources.source_report import Depth, Tally

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
    traits : tuple of str
        ``clear`` if parts were transparent, ``pages`` if there are more than the one that was drawn.
    depth : Depth or None
        Where its values were not bytes.
    """

    pixels: NDArray[np.uint8]
    mode: str
    width: int
    height: int
    grey: bool
    traits: tuple[str, ...] = ()
    depth: Depth | None = None


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
    labels, classes, attributes, groups :
        As in `PictureSet`, one row per candidate, where the source itself holds them.
    tables : sequence of (str, bytes, str)
        Label files found in the source: the name, what it holds, and the folder for whose pictures it speaks.
    are_shards : bool
        Whether its folders only keep folders small, and are no classes.
    tally : Tally
        What was skipped while listing.
    unchosen : sequence of str
        Where the candidates lie that were found as well, and of which these were chosen.
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
    groups: Sequence[str] | None = None
    tables: Sequence[tuple[str, bytes, str]] = ()
    are_shards: bool = False
    tally: Tally = field(default_factory=Tally)
    provenance: Provenance = field(default_factory=Provenance)
    unchosen: Sequence[str] = ()
    close: Callable[[], None] = _nothing_to_close

    def spread(self, most: int) -> ListedSource:
        """At most so many of the candidates, evenly spread over all of them."""
        count = len(self.names)
        if count <= most:
            return self
        return self.chosen([number * count // most for number in range(most)], f"{most} of {count}")

    def chosen(self, places: Sequence[int], words: str) -> ListedSource:
        """Some of the candidates; ``words`` tell this choice from others."""
        attributes, found, taken = self.attributes, self.paths or self.names, set(places)
        return replace(
            self,
            names=[self.names[index] for index in places],
            paths=[self.paths[index] for index in places] if self.paths else (),
            unchosen=[*self.unchosen, *(path for index, path in enumerate(found) if index not in taken)],
            stamp=f"{self.stamp}|{words}",
            draw=lambda place, size, channels: self.draw(places[place], size, channels),
            labels=None if self.labels is None else self.labels[list(places)],
            attributes=None if attributes is None else replace(attributes, values=attributes.values[list(places)]),
            groups=None if self.groups is None else [self.groups[index] for index in places],
        )

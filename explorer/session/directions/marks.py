"""Marks: which samples have something and which do not, undoable, and kept while the program runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.core.rendering.latents import Latent
from explorer.session.document import Document

Side = Literal["A", "B"]


@dataclass(frozen=True)
class Sample:
    """A sample of a model, by which it is known again on whatever page it lies.

    Attributes
    ----------
    seed : int
    label : int or None
        Its class; None where the model has none.
    """

    seed: int
    label: int | None = None


@dataclass(frozen=True, eq=False)
class Mark:
    """What was said of a sample.

    Attributes
    ----------
    side : {"A", "B"}
        Whether it has what is looked for (A) or does not have it (B).
    z : (d,) float32
        Its latent as it was drawn when it was marked.
    """

    side: Side
    z: Latent


class Marks(QObject):
    """The marks of one model; each is a step of the document's history beside the scene.

    Parameters
    ----------
    document : Document

    Signals
    -------
    changed()
        After every mark, undo and redo.
    """

    changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._marks: dict[Sample, Mark] = {}

    def __len__(self) -> int:
        return len(self._marks)

    def of(self, sample: Sample) -> Side | None:
        """The side of a sample; None where it is not marked."""
        mark = self._marks.get(sample)
        return None if mark is None else mark.side

    def count(self, side: Side) -> int:
        """How many are on a side."""
        return sum(mark.side == side for mark in self._marks.values())

    def latents(self, side: Side) -> NDArray[np.float32] | None:
        """The latents of a side, (n, d) float32, in the order of marking; None where it is empty."""
        chosen = [mark.z for mark in self._marks.values() if mark.side == side]
        return np.stack(chosen) if chosen else None

    def put(self, sample: Sample, mark: Mark | None) -> None:
        """Mark a sample, or take its mark off, undoably."""
        before = self._marks.get(sample)
        if mark is None and before is None:
            return
        if mark is None or before is None or mark.side != before.side:
            words = "Remove a mark" if mark is None else f"Mark {mark.side}"
            self._change(words, {sample: (before, mark)})

    def clear(self) -> None:
        """Remove all marks, undoably."""
        if self._marks:
            changes = {sample: (mark, None) for sample, mark in self._marks.items()}
            self._change("Remove all marks", changes)

    def _change(self, words: str, changes: Mapping[Sample, tuple[Mark | None, Mark | None]]) -> None:
        before = [(sample, was) for sample, (was, _is) in changes.items()]
        after = [(sample, now) for sample, (_was, now) in changes.items()]
        self._document.do(words, partial(self._put, after), partial(self._put, before))

    def _put(self, marks: Iterable[tuple[Sample, Mark | None]]) -> None:
        for sample, mark in marks:
            if mark is None:
                self._marks.pop(sample, None)
            else:
                self._marks[sample] = mark
        self.changed.emit()

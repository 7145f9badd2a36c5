"""Marks: which samples have something and which have it not, undoable, and kept while the program runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from explorer.core.rendering.latents import Latent

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
    """The marks of one model, with a history of their own: they are no part of the scene.

    Signals
    -------
    changed()
        After every mark, undo and redo.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = QUndoStack(self)
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
            self.history.push(_Marking(self, words, {sample: (before, mark)}))

    def clear(self) -> None:
        """Remove all marks, undoably."""
        if self._marks:
            changes = {sample: (mark, None) for sample, mark in self._marks.items()}
            self.history.push(_Marking(self, "Remove all marks", changes))

    def _put(self, marks: Iterable[tuple[Sample, Mark | None]]) -> None:
        for sample, mark in marks:
            if mark is None:
                self._marks.pop(sample, None)
            else:
                self._marks[sample] = mark
        self.changed.emit()


class _Marking(QUndoCommand):
    def __init__(self, marks: Marks, words: str, changes: Mapping[Sample, tuple[Mark | None, Mark | None]]) -> None:
        super().__init__(words)
        self._marks, self._changes = marks, changes

    def redo(self) -> None:
        self._marks._put((sample, after) for sample, (_before, after) in self._changes.items())

    def undo(self) -> None:
        self._marks._put((sample, before) for sample, (before, _after) in self._changes.items())

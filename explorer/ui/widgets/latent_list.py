"""The latent, one row a dimension, for any number of dimensions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class LatentList(QWidget):
    """Shows and edits a latent.

    Signals
    -------
    moved(dimension, value, gesture) : int, float, int
    reset_one(dimension) : int
    reset_all()
    pins_changed(pins), locks_changed(locks) : frozenset of int
    sort_wanted(order) : str
        ``number``, ``strength`` or ``value``: the user chose this order. The list is in it already.
    """

    moved = Signal(int, float, int)
    reset_one = Signal(int)
    reset_all = Signal()
    pins_changed = Signal(frozenset)
    locks_changed = Signal(frozenset)
    sort_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pins: frozenset[int] = frozenset()
        self._locks: frozenset[int] = frozenset()

    @property
    def pins(self) -> frozenset[int]:
        """The dimensions that stay on top."""
        return self._pins

    @property
    def locks(self) -> frozenset[int]:
        """The dimensions that samples, walks and resets leave alone."""
        return self._locks

    def show_latent(self, z: NDArray[np.float32], *, distribution: str = "normal") -> None:
        """Show ``z``, (d,) values of the prior ``distribution`` (``normal`` or ``uniform``), silently."""

    def show_strengths(self, strengths: NDArray[np.float32] | None) -> None:
        """Show how much each dimension changes the picture, (d,) values of any scale; None hides the bars."""

    def set_pins(self, pins: Iterable[int]) -> None:
        """Pin these dimensions and no others, silently."""
        self._pins = frozenset(pins)

    def set_locks(self, locks: Iterable[int]) -> None:
        """Lock these dimensions and no others, silently."""
        self._locks = frozenset(locks)

    def set_filter(self, text: str) -> None:
        """Show only the rows that ``text`` asks for, as if it were typed into the search box."""

    def set_sort(self, order: str) -> None:
        """Put the rows in the order of ``number``, ``strength`` or ``value``, silently."""

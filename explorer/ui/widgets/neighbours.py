"""Eight ways to go from here: the sheet to wander by clicking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

CENTRE = 4


class NeighbourSheet(QWidget):
    """Nine tiles in three rows: the middle one (index 4) is the current picture, the others lead on.

    Signals
    -------
    picked(index) : int
        The user wants to go to this tile; never 4.
    spread_changed(spread) : float
        How far away the neighbours should be, in standard deviations of the prior.
    refresh_wanted()
        The user wants eight other neighbours.
    """

    picked = Signal(int)
    spread_changed = Signal(float)
    refresh_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)

    @property
    def spread(self) -> float:
        """How far away the neighbours should be, in standard deviations of the prior."""
        return 0.5

    def show_tiles(self, tiles: Sequence[NDArray[np.uint8] | None]) -> None:
        """Show nine pictures row by row, (height, width, 1 or 3) uint8; None where one is still being drawn."""

    def show_tile(self, index: int, tile: NDArray[np.uint8] | None) -> None:
        """Show one of the nine, and leave the others."""

    def set_spread(self, spread: float) -> None:
        """Show this spread, silently."""

"""The numbers of a dream's latent while one drives: each follows the dream, until a hand holds it at a value."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import named, text_label, tool_button

_MOST = 64
_TIP = "Move it to hold this number of the dream's latent; the lock lets it go again"


class HeldNumbers(QWidget):
    """A slider and a lock for each number.

    Signals
    -------
    changed()
        Another number is held, at another value, or let go.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(UNIT // 2)
        self.sliders: list[Slider] = []
        self.locks: list[QToolButton] = []

    @property
    def held(self) -> tuple[tuple[int, float], ...]:
        """Which numbers are held, and where."""
        return tuple((n, self.sliders[n].value) for n, lock in enumerate(self.locks) if lock.isChecked())

    def show_size(self, size: int) -> None:
        """Offer the first numbers of a latent of another size; nothing is held."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.sliders, self.locks = [], []
        for number in range(min(size, _MOST)):
            self._add_row(number)

    def show_latent(self, latent: NDArray[np.float32]) -> None:
        """Follow the dream, where nothing is held."""
        for slider, lock, value in zip(self.sliders, self.locks, latent.tolist(), strict=False):
            if not lock.isChecked():
                slider.show_value(value)

    def let_go(self) -> None:
        """Hold nothing."""
        for lock in self.locks:
            lock.setChecked(False)

    def hold(self, number: int, value: float) -> None:
        """Hold a number at a value."""
        self.sliders[number].show_value(value)
        self.locks[number].setChecked(True)
        self.changed.emit()

    def _add_row(self, number: int) -> None:
        slider = named(Slider(soft=True, typical=(-2.0, 2.0)), f"z{number}", _TIP)
        lock = tool_button("lock", f"Hold z{number}", f"Hold z{number} where it is, or let it go", checkable=True)
        slider.moved.connect(lambda value, _gesture, number=number: self.hold(number, value))
        lock.toggled.connect(partial(self._on_locked, number))
        for column, part in enumerate((text_label(f"z{number}", of=slider), slider, lock)):
            self._grid.addWidget(part, number, column)
        self.sliders.append(slider)
        self.locks.append(lock)

    def _on_locked(self, _number: int, _is_held: bool) -> None:
        self.changed.emit()

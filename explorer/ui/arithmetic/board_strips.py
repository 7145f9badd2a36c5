"""The path to the result and the samples to choose from, below each other; where that is too high, one of them."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.arithmetic.result_path import ResultPath
from explorer.ui.arithmetic.slot_row import LEAST_SLOTS_PX
from explorer.ui.arithmetic.tray import Tray
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of, line, push_button

_SHARE = 0.38  # of a height that has more than enough


class BoardStrips(QWidget):
    """Shows both where there is room for them, else the one that was asked for last.

    Attributes
    ----------
    way : ResultPath
    tray : Tray
    samples : QWidget
        What the tray is in: where somebody hides it, the path is shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.way, self.tray = ResultPath(), Tray()
        self.samples = QWidget()
        self._between = line()
        self._room_px = 0
        self._wants_path = False
        self._to_path = push_button("Path", "Show the path to the result", lambda: self._prefer(path=True))
        self._to_samples = push_button("Samples", "Show samples to choose from", lambda: self._prefer(path=False))
        self.way.bar.addWidget(self._to_samples)
        self.tray.bar.addWidget(self._to_path)
        column_of((self.tray, 1), on=self.samples, spacing=0)
        column_of(line(), self.way, self._between, self.samples, on=self, spacing=0)
        self._show()

    def minimumSizeHint(self) -> QSize:
        """That of the larger one: the other need not be there."""
        return self.way.minimumSizeHint().expandedTo(self.tray.minimumSizeHint())

    def sizeHint(self) -> QSize:
        """That of both, and more of a high window."""
        least = self.minimumSizeHint()
        if self._room_px < self._height_of_both() + LEAST_SLOTS_PX:
            return least
        return QSize(least.width(), max(self._height_of_both() + 2 * UNIT, round(_SHARE * self._room_px)))

    def show_room(self, height_px: int) -> None:
        """Take what is due of a height that is shared with the slots."""
        self._room_px = height_px
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def _height_of_both(self) -> int:
        return self.way.minimumSizeHint().height() + self.tray.minimumSizeHint().height() + 2

    def _prefer(self, *, path: bool) -> None:
        self._wants_path = path
        self._show()

    def _show(self) -> None:
        alone = self.samples.isHidden()
        both = not alone and self.height() >= self._height_of_both()
        self.way.setVisible(both or alone or self._wants_path)
        self.tray.setVisible(both or not self._wants_path)
        self._between.setVisible(both)
        for button in (self._to_path, self._to_samples):
            button.setVisible(not both and not alone)

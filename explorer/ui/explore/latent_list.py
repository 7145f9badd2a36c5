"""The latent, one row a dimension, for any number of dimensions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from explorer.ui.explore.latent_order import ORDERS, Order
from explorer.ui.explore.latent_row import ROW_PX
from explorer.ui.explore.latent_rows import LatentRows
from explorer.ui.explore.row_naming import Naming
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of, row_of, tool_button
from explorer.ui.widgets.search_box import search_box

_LEAST_ROWS = 2
_ORDER_WORDS: dict[Order, str] = {
    "number": "By number",
    "strength": "By how much it changes the picture",
    "value": "By distance from the mean",
}


class LatentList(QWidget):
    """Shows and edits a latent; pinned rows stay on top, and 512 dimensions are as quick as eight.

    Up and down go from row to row, left and right step the value (Shift fine, Ctrl coarse), digits type
    one, P pins, L locks, R or Delete resets, / searches and Esc shows all rows again.

    Signals
    -------
    sort_wanted(order) : str
        ``number``, ``strength`` or ``value``: the user chose this order. The list is in it already.
    """

    sort_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = LatentRows()  # without a parent: Tab goes in the order of the layout then
        self.rows.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)  # has what is left
        self.rows.setMinimumHeight(_LEAST_ROWS * ROW_PX)
        tip = "Show only some rows: 17 or 3-9, pinned, locked, >2 or <0.5; a comma means or."
        self.search = search_box("Search dimensions", tip, self._seek)
        self.search.returnPressed.connect(self.rows.setFocus)
        self._orders: dict[Order, QAction] = {}
        self.sort_button = self._build_sort_button()
        self.reset_button = tool_button("reset", "Reset all", "Put every unlocked dimension back to the mean")
        self._lay_out()
        self.rows.search_wanted.connect(self.focus_search)

    def show_latent(self, z: NDArray[np.float32], *, distribution: str = "normal") -> None:
        """Show ``z``, (d,) values of the prior ``distribution`` (``normal`` or ``uniform``), silently.

        Another number of dimensions means another model: pins, locks and strengths are forgotten.
        """
        is_other = len(z) != len(self.rows.z)
        self.rows.show_latent(z, distribution)
        if is_other:
            self._tell_count()

    def show_naming(self, naming: Naming) -> None:
        """Call the rows otherwise, and list those only that it does not hide."""
        self.rows.show_naming(naming)
        self._tell_count()

    def show_strengths(self, strengths: NDArray[np.float32] | None) -> None:
        """Show how much each dimension changes the picture, (d,) values of any scale; None hides the bars."""
        self.rows.show_strengths(strengths)

    def set_pins(self, pins: Iterable[int]) -> None:
        """Pin these dimensions and no others, silently."""
        self.rows.pins = frozenset(pins)
        self.rows.rearrange()

    def set_locks(self, locks: Iterable[int]) -> None:
        """Lock these dimensions and no others, silently."""
        self.rows.locks = frozenset(locks)
        self.rows.rearrange()

    def set_sort(self, order: Order) -> None:
        """Put the rows in the order of ``number``, ``strength`` or ``value``, silently."""
        self._orders[order].setChecked(True)
        self.rows.order = order
        self.rows.rearrange()

    def focus_search(self) -> None:
        """Let the user type into the search box."""
        self.search.setFocus()
        self.search.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.hasFocus():
            self.search.clear()
            self.rows.setFocus()
        else:
            super().keyPressEvent(event)

    def _build_sort_button(self) -> QToolButton:
        button = tool_button("sort", "Sort", "Choose the order of the rows")
        menu, group = QMenu(button), QActionGroup(button)
        for order in ORDERS:
            action = menu.addAction(_ORDER_WORDS[order])
            action.setCheckable(True)
            action.triggered.connect(lambda _, chosen=order: self._sort(chosen))
            group.addAction(action)
            self._orders[order] = action
        self._orders["number"].setChecked(True)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _lay_out(self) -> None:
        header = row_of((self.search, 1), self.sort_button, self.reset_button, margins=(UNIT, 0), spacing=UNIT // 2)
        column_of(header, (self.rows, 1), on=self)

    def _tell_count(self) -> None:
        self.search.setPlaceholderText(f"Find in {self.rows.count}: 17, 3-9, >2")

    def _seek(self, text: str) -> None:
        self.rows.sought = text
        self.rows.rearrange()

    def _sort(self, order: Order) -> None:
        self.set_sort(order)
        self.sort_wanted.emit(order)

"""The rows of a latent under the user's hand."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from explorer.ui.explore.latent_row import ROW_PX, LatentRow
from explorer.ui.explore.row_naming import DIMENSIONS, Naming
from explorer.ui.explore.row_view import RowView
from explorer.ui.widgets.gestures import Hand
from explorer.ui.widgets.keys import Key

_SCROLL_GOES_ON_S = 0.6  # a row that passes under a turning wheel must not catch it


class LatentRows(RowView):
    """The rows, and what the keyboard and the wheel do to them.

    Signals
    -------
    moved(dimension, value, gesture) : int, float, int
    chosen(dimension, index) : int, int
        One of the choices of a named dimension.
    reset_one(dimension) : int
    named(dimension, name) : int, str
        The user calls it otherwise.
    pins_changed(pins), locks_changed(locks) : frozenset of int
    search_wanted()
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Pin, lock or reset a dimension", "P,  L  or  R  in its row"),
        Key("Name a dimension or a direction", "F2  or  double click"),
        Key("Search the dimensions", "/"),
    )

    moved = Signal(int, float, int)
    chosen = Signal(int, int)
    reset_one = Signal(int)
    pins_changed = Signal(frozenset)
    locks_changed = Signal(frozenset)
    named = Signal(int, str)
    search_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, naming: Naming = DIMENSIONS) -> None:
        super().__init__(parent, naming)
        self._wheel = Hand()
        self._scrolled_s = 0.0

    def _new_row(self) -> LatentRow:
        row = super()._new_row()
        row.moved.connect(self._moved)
        row.chosen.connect(self.chosen)
        row.named.connect(self.named)
        row.pin_toggled.connect(self.toggle_pin)
        row.lock_toggled.connect(self.toggle_lock)
        return row

    def _moved(self, dimension: int, value: float, gesture: int) -> None:
        z = self.z.copy()  # the one that was shown belongs to a scene
        z[dimension] = value
        self.z = z
        self._announce()
        self.moved.emit(dimension, value, gesture)

    def toggle_pin(self, dimension: int) -> None:
        """Pin ``dimension``, or no more, for the user."""
        self.pins ^= {dimension}
        self._make_current(dimension)
        self.rearrange()
        self.pins_changed.emit(self.pins)

    def toggle_lock(self, dimension: int) -> None:
        """Lock ``dimension``, or no more, for the user."""
        self.locks ^= {dimension}
        self._make_current(dimension)
        self.rearrange()
        self.locks_changed.emit(self.locks)

    def _go(self, steps: int) -> None:
        if not self._shown:
            return
        here = self._shown.index(self._current)
        there = min(max(here + steps, 0), len(self._shown) - 1)
        self._make_current(self._shown[there])
        self._bring_into_sight()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        page = max(self.viewport().height() // ROW_PX - 1, 1)
        ways = {
            Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._shown), Qt.Key.Key_End: len(self._shown),
        }  # fmt: skip
        if key in ways:
            self._go(ways[key])
        elif key == Qt.Key.Key_Slash:
            self.search_wanted.emit()
        elif self._shown and self._acted(key, event):
            event.accept()
        else:
            event.ignore()

    def _acted(self, key: Qt.Key, event: QKeyEvent) -> bool:
        """Do to the current row what ``key`` says; whether it says anything."""
        self._bring_into_sight()
        row = self._rows[self._current]
        free = self._current not in self.locks
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            if free and row.is_choice:
                row.step_choice(step)
            elif free:
                row.slider.step_by(step, event.modifiers())
        elif key == Qt.Key.Key_P:
            self.toggle_pin(self._current)
        elif key == Qt.Key.Key_L and self._naming.lockable:
            self.toggle_lock(self._current)
        elif key in (Qt.Key.Key_R, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if free:
                self.reset_one.emit(self._current)
        elif key == Qt.Key.Key_F2 and self._naming.nameable:
            row.edit_name()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) or event.text()[:1] in set("0123456789-.,"):
            self._type_in(row, event)
        else:
            return False
        return True

    def _type_in(self, row: LatentRow, event: QKeyEvent) -> None:
        if row.box.isEnabled() and not row.is_choice:
            row.box.setFocus(Qt.FocusReason.OtherFocusReason)
            row.box.selectAll()
            if event.text().isprintable() and event.text():
                QApplication.sendEvent(row.box, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        now_s = monotonic()
        row = self._rows.get(self._current)
        at = row.mapFrom(self.viewport(), event.position().toPoint()) if row else QPoint(-1, -1)
        scrolling = now_s - self._scrolled_s < _SCROLL_GOES_ON_S
        if (
            row
            and self.hasFocus()
            and not scrolling
            and row.slider.isEnabled()
            and not row.is_choice
            and row.slider.geometry().contains(at)
        ):
            row.slider.step_by(self._wheel.notches(event), event.modifiers(), "wheel")
        elif not self.dragging:
            self._scrolled_s = now_s
            super().wheelEvent(event)

"""The rows of a latent: as many widgets as can be seen, however many dimensions there are."""

from __future__ import annotations

from time import monotonic

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.gestures import Hand
from explorer.ui.widgets.latent_order import Order, matching, ordered
from explorer.ui.widgets.latent_row import ROW_PX, LatentRow, RowState

_SCROLL_GOES_ON_S = 0.6  # a row that passes under a turning wheel must not catch it
_PRIORS = {"normal": (-3.0, 3.0, 2.0), "uniform": (-1.0, 1.0, 1.0)}


class LatentRows(QAbstractScrollArea):
    """Scrolls over the dimensions that match a search, the pinned ones always in sight.

    Signals are those of `LatentList`.
    """

    moved = Signal(int, float, int)
    reset_one = Signal(int)
    pins_changed = Signal(frozenset)
    locks_changed = Signal(frozenset)
    search_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.z: NDArray[np.float32] = np.zeros(0, np.float32)
        self.strengths: NDArray[np.float32] | None = None
        self.pins: frozenset[int] = frozenset()
        self.locks: frozenset[int] = frozenset()
        self.sought = ""
        self.order: Order = "number"
        self._prior = _PRIORS["normal"]
        self._shown: tuple[int, ...] = ()  # dimensions, from top to bottom
        self._current = 0  # dimension
        self._rows: dict[int, LatentRow] = {}  # by the dimension they show
        self._spare: list[LatentRow] = []
        self._wheel = Hand()
        self._scrolled_s = 0.0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Latent dimensions")

    @property
    def shown(self) -> tuple[int, ...]:
        """The dimensions that match the search, from top to bottom."""
        return self._shown

    @property
    def current(self) -> int:
        """The dimension that the keyboard acts on."""
        return self._current

    def row_of(self, dimension: int) -> LatentRow | None:
        """The widget that shows ``dimension``; None while it is out of sight."""
        return self._rows.get(dimension)

    def show_latent(self, z: NDArray[np.float32], distribution: str) -> None:
        """Show ``z``; rows change places only where more than one value did."""
        before, self.z = self.z, z
        prior = _PRIORS.get(distribution, _PRIORS["normal"])
        if prior != self._prior:
            self._prior = prior
            for row in [*self._rows.values(), *self._spare]:
                row.set_prior(*prior)
        if len(before) != len(z):
            self.pins, self.locks, self.strengths, self._current = frozenset(), frozenset(), None, 0
            self.verticalScrollBar().setValue(0)
            self.rearrange()
        elif (self.order == "value" or self.sought) and np.count_nonzero(before != z) > 1:
            self.rearrange()
        else:
            self._show_states()

    def rearrange(self) -> None:
        """Find out anew which rows are shown and in which order."""
        found = matching(self.sought, self.z, self.pins, self.locks)
        self._shown = ordered(found, self.order, self.z, self.strengths, self.pins)
        if self._shown and self._current not in self._shown:
            self._current = self._shown[0]
        self._place_rows()
        self.viewport().update()

    # -- rows -------------------------------------------------------------------------------------

    def _sticky_count(self) -> int:
        """How many pinned rows stay in sight: at most half of the view."""
        pinned = sum(1 for dimension in self._shown if dimension in self.pins)
        return min(pinned, self.viewport().height() // ROW_PX // 2)

    def _place_rows(self) -> None:
        height, total = self.viewport().height(), len(self._shown)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(total * ROW_PX - height, 0))
        bar.setPageStep(height)
        bar.setSingleStep(ROW_PX)
        scrolled, sticky = bar.value(), self._sticky_count()
        first = sticky + scrolled // ROW_PX
        last = min((scrolled + height - 1) // ROW_PX + 1, total)
        places = {self._shown[i]: i * ROW_PX for i in range(min(sticky, total))}
        places |= {self._shown[i]: i * ROW_PX - scrolled for i in range(first, last)}
        self._recycle(places)
        for dimension, top in places.items():
            row = self._rows.get(dimension) or self._fresh_row(dimension)
            row.setGeometry(0, top, self.viewport().width(), ROW_PX)
            row.show_state(self._state(dimension))
            row.show()
        for dimension in self._shown[:sticky]:
            self._rows[dimension].raise_()

    def _recycle(self, wanted: dict[int, int]) -> None:
        for dimension in [d for d in self._rows if d not in wanted]:
            row = self._rows.pop(dimension)
            if row.isAncestorOf(QApplication.focusWidget() or self):
                self.setFocus()
            row.hide()
            self._spare.append(row)

    def _fresh_row(self, dimension: int) -> LatentRow:
        row = self._spare.pop() if self._spare else self._new_row()
        self._rows[dimension] = row
        return row

    def _new_row(self) -> LatentRow:
        row = LatentRow(self.viewport())
        row.set_prior(*self._prior)
        row.moved.connect(self._moved)
        row.pressed.connect(self._make_current)
        row.pin_toggled.connect(self.toggle_pin)
        row.lock_toggled.connect(self.toggle_lock)
        row.done.connect(self.setFocus)
        return row

    def _state(self, dimension: int) -> RowState:
        strongest = 0.0 if self.strengths is None else float(self.strengths.max(initial=0.0))
        strength = None if self.strengths is None else float(self.strengths[dimension]) / (strongest or 1.0)
        return RowState(
            dimension,
            float(self.z[dimension]),
            strength,
            dimension in self.pins,
            dimension in self.locks,
            dimension == self._current,
            self.hasFocus(),
        )

    def _show_states(self) -> None:
        for dimension, row in self._rows.items():
            row.show_state(self._state(dimension))

    # -- what the user does -----------------------------------------------------------------------

    def _moved(self, dimension: int, value: float, gesture: int) -> None:
        z = self.z.copy()  # the one that was shown belongs to a scene
        z[dimension] = value
        self.z = z
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

    def _make_current(self, dimension: int) -> None:
        self._current = dimension
        self._show_states()

    def _go(self, steps: int) -> None:
        if not self._shown:
            return
        here = self._shown.index(self._current)
        there = min(max(here + steps, 0), len(self._shown) - 1)
        self._make_current(self._shown[there])
        self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        sticky, index = self._sticky_count(), self._shown.index(self._current)
        if index >= sticky:
            bar, top = self.verticalScrollBar(), index * ROW_PX
            lowest, highest = top + ROW_PX - self.viewport().height(), top - sticky * ROW_PX
            bar.setValue(min(max(bar.value(), lowest), highest))

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
            if free:
                row.slider.step_by(1 if key == Qt.Key.Key_Right else -1, event.modifiers())
        elif key == Qt.Key.Key_P:
            self.toggle_pin(self._current)
        elif key == Qt.Key.Key_L:
            self.toggle_lock(self._current)
        elif key in (Qt.Key.Key_R, Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if free:
                self.reset_one.emit(self._current)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) or event.text()[:1] in set(
            "0123456789-.,"
        ):
            self._type_in(row, event)
        else:
            return False
        return True

    def _type_in(self, row: LatentRow, event: QKeyEvent) -> None:
        if row.box.isEnabled():
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
            and row.slider.geometry().contains(at)
        ):
            row.slider.step_by(self._wheel.notches(event), event.modifiers(), "wheel")
        elif not any(each.slider.dragging for each in self._rows.values()):
            self._scrolled_s = now_s
            super().wheelEvent(event)

    # -- Qt ---------------------------------------------------------------------------------------

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._place_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_rows()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._show_states()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._show_states()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown or not len(self.z):
            return
        painter = QPainter(self.viewport())
        painter.setPen(colours_of(self.palette()).muted)
        words = f"No dimension matches “{self.sought}”.\nTry 17, 3-9, pinned, locked or >2."
        place = self.viewport().rect().adjusted(2 * UNIT, 3 * UNIT, -2 * UNIT, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, words)
        painter.end()

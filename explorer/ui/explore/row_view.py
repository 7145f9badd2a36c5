"""The rows of a latent as they are shown: as many widgets as can be seen, however many dimensions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from explorer.ui.explore.latent_order import Order, matching, ordered
from explorer.ui.explore.latent_row import ROW_PX, LatentRow
from explorer.ui.explore.row_naming import DIMENSIONS, Naming, RowState
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.accessible import announce

_REST_MS = 600  # no value changed for so long: the hand is elsewhere
_PRIORS = {"normal": (-3.0, 3.0, 2.0), "uniform": (-1.0, 1.0, 1.0), "channel": (-10.0, 10.0, 2.0)}


class RowView(QAbstractScrollArea):
    """Scrolls over the dimensions that match a search, the pinned ones always in sight.

    Only as many rows exist as can be seen; a row that leaves the view is used again for one that enters.
    """

    def __init__(self, parent: QWidget | None = None, naming: Naming = DIMENSIONS) -> None:
        super().__init__(parent)
        self._naming = naming
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
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._on_rested)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Latent dimensions")

    @property
    def shown(self) -> tuple[int, ...]:
        """The dimensions that match the search, from top to bottom."""
        return self._shown

    @property
    def count(self) -> int:
        """How many rows there are where nothing is searched for."""
        hidden = self._naming.hidden
        return sum(at not in hidden for at in range(len(self.z)))

    @property
    def current(self) -> int:
        """The dimension that the keyboard acts on."""
        return self._current

    @property
    def dragging(self) -> bool:
        """Whether a slider is in the user's hand."""
        return any(row.slider.dragging for row in self._rows.values())

    def row_of(self, dimension: int) -> LatentRow | None:
        """The widget that shows ``dimension``; None while it is out of sight."""
        return self._rows.get(dimension)

    def show_latent(self, z: NDArray[np.float32], distribution: str) -> None:
        """Show ``z``; where only one value changed, rows change places once the hand rests."""
        before, self.z = self.z, z
        prior = _PRIORS.get(distribution, _PRIORS["normal"])
        if prior != self._prior:
            self._prior = prior
            for row in [*self._rows.values(), *self._spare]:
                row.set_prior(*prior)
        if len(before) != len(z):
            self.pins, self.locks, self.strengths, self._current = frozenset(), frozenset(), None, 0
            self._shown = ()
            self.verticalScrollBar().setValue(0)
            self.rearrange()
        elif (self.order == "value" or self.sought) and np.count_nonzero(before != z) > 1:
            self.rearrange()
        else:
            changed = set(np.flatnonzero(before != z).tolist())
            for dimension in changed - self._naming.hidden | self._naming.known.keys():
                if dimension in self._rows:
                    self._rows[dimension].show_state(self._state(dimension))
            if self.order == "value" and before is not z:
                self._rest.start()

    def _on_rested(self) -> None:
        if self.dragging:
            self._rest.start()
        else:
            self.rearrange()

    def show_naming(self, naming: Naming) -> None:
        """Call the rows otherwise."""
        self._naming = naming
        for row in [*self._rows.values(), *self._spare]:
            row.show_naming(naming)
        self.rearrange()

    def show_strengths(self, strengths: NDArray[np.float32] | None) -> None:
        """Show ``strengths`` as shares of the largest; None, or another number of them, shows none."""
        if strengths is None or len(strengths) != len(self.z):
            self.strengths = None
        else:
            self.strengths = strengths / (strengths.max(initial=0.0) or 1.0)
        self.rearrange()

    def rearrange(self) -> None:
        """Find out anew which rows are shown and in which order."""
        found = matching(self.sought, self.z, self.pins, self.locks, self._naming.name, self._naming.first)
        hidden, known = self._naming.hidden, self._naming.known
        rows = ordered(found[[int(at) not in hidden for at in found]], self.order, self.z, self.strengths, self.pins)
        self._shown = tuple(sorted(rows, key=lambda at: (at not in self.pins, at not in known)))
        if self._shown and self._current not in self._shown:
            self._current = self._shown[0]
        self._place_rows()
        self.viewport().update()

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

    def _make_ready(self) -> None:
        """Make the rows of the latent that is to come, as soon as the empty view has been painted."""
        while len(self._rows) + len(self._spare) <= self.viewport().height() // ROW_PX:
            self._spare.append(self._new_row())

    def _new_row(self) -> LatentRow:
        row = LatentRow(self.viewport(), self._naming)
        row.set_prior(*self._prior)
        row.pressed.connect(self._make_current)
        row.done.connect(self.setFocus)
        return row

    def _state(self, dimension: int) -> RowState:
        strength = None if self.strengths is None else float(self.strengths[dimension])
        return RowState(
            dimension,
            self._naming.value(dimension, self.z),
            strength,
            dimension in self.pins,
            dimension in self.locks,
            dimension == self._current,
            self.hasFocus(),
        )

    def _show_states(self) -> None:
        for dimension, row in self._rows.items():
            row.show_state(self._state(dimension))

    def _make_current(self, dimension: int) -> None:
        self._current = dimension
        self._show_states()
        self._announce()

    def _announce(self) -> None:
        """Say which row the keyboard is on, and what it stands at."""
        here = self._current
        if here < len(self.z):
            marks = [word for word, marked in (("pinned", self.pins), ("locked", self.locks)) if here in marked]
            announce(self, ", ".join([self._naming.name(here), self._naming.said(here, self.z), *marks]))

    def _bring_into_sight(self) -> None:
        sticky, index = self._sticky_count(), self._shown.index(self._current)
        if index >= sticky:
            bar, top = self.verticalScrollBar(), index * ROW_PX
            lowest, highest = top + ROW_PX - self.viewport().height(), top - sticky * ROW_PX
            bar.setValue(min(max(bar.value(), lowest), highest))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._place_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_rows()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._show_states()
        self._announce()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._show_states()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self.z) and not self._spare:
            QTimer.singleShot(0, self._make_ready)
        if self._shown or not len(self.z):
            return
        with QPainter(self.viewport()) as painter:
            painter.setPen(colours_of(self.palette()).muted)
            words = f"No dimension matches “{self.sought}”.\nTry 17, 3-9, a name, pinned, locked or >2."
            place = self.viewport().rect().adjusted(2 * UNIT, 3 * UNIT, -2 * UNIT, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, words)

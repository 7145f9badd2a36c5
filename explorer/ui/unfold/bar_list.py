"""Names with bars: what models say of a picture, how probable classes are, what the next pixel may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT, colours_of, mixed
from explorer.ui.widgets.accessible import announce
from explorer.ui.widgets.empty import paint_words

_BAR_PX = 6


@dataclass(frozen=True)
class NamedBar:
    """One row.

    Attributes
    ----------
    name, figure : str
        What stands at its left and at its right.
    share : float
        How long the bar is, 0 to 1.
    colour : (int, int, int) or None
        Of a patch before the name, such as the colour that a pixel would have.
    tip : str
    """

    name: str
    figure: str
    share: float
    colour: tuple[int, int, int] | None = None
    tip: str = ""


class BarList(QWidget):
    """Rows of a name, a figure and a bar below both; one of them may be chosen.

    Signals
    -------
    picked(index) : int
        A row was clicked, or Enter pressed on it.
    """

    picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: tuple[NamedBar, ...] = ()
        self.current = -1
        self._empty = ("", "")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_bars(self, bars: Sequence[NamedBar], current: int = -1) -> None:
        """Show other rows, of which ``current`` is chosen."""
        count = len(self.bars)
        self.bars, self.current = tuple(bars), current
        if len(self.bars) != count:
            self.updateGeometry()
        self.setAccessibleDescription("; ".join(f"{bar.name} {bar.figure}" for bar in self.bars))
        self.update()

    def set_empty(self, text: str, hint: str = "") -> None:
        """Say this while there are no rows."""
        self._empty = (text, hint)
        self.update()

    @property
    def _row_px(self) -> int:
        return self.fontMetrics().height() + _BAR_PX + UNIT

    def sizeHint(self) -> QSize:
        return QSize(28 * UNIT, max(len(self.bars), 2 if self._empty[0] else 1) * self._row_px)

    def minimumSizeHint(self) -> QSize:
        return QSize(18 * UNIT, self.sizeHint().height())

    def place_of(self, index: int) -> QRect:
        """Where a row lies."""
        return QRect(0, index * self._row_px, self.width(), self._row_px)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pick(int(event.position().y()) // self._row_px)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = int(event.position().y()) // self._row_px
        self.setToolTip(self.bars[index].tip if 0 <= index < len(self.bars) else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turn = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if turn and self.bars:
            self.current = min(max(self.current + turn, 0), len(self.bars) - 1)
            bar = self.bars[self.current]
            announce(self, f"{bar.name} {bar.figure}")
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick(self.current)
        else:
            event.ignore()

    def _pick(self, index: int) -> None:
        if 0 <= index < len(self.bars):
            self.current = index
            self.update()
            self.picked.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            if not self.bars:
                paint_words(painter, QRectF(self.rect()), *self._empty, c)
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index, bar in enumerate(self.bars):
                self._paint_bar(painter, index, bar)

    def _paint_bar(self, painter: QPainter, index: int, bar: NamedBar) -> None:
        c, place, metrics = colours_of(self.palette()), self.place_of(index), self.fontMetrics()
        is_current = index == self.current
        if is_current and self.hasFocus():
            painter.fillRect(place, mixed(c.accent, c.window, 0.12))
        left, words = place.left(), QRectF(place.left(), place.top(), place.width(), metrics.height())
        if bar.colour is not None:
            patch = QRectF(left, place.top() + 2, metrics.height() - 4, metrics.height() - 4)
            painter.fillRect(patch, QColor(*bar.colour))
            left += metrics.height()
        painter.setPen(c.text if is_current else c.muted)
        room = int(place.width() - (left - place.left()) - metrics.horizontalAdvance(bar.figure) - UNIT)
        short = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, max(room, 0))
        painter.drawText(words.adjusted(left - place.left(), 0, 0, 0), Qt.AlignmentFlag.AlignLeft, short)
        painter.setPen(c.text)
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, bar.figure)
        line = QRectF(place.left(), words.bottom() + 2, place.width(), _BAR_PX - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(c.text, c.window, 0.12))
        painter.drawRoundedRect(line, 2, 2)
        painter.setBrush(c.accent if is_current or self.current < 0 else mixed(c.accent, c.window, 0.6))
        line.setWidth(line.width() * min(max(bar.share, 0.0), 1.0))
        painter.drawRoundedRect(line, 2, 2)

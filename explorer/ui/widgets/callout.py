"""A bubble beside a widget: words that belong to one place of the window, and leave the keyboard where it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.core.problem import Problem
from explorer.ui.theme import RADIUS, UNIT, colours_of
from explorer.ui.widgets.parts import column_of, text_label

_WIDTH_PX = 36 * UNIT
_GAP_PX = UNIT
_COMPLAINS_MS = 12_000


class Callout(QWidget):
    """A title and some words beside ``target``, where there is most room; it goes with its target.

    Signals
    -------
    closed()
        It is out of sight, whoever took it away.
    """

    closed = Signal()

    def __init__(self, target: QWidget, title: str, words: str, tone: str = "accent") -> None:
        super().__init__(target.window())
        self._tone = tone
        self.target = target
        self.title, self.words = text_label(title, "heading", wraps=True), text_label(words, wraps=True)
        self.column = column_of(self.title, self.words, on=self, margins=(2 * UNIT, UNIT, 2 * UNIT, UNIT))
        self.setFixedWidth(_WIDTH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        for watched in (target, target.window()):
            watched.installEventFilter(self)

    def point_out(self) -> None:
        """Show it beside its target, and have it read out."""
        self.place()
        self.show()
        self.raise_()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def end(self) -> None:
        """Take it away."""
        if self.parent() is not None:
            self.hide()
            self.setParent(None)
            self.deleteLater()
            self.closed.emit()

    def place(self) -> None:
        """Lie beside the target: below, above, right or left of it, wherever it covers least of it."""
        window = self.target.window()
        here = QRect(self.target.mapTo(window, QPoint(0, 0)), self.target.size())
        layout = self.layout()
        height = layout.totalHeightForWidth(_WIDTH_PX) if layout is not None else self.sizeHint().height()
        size, room = QSize(_WIDTH_PX, height), window.rect().adjusted(UNIT, UNIT, -UNIT, -UNIT)
        places = [_within(room, QRect(corner, size)) for corner in _corners(here, size)]
        self.setGeometry(min(places, key=lambda place: _area(place.intersected(here))))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self.place()
        elif event.type() == QEvent.Type.Hide and watched is self.target:
            self.end()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(getattr(c, self._tone), 1.5))
            painter.setBrush(c.raised)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)


class Complaint(Callout):
    """Says beside a box why what was typed there cannot be; it goes with the next key, the keyboard, or some time."""

    def __init__(self, box: QLineEdit, problem: Problem) -> None:
        super().__init__(box, problem.what, problem.hint, "warning")
        box.textEdited.connect(self.end)
        QTimer.singleShot(_COMPLAINS_MS, self, self.end)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.target and event.type() in (QEvent.Type.FocusOut, QEvent.Type.MouseButtonPress):
            self.end()
        return super().eventFilter(watched, event)


def complain(box: QLineEdit, problem: Problem) -> None:
    """Say beside ``box`` why what was typed there cannot be, in place of any other complaint."""
    for old in box.window().findChildren(Complaint):
        old.end()
    Complaint(box, problem).point_out()


def _corners(here: QRect, size: QSize) -> tuple[QPoint, ...]:
    """Where the top left corner could be: below, above, right and left of a place."""
    return (
        QPoint(here.left(), here.bottom() + _GAP_PX),
        QPoint(here.left(), here.top() - _GAP_PX - size.height()),
        QPoint(here.right() + _GAP_PX, here.top()),
        QPoint(here.left() - _GAP_PX - size.width(), here.top()),
    )


def _within(room: QRect, place: QRect) -> QRect:
    """``place``, moved as little as puts it into ``room``."""
    left = max(min(place.left(), room.right() - place.width()), room.left())
    top = max(min(place.top(), room.bottom() - place.height()), room.top())
    return QRect(QPoint(left, top), place.size())


def _area(place: QRect) -> int:
    return place.width() * place.height() if place.isValid() else 0

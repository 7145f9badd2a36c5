"""Toasts: what must be said, in a corner, without stopping anybody."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of
from explorer.ui.window.toast import WIDTH_PX, Kind, Toast

__all__ = ["Kind", "Toasts"]

_MOST = 3
_LEFT_PX, _TOP_PX = 11 * UNIT, 10 * UNIT  # right of the rail, below the bar
_USED = (QAbstractButton, QComboBox, QLineEdit)
_WEIGHTS: tuple[Kind, ...] = ("info", "warning", "offer", "error")  # what makes room first


class Toasts(QWidget):
    """A stack of notices over a corner of ``parent``, the newest at the bottom: the lower right one, if it can be."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._toasts: list[Toast] = []
        self._beside: QWidget | None = None
        self._layout = column_of(on=self)
        self.setAccessibleName("Notices")
        self.hide()

    @property
    def count(self) -> int:
        """How many notices are on the screen."""
        return len(self._toasts)

    @property
    def shown(self) -> tuple[Toast, ...]:
        """The notices on the screen, oldest first."""
        return tuple(self._toasts)

    def show_notice(
        self, kind: Kind, title: str, hint: str = "", details: str = "", folder: Path | None = None
    ) -> Toast:
        """Show a notice; all but errors and offers go by themselves, one that is there already is not repeated.

        ``details`` is the report that can be read and copied, ``folder`` one that can be opened.
        """
        for toast in [each for each in self._toasts if each.says(kind, title, hint)]:
            self._drop(toast)
        toast = Toast(kind, title, hint, details, self, folder)
        toast.closed.connect(partial(self._drop, toast))
        if not self._toasts:  # only while there are any: a picture that moves sends the window many events
            self._over.installEventFilter(self)
        self._toasts.append(toast)
        self._layout.addWidget(toast)
        if self.count > _MOST:
            self._drop(min(self._toasts[:-1], key=lambda each: _WEIGHTS.index(each.kind)))
        toast.show()
        self._place()
        return toast

    def keep_left_of(self, part: QWidget | None) -> None:
        """Lie beside what stands at the right of the window, and never over it; None where nothing does."""
        self._beside = part
        if self._toasts:
            self._place()

    def dismiss(self) -> None:
        """Take the newest notice away."""
        if self._toasts:
            self._drop(self._toasts[-1])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a notice shows more or less than before
            self._place()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _drop(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            if not self._toasts:
                self._over.removeEventFilter(self)
            self._layout.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        if not self._toasts:  # to look for a free place takes a while
            self.hide()
            return
        self._layout.activate()
        height = self._layout.heightForWidth(WIDTH_PX)
        self.setGeometry(self._freest(height))
        self.show()
        self.raise_()

    def _freest(self, height: int) -> QRect:
        """The lower right corner; another one where fewer buttons and boxes lie under it."""
        room, part = self._over.size(), self._beside
        end = part.mapTo(self._over, QPoint()).x() if part is not None and part.isVisible() else room.width()
        right, low = max(end - WIDTH_PX - 2 * UNIT, 0), room.height() - height - 4 * UNIT
        places = [QRect(x, y, WIDTH_PX, height) for x in (right, _LEFT_PX) for y in (low, _TOP_PX)]
        return min(places, key=self._covers)

    def _covers(self, place: QRect) -> int:
        """How many buttons and boxes would lie under it."""
        below = (part for kind in _USED for part in self._over.findChildren(kind) if not self.isAncestorOf(part))
        spots = (QRect(part.mapTo(self._over, QPoint()), part.size()) for part in below if part.isVisible())
        return sum(place.intersects(spot) for spot in spots)

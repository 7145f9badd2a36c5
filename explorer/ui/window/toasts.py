"""Toasts: what must be said, in a corner, without stopping anybody."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of
from explorer.ui.window.toast import WIDTH_PX, Kind, Toast

__all__ = ["Kind", "Toasts"]

_MOST = 3
_WEIGHTS: tuple[Kind, ...] = ("info", "warning", "offer", "error")  # what makes room first


class Toasts(QWidget):
    """A stack of notices over the lower right corner of ``parent``, the newest at the bottom."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._toasts: list[Toast] = []
        self._layout = column_of(on=self)
        self.setAccessibleName("Notices")
        self.hide()
        parent.installEventFilter(self)

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
        self._toasts.append(toast)
        self._layout.addWidget(toast)
        if self.count > _MOST:
            self._drop(min(self._toasts[:-1], key=lambda each: _WEIGHTS.index(each.kind)))
        toast.show()
        self._place()
        return toast

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
            self._layout.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        self.setVisible(bool(self._toasts))
        self._layout.activate()
        height = self._layout.heightForWidth(WIDTH_PX)
        room = self._over.size()
        self.setGeometry(room.width() - WIDTH_PX - 2 * UNIT, room.height() - height - 4 * UNIT, WIDTH_PX, height)
        self.raise_()

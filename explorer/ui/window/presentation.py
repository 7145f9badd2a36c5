"""The presentation: nothing but what is looked at, over the whole screen."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtWidgets import QMainWindow, QToolBar


class Presentation(QObject):
    """Clears the window of its menu and its bar, and fills the screen; gives everything back afterwards.

    Signals
    -------
    changed()
        It began or ended: the parts of the window are to follow.
    """

    changed = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._before = QByteArray()
        self.is_on = False

    def change(self) -> None:
        """Begin, or end."""
        window, self.is_on = self._window, not self.is_on
        if self.is_on:
            self._before = window.saveGeometry()
        window.menuBar().setVisible(not self.is_on)
        for bar in window.findChildren(QToolBar):
            bar.setVisible(not self.is_on)
        self.changed.emit()
        if self.is_on:
            window.showFullScreen()
        else:
            window.showNormal()
            window.restoreGeometry(self._before)

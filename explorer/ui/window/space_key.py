"""The space bar draws a new sample, but never takes a button away from those who press it by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

from explorer.ui.widgets.gestures import claims


class SpaceKey(QObject):
    """Lets the button or box that has the keyboard keep the space bar; elsewhere it is the window's.

    A filter on the one widget that has the focus, rather than on the application, so that no event of
    anything else passes through Python.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the space bar for the watched button before the window's shortcut gets it."""
        return claims(event, _is_space) or super().eventFilter(watched, event)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if isinstance(now, QAbstractButton | QComboBox) and now.focusPolicy() != Qt.FocusPolicy.NoFocus:
            now.installEventFilter(self)


def _is_space(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Space and not event.modifiers()

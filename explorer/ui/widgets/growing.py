"""Widths that follow the size of the letters."""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import grown


def grow_width(widget: QWidget, px: int) -> None:
    """Keep ``widget`` as wide as ``px`` are for letters of the usual height, now and when they change."""
    widget.installEventFilter(_Grower(widget, px, sys.maxsize, least=True, most=True))


def grow_limit(widget: QWidget, px: int) -> None:
    """Let ``widget`` be no wider than that."""
    widget.installEventFilter(_Grower(widget, px, sys.maxsize, least=False, most=True))


def grow_least(widget: QWidget, px: int, most_px: int = sys.maxsize) -> None:
    """Let ``widget`` be no narrower than that."""
    widget.installEventFilter(_Grower(widget, px, most_px, least=True, most=False))


class _Grower(QObject):
    def __init__(self, widget: QWidget, px: int, most_px: int, *, least: bool, most: bool) -> None:
        super().__init__(widget)
        self._widget, self._px, self._most_px, self._least, self._most = widget, px, most_px, least, most
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FontChange:
            self._fit()
        return False

    def _fit(self) -> None:
        width = min(grown(self._px, self._widget), self._most_px)
        if self._least:
            self._widget.setMinimumWidth(width)
        if self._most:
            self._widget.setMaximumWidth(width)

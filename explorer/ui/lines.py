"""Hairlines that part one area from another."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget


def line(*, upright: bool = False) -> QWidget:
    """A hairline, level or upright, in the colour of the theme."""
    hairline = QWidget()
    hairline.setAutoFillBackground(True)
    hairline.setBackgroundRole(QPalette.ColorRole.Mid)
    if upright:
        hairline.setFixedWidth(1)
    else:
        hairline.setFixedHeight(1)
    return hairline

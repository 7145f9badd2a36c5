"""A button that is an icon, with its words for who cannot see it and its tip for who wonders."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton

from explorer.ui.icons import icon
from explorer.ui.theme import UNIT


def tool_button(name: str, words: str, tip: str) -> QToolButton:
    """A button with the icon ``name``."""
    button = QToolButton()
    button.setIcon(icon(name))
    button.setIconSize(QSize(2 * UNIT, 2 * UNIT))
    button.setAccessibleName(words)
    button.setToolTip(tip)
    return button

"""The box above a list that one types into to see less of it."""

from __future__ import annotations

from PySide6.QtGui import QAction, QPalette
from PySide6.QtWidgets import QLineEdit

from explorer.ui.icons import icon
from explorer.ui.widgets.parts import Slot, named


def search_box(name: str, tip: str, seek: Slot) -> QLineEdit:
    """A box to search with; ``seek`` gets what is typed."""
    box = named(QLineEdit(), name, tip)
    box.setClearButtonEnabled(True)
    box.addAction(icon("search", QPalette.ColorRole.PlaceholderText), QLineEdit.ActionPosition.LeadingPosition)
    clear = box.findChild(QAction, "_q_qlineeditclearaction")
    if clear is not None:  # Qt's own picture does not agree with the other icons
        clear.setIcon(icon("close", QPalette.ColorRole.PlaceholderText))
    box.textChanged.connect(seek)
    return box

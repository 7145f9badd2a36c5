"""Line icons drawn in code, in the colour of the palette they are shown with."""

from __future__ import annotations

from PySide6.QtGui import QIcon, QPalette

_PATHS: dict[str, str] = {}


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """The line icon ``name``, crisp at every size and scale, tinted by the palette at the time it is painted."""
    return QIcon()


def icon_names() -> frozenset[str]:
    """Every name `icon` knows."""
    return frozenset(_PATHS)

"""The look: one spacing unit, one accent colour, a dark and a light theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

Theme = Literal["dark", "light"]

UNIT = 8  # px; every gap, margin and row height is a multiple or a half of it
RADIUS = 4  # px; the corners of everything that has corners


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, by what they are for.

    Attributes
    ----------
    accent, on_accent : QColor
        The one colour that marks what is chosen, filled or focused, and the text upon it.
    window, surface, raised : QColor
        The background, the fields that lie in it, and the buttons that stand out from it.
    text, muted, line : QColor
        Words, words of less weight, and hairlines.
    good, warning, error : QColor
        What is said in colour, always together with words or a shape.
    """

    accent: QColor
    on_accent: QColor
    window: QColor
    surface: QColor
    raised: QColor
    text: QColor
    muted: QColor
    line: QColor
    good: QColor
    warning: QColor
    error: QColor


_DARK = (
    "#5b9dff",
    "#0b1220",
    "#1b1c20",
    "#131417",
    "#2a2c32",
    "#e7e8ea",
    "#989ca6",
    "#383b43",
    "#5fc48b",
    "#e5b454",
    "#f0716b",
)
_LIGHT = (
    "#1f66d8",
    "#ffffff",
    "#f3f4f6",
    "#ffffff",
    "#ffffff",
    "#1b1d22",
    "#636974",
    "#d2d5db",
    "#1f8a54",
    "#9a6700",
    "#c8322b",
)


@cache
def colours(theme: Theme) -> Colours:
    """The colours of ``theme``."""
    return Colours(*(QColor(name) for name in (_DARK if theme == "dark" else _LIGHT)))


def colours_of(palette: QPalette) -> Colours:
    """The colours of the theme that ``palette`` belongs to: what a widget paints itself with."""
    dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
    return colours("dark" if dark else "light")


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Show the whole program in ``theme``, at once and without rebuilding a widget."""
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(_palette(colours(theme)))
    app.setStyleSheet(_stylesheet(colours(theme)))


def _palette(c: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(c.raised, c.window)
    for names, colour in (
        ((role.Window,), c.window),
        ((role.Base,), c.surface),
        ((role.AlternateBase, role.Button, role.ToolTipBase), c.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), c.text),
        ((role.Highlight, role.Link, role.LinkVisited, role.Accent), c.accent),
        ((role.HighlightedText,), c.on_accent),
        ((role.PlaceholderText,), c.muted),
        ((role.Mid, role.Midlight), c.line),
    ):
        for name in names:
            palette.setColor(name, colour)
    faint = QColor(c.text)
    faint.setAlphaF(0.38)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, faint)
    return palette


def _stylesheet(c: Colours) -> str:
    return f"QToolTip {{ border: 1px solid {c.line.name()}; padding: 4px; }}"

"""The look: one spacing unit, one accent colour, a dark and a light theme."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from string import Template

from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from explorer.paths import resources_folder
from explorer.session.settings import TextSize, Theme

UNIT = 8  # px; every gap, margin and row height is a multiple or a half of it
PLAIN_PX = 12  # the height that letters have by default, to which everything that is drawn beside them is made
TEXT_PX: dict[TextSize, int] = {"normal": 0, "large": 16, "presentation": 24}  # at least; 0: as the system has it
RADIUS = 4  # px; the corners of everything that has corners

_SYSTEM_PX = "system_text_px"
_STYLED = "has_style"


@dataclass(frozen=True)
class Colours:
    """The colours of one theme, by what they are for.

    Attributes
    ----------
    accent, on_accent : QColor
        The one colour that marks what is chosen, filled or focused, and the text upon it.
    window, surface, raised : QColor
        The background, the fields that lie in it, and the buttons that stand out from it.
    mat : QColor
        What surrounds a picture: neither as white nor as black as pictures are at their edges.
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
    mat: QColor
    text: QColor
    muted: QColor
    line: QColor
    good: QColor
    warning: QColor
    error: QColor


_DARK = Colours(
    accent=QColor("#5b9dff"),
    on_accent=QColor("#0b1220"),
    window=QColor("#1b1c20"),
    surface=QColor("#131417"),
    raised=QColor("#2a2c32"),
    mat=QColor("#131417"),
    text=QColor("#e7e8ea"),
    muted=QColor("#989ca6"),
    line=QColor("#383b43"),
    good=QColor("#5fc48b"),
    warning=QColor("#e5b454"),
    error=QColor("#f0716b"),
)
_LIGHT = Colours(
    accent=QColor("#1f66d8"),
    on_accent=QColor("#ffffff"),
    window=QColor("#f3f4f6"),
    surface=QColor("#ffffff"),
    raised=QColor("#ffffff"),
    mat=QColor("#e3e5e9"),
    text=QColor("#1b1d22"),
    muted=QColor("#636974"),
    line=QColor("#d2d5db"),
    good=QColor("#18703f"),
    warning=QColor("#8f5f00"),
    error=QColor("#c8322b"),
)


def colours(theme: Theme) -> Colours:
    """The colours of ``theme``."""
    return _DARK if theme == "dark" else _LIGHT


def colours_of(palette: QPalette) -> Colours:
    """The colours of the theme that ``palette`` belongs to: what a widget paints itself with."""
    dark = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Window).lightness() < 128
    return colours("dark" if dark else "light")


def tinted(colour: QColor, opacity: float) -> QColor:
    """``colour`` with an ``opacity`` from 0 to 1."""
    faint = QColor(colour)
    faint.setAlphaF(opacity)
    return faint


def apply_theme(app: QApplication, theme: Theme, size: TextSize = "normal") -> None:
    """Show the whole program in ``theme`` and with words of that size, at once and without rebuilding a widget."""
    if app.property(_STYLED) is None:  # once: every other style would be laid over all widgets again
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setProperty(_STYLED, True)
    app.setStyleSheet("")  # to lay it over bare widgets takes a tenth of the time that to change it takes
    app.setPalette(_palette(colours(theme)))
    px = max(TEXT_PX[size], _system_px(app))
    font = app.font()
    if QFontInfo(font).pixelSize() != px:
        font.setPixelSize(px)
        app.setFont(font)
    app.setStyleSheet(_stylesheet(theme, px))


def _system_px(app: QApplication) -> int:
    """How high letters are where nobody asks for larger ones; found out once, before any are."""
    if app.property(_SYSTEM_PX) is None:
        app.setProperty(_SYSTEM_PX, QFontInfo(app.font()).pixelSize())
    return int(app.property(_SYSTEM_PX))


def grown(px: int, widget: QWidget) -> int:
    """``px``, made for letters of the usual height, as it has to be beside the letters of ``widget``."""
    return round(px * max(QFontInfo(widget.font()).pixelSize() / PLAIN_PX, 1.0))


def _palette(c: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(c.raised, c.window)
    for roles, colour in (
        ((role.Window,), c.window),
        ((role.Base,), c.surface),
        ((role.AlternateBase, role.Button, role.ToolTipBase), c.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), c.text),
        ((role.Highlight, role.Link, role.LinkVisited, role.Accent), c.accent),
        ((role.HighlightedText,), c.on_accent),
        ((role.PlaceholderText,), c.muted),
        ((role.Mid, role.Midlight), c.line),
        ((role.Dark,), mixed(c.text, c.window, 0.35)),
    ):
        for each in roles:
            palette.setColor(each, colour)
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, mixed(c.text, c.window, 0.4))
    return palette


def mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """``share`` of ``colour`` laid upon ``ground``, without transparency."""
    parts = ((colour.red(), ground.red()), (colour.green(), ground.green()), (colour.blue(), ground.blue()))
    return QColor(*(round(share * over + (1 - share) * under) for over, under in parts))


@cache
def _stylesheet(theme: Theme, text_px: int) -> str:
    c = colours(theme)
    names = {field.name: getattr(c, field.name).name() for field in fields(c)}
    names |= {
        "theme": theme,
        "small_px": str(max(round(text_px * 11 / 12), TEXT_PX["presentation"] if text_px >= 24 else 0)),
        "verdict_px": str(round(text_px * 15 / 12)),
        "title_px": str(round(text_px * 17 / 12)),
        "icon_px": str(round(text_px * 16 / 12)),
        "large_icon_px": str(round(text_px * 24 / 12)),
        "icons": (resources_folder() / "icons").as_posix(),
        "faint": mixed(c.text, c.window, 0.4).name(),
        "hover": mixed(c.text, c.window, 0.08).name(),
        "tint": mixed(c.accent, c.window, 0.18).name(),
        "accent_hover": mixed(c.accent, c.text, 0.85).name(),
    }
    return Template((resources_folder() / "theme.qss").read_text("utf-8")).substitute(names)

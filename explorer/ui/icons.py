"""Line icons of one pen, in the colour of the palette they are shown with."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from explorer.ui.icon_drawings import DRAWINGS

_PEN = 1.7
_OTHER_NAMES: Final = {"dice": "sample", "grid": "neighbours", "device": "chip"}

# WORKAROUND PySide6 6.11 does not hand a clone over to Qt (it does so in QIcon(engine)), so Python would
# delete it under Qt's feet. Qt clones an engine only where a copied icon is changed, which is rare.
_CLONES: list[QIconEngine] = []


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.ButtonText) -> QIcon:
    """The line icon ``name``, crisp at every size and scale.

    It takes the colour that the program's palette gives to ``role`` at the time it is painted, so it
    follows a change of theme; the accent colour where its button is checked. In a row that is chosen, one
    of a button's colour has that of words upon the accent colour, and others keep theirs.
    """
    return QIcon(_LineIcon(_OTHER_NAMES.get(name, name), role))


def icon_pixmap(name: str, size_px: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """The icon in one colour, ``size_px`` square on a screen of device pixel ratio ``ratio``."""
    pixmap = _drawn(_OTHER_NAMES.get(name, name), QSize(size_px, size_px) * ratio, colour)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class _LineIcon(QIconEngine):
    """Draws one icon in the colour of the moment."""

    def __init__(self, name: str, role: QPalette.ColorRole) -> None:
        super().__init__()
        if name not in DRAWINGS:
            raise KeyError(f"there is no icon called {name}")
        self._name, self._role = name, role

    def clone(self) -> QIconEngine:
        twin = _LineIcon(self._name, self._role)
        _CLONES.append(twin)
        return twin

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _drawn(self._name, size, self._colour(mode, state))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        pixmap = self.pixmap(size * scale, mode, state)
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, self.pixmap(rect.size() * ratio, mode, state))

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        palette = QApplication.palette()
        if mode == QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)  # on any ground
        if mode == QIcon.Mode.Selected and self._role == QPalette.ColorRole.ButtonText:
            return palette.color(QPalette.ColorRole.HighlightedText)
        return palette.color(QPalette.ColorRole.Highlight if state == QIcon.State.On else self._role)


def _drawn(name: str, size: QSize, colour: QColor) -> QPixmap:
    key = f"icon-{name}-{size.width()}x{size.height()}-{colour.rgba():x}"
    kept = QPixmap()
    if QPixmapCache.find(key, kept):
        return kept
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(size.width(), size.height())
        place = QRect(QPoint((size.width() - side) // 2, (size.height() - side) // 2), QSize(side, side))
        QSvgRenderer(QByteArray(_svg(name, colour).encode())).render(painter, place)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def _svg(name: str, colour: QColor) -> str:
    pen = f'stroke="{colour.name()}" stroke-width="{_PEN}" stroke-linecap="round" stroke-linejoin="round"'
    body = DRAWINGS[name].replace("COLOUR", colour.name())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<g fill="none" {pen} opacity="{colour.alphaF():.3f}">{body}</g></svg>'
    )

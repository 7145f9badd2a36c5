"""A network as a column of blocks: what each layer does, the shape that leaves it, what it learns."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.explain.explanation import NetworkBlocks, Sides, count_words, shape_words
from explorer.ui.explain.formula_view import term_colour
from explorer.ui.theme import RADIUS, UNIT, colours_of, grown, mixed

_LINK_PX, _GLYPH_PX, _NARROWEST = UNIT, 5 * UNIT, 44 * UNIT


@dataclass(frozen=True)
class _Card:
    """One block, laid out: what is written where."""

    first: str
    rest: str
    sides: Sides
    count: str
    high: int


class NetworkDiagram(QWidget):
    """Paints the blocks one under the other, as data passes through them."""

    def __init__(self, network: NetworkBlocks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.network = network
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(_NARROWEST // 2)
        self.setAccessibleName(f"{network.name.capitalize()}: {count_words(network)}")
        told = [f"{block.words} gives {shape_words(block.sides)}" for block in network.blocks]
        self.setAccessibleDescription("; ".join(told))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        cards = self._cards(width)
        return sum(card.high for card in cards) + _LINK_PX * max(len(cards) - 1, 0) + 2

    def sizeHint(self) -> QSize:
        narrowest = grown(_NARROWEST, self)
        return QSize(narrowest, self.heightForWidth(max(self.width(), narrowest)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        ink = term_colour(self.network.name, c)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            y, cards = 1.0, self._cards(self.width())
            entrances = len(self.network.entrances)
            for number, card in enumerate(cards):
                place = QRectF(0.5, y, self.width() - 1, card.high)
                self._paint_card(painter, card, place, ink if number >= entrances else c.muted)
                y += card.high
                if number + 1 < len(cards):
                    self._paint_link(painter, y, c.muted, is_joined=number + 1 < entrances)
                    y += _LINK_PX

    def _cards(self, width: int) -> list[_Card]:
        metrics = QFontMetrics(self.font())
        room = width - _GLYPH_PX - 3 * UNIT
        found = []
        for name, sides in self.network.entrances:
            found.append(_Card(name, "", sides, "", metrics.lineSpacing() + UNIT))
        for block in self.network.blocks:
            known = block.parameters + block.statistics
            count = f"{known:,}" if known else ""
            beside = room - metrics.horizontalAdvance(shape_words(block.sides)) - UNIT
            first = metrics.elidedText(block.parts[0], Qt.TextElideMode.ElideRight, max(beside, 4 * UNIT))
            beside = room - metrics.horizontalAdvance(count) - UNIT
            rest = metrics.elidedText(
                " ".join(f"→ {part}" for part in block.parts[1:]), Qt.TextElideMode.ElideRight, beside
            )
            lines = 2 if rest or count else 1
            found.append(_Card(first, rest, block.sides, count, lines * metrics.lineSpacing() + UNIT))
        return found

    def _paint_card(self, painter: QPainter, card: _Card, place: QRectF, ink: QColor) -> None:
        c = colours_of(self.palette())
        painter.setPen(QPen(c.line, 1))
        painter.setBrush(c.surface)
        painter.drawRoundedRect(place, RADIUS, RADIUS)
        _paint_volume(painter, card.sides, QRectF(place.left(), place.top(), _GLYPH_PX, place.height()), ink, c.surface)
        metrics = QFontMetrics(self.font())
        left, right = place.left() + _GLYPH_PX + UNIT, place.right() - UNIT
        base = place.top() + UNIT / 2 + metrics.ascent()
        painter.setFont(self.font())
        painter.setPen(c.text)
        painter.drawText(QPointF(left, base), card.first)
        shape = shape_words(card.sides)
        painter.drawText(QPointF(right - metrics.horizontalAdvance(shape), base), shape)
        painter.setPen(c.muted)
        below = base + metrics.lineSpacing()
        painter.drawText(QPointF(left, below), card.rest)
        painter.drawText(QPointF(right - metrics.horizontalAdvance(card.count), below), card.count)

    def _paint_link(self, painter: QPainter, y: float, ink: QColor, *, is_joined: bool) -> None:
        x = _GLYPH_PX / 2
        painter.setPen(QPen(ink, 1))
        if is_joined:  # two entrances stand beside each other, neither leads to the other
            painter.setFont(QFont(self.font()))
            painter.drawLine(QLineF(x - 3, y + _LINK_PX / 2, x + 3, y + _LINK_PX / 2))
            painter.drawLine(QLineF(x, y + _LINK_PX / 2 - 3, x, y + _LINK_PX / 2 + 3))
            return
        painter.drawLine(QLineF(x, y, x, y + _LINK_PX - 1))
        painter.drawPolyline([QPointF(x - 3, y + 4), QPointF(x, y + _LINK_PX - 1), QPointF(x + 3, y + 4)])


def _paint_volume(painter: QPainter, sides: Sides, room: QRectF, ink: QColor, ground: QColor) -> None:
    """What passes here as a solid: as high as its pictures are large, as deep as there are channels."""
    high, deep = _extents(sides)
    tall = min(room.height() - 8, 34.0) * high
    thick = max(3.0, 22.0 * deep)
    slant = min(5.0, tall / 3) if len(sides) == 3 else 0.0
    middle = room.center()
    face = QRectF(middle.x() - (thick + slant) / 2, middle.y() - (tall - slant) / 2, thick, tall - slant / 2)
    painter.setPen(QPen(ink, 1))
    if slant:
        top, side = QPainterPath(), QPainterPath()
        lift = QPointF(slant, -slant)
        top.moveTo(face.topLeft())
        for point in (face.topLeft() + lift, face.topRight() + lift, face.topRight()):
            top.lineTo(point)
        side.moveTo(face.topRight())
        for point in (face.topRight() + lift, face.bottomRight() + lift, face.bottomRight()):
            side.lineTo(point)
        for path, share in ((top, 0.25), (side, 0.4)):
            path.closeSubpath()
            painter.setBrush(mixed(ink, ground, share))
            painter.drawPath(path)
    painter.setBrush(mixed(ink, ground, 0.6))
    painter.drawRect(face)


def _extents(sides: Sides) -> tuple[float, float]:
    """Height and depth of the solid, 0 to 1: by the logarithms, as sides and channels double from layer to layer."""
    if len(sides) == 3:
        return _share(max(sides[1:]), 256), _share(sides[0], 512)
    return (_share(sides[0], 4096) if sides else 0.15), 0.0


def _share(count: int, largest: int) -> float:
    return min(max(math.log2(max(count, 1) + 1) / math.log2(largest), 0.2), 1.0)

"""A formula, set and painted by ourselves: letters in boxes, boxes in rows, terms in the colours of the plots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QSize
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.explain import formula
from explorer.core.explain.explanation import FormulaTerm
from explorer.core.explain.formula import Formula, parse_formula, plain_tex
from explorer.core.plots.metric_colours import colour_of
from explorer.ui.plots.plot_look import LineStyle
from explorer.ui.theme import UNIT, Colours, colours_of

_FAMILIES = ["STIX Two Text", "Cambria", "Times New Roman", "Liberation Serif", "DejaVu Serif", "serif"]
_LARGER, _SCRIPT, _SMALLEST_PX = 1.35, 0.7, 9.0
_PLAIN = str.maketrans({"𝔼": "E", "ℝ": "R", "𝒩": "N", "ℒ": "L", "ᵀ": "T"})  # letters that many fonts lack


@dataclass(frozen=True)
class SetBox:
    """A piece that has been set: its width, how far it reaches above and below the line, and what paints it there."""

    width: float
    above: float
    below: float
    paint: Callable[[QPainter, float, float], None]


def term_colour(metric: str, c: Colours) -> QColor:
    """The colour of a term, which its number has in the plots too."""
    number = colour_of(metric)
    return c.text if number is None else LineStyle(number).ink(c)


class FormulaView(QWidget):
    """Shows the terms of a sum, broken between them where they do not fit into a line."""

    def __init__(self, terms: Sequence[FormulaTerm], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.terms = tuple(terms)
        self._parsed = [(term.metric, parse_formula(term.tex)) for term in terms]
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        whole = " ".join(plain_tex(term.tex) for term in terms)
        self.setAccessibleName(f"Formula: {whole}")

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(sum(high for _, high in self._lines(width))) + UNIT

    def sizeHint(self) -> QSize:
        boxes = self._boxes()
        return QSize(round(sum(box.width for box in boxes)) + UNIT, self.heightForWidth(10**6))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(max((box.width for box in self._boxes()), default=0.0)) + UNIT, self.heightForWidth(10**6))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            y = UNIT / 2
            for line, high in self._lines(self.width()):
                base, x = y + max(box.above for box in line), 0.0
                for box in line:
                    box.paint(painter, x, base)
                    x += box.width
                y += high

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()

    def _boxes(self) -> list[SetBox]:
        c, px = colours_of(self.palette()), QFontInfo(self.font()).pixelSize() * _LARGER
        setter = _Setter(c)
        return [setter.set(parsed, px, term_colour(metric, c)) for metric, parsed in self._parsed]

    def _lines(self, width: int) -> list[tuple[list[SetBox], float]]:
        lines: list[list[SetBox]] = []
        left = 0.0
        for box in self._boxes():
            if not lines or left < box.width:
                lines.append([])
                left = float(width)
            lines[-1].append(box)
            left -= box.width
        return [(line, max(box.above for box in line) + max(box.below for box in line) + UNIT / 2) for line in lines]


class _Setter:
    """Sets formulas in a size and a colour."""

    def __init__(self, c: Colours) -> None:
        self._c = c

    def set(self, what: Formula, px: float, ink: QColor) -> SetBox:
        """The box of a formula."""
        if isinstance(what, formula.Glyphs):
            return _letters(what.text.translate(_PLAIN), what.is_italic, px, ink)
        if isinstance(what, formula.Sequence):
            return _row([self.set(part, px, ink) for part in what.parts])
        if isinstance(what, formula.Tinted):
            return self.set(what.body, px, term_colour(what.metric, self._c))
        if isinstance(what, formula.Fraction):
            return _fraction(self.set(what.top, px * 0.85, ink), self.set(what.bottom, px * 0.85, ink), px, ink)
        small = max(px * _SCRIPT, _SMALLEST_PX)
        below = None if what.below is None else self.set(what.below, small, ink)
        above = None if what.above is None else self.set(what.above, small, ink)
        return _scripts(self.set(what.base, px, ink), below, above, px)


def _letters(text: str, is_italic: bool, px: float, ink: QColor) -> SetBox:
    font = QFont()
    font.setFamilies(_FAMILIES)
    font.setStyleHint(QFont.StyleHint.Serif)
    font.setPixelSize(max(round(px), 1))
    font.setItalic(is_italic)
    metrics = QFontMetricsF(font)

    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(QPointF(x, y), text)

    lean = 0.06 * px if is_italic else 0.0
    return SetBox(metrics.horizontalAdvance(text) + lean, metrics.ascent() * 0.85, metrics.descent(), paint)


def _row(boxes: list[SetBox]) -> SetBox:
    def paint(painter: QPainter, x: float, y: float) -> None:
        for box in boxes:
            box.paint(painter, x, y)
            x += box.width

    above, below = max((box.above for box in boxes), default=0.0), max((box.below for box in boxes), default=0.0)
    return SetBox(sum(box.width for box in boxes), above, below, paint)


def _fraction(top: SetBox, bottom: SetBox, px: float, ink: QColor) -> SetBox:
    width, axis, gap = max(top.width, bottom.width) + 0.3 * px, 0.28 * px, 0.1 * px

    def paint(painter: QPainter, x: float, y: float) -> None:
        painter.setPen(QPen(ink, max(px / 16, 1.0)))
        painter.drawLine(QLineF(x + 0.08 * px, y - axis, x + width - 0.08 * px, y - axis))
        top.paint(painter, x + (width - top.width) / 2, y - axis - gap - top.below)
        bottom.paint(painter, x + (width - bottom.width) / 2, y - axis + gap + bottom.above)

    above = axis + gap + top.below + top.above
    return SetBox(width, above, gap + bottom.above + bottom.below - axis, paint)


def _scripts(base: SetBox, below: SetBox | None, above: SetBox | None, px: float) -> SetBox:
    up, down = 0.38 * px, 0.2 * px

    def paint(painter: QPainter, x: float, y: float) -> None:
        base.paint(painter, x, y)
        if above is not None:
            above.paint(painter, x + base.width, y - up)
        if below is not None:
            below.paint(painter, x + base.width, y + down)

    width = max(box.width if box is not None else 0.0 for box in (below, above)) + 0.04 * px
    reach_up = max(base.above, up + above.above if above is not None else 0.0)
    reach_down = max(base.below, down + below.below if below is not None else 0.0)
    return SetBox(base.width + width, reach_up, reach_down, paint)

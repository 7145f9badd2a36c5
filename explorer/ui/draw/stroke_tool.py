"""A tool that draws: what the hand does on the board, told as strokes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPen

from explorer.core.drawing.drawing import BLACK, Stroke, Tool
from explorer.core.drawing.legend import Colour
from explorer.ui.theme import tinted
from explorer.ui.touch.brush import Brush
from explorer.ui.widgets.picture_tool import Overlay, PictureTool, Touch

_LEAST_STEP = 1 / 1024  # sides of the board: a hand that hardly moved adds no point
_INSIDE = 0.35
_WORDS: dict[Tool, str] = {
    "pen": "Draw; Shift draws a straight line",
    "dab": "Brush a colour under the lines; Alt picks one",
    "fill": "Click an area to fill it; Alt picks a colour",
    "eraser": "Rub out what you drew",
}


@dataclass
class Ways:
    """How all tools draw: on both sides of the middle, and tidied up once a stroke is done."""

    is_mirrored: bool = False
    tidied: Callable[[Stroke], Stroke] | None = None


class StrokeTool(PictureTool):
    """Draws strokes of one kind; a pen that is turned round erases.

    Signals
    -------
    drawn(stroke) : Stroke
        The stroke under way, as far as it has come.
    finished(stroke) : Stroke
        The hand let go.
    dropped()
        The stroke under way is taken back.
    colour_taken(colour) : (int, int, int)
        A colour of the board was taken.
    """

    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.BlankCursor

    drawn = Signal(object)
    finished = Signal(object)
    dropped = Signal()
    colour_taken = Signal(object)

    def __init__(self, kind: Tool, brush: Brush, ways: Ways, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind, self.brush, self.ways = kind, brush, ways
        self.colour: Colour = BLACK
        self._stroke: Stroke | None = None
        self._hand: Touch | None = None
        brush.changed.connect(self.repaint_wanted)

    @property
    def words(self) -> str:
        return _WORDS[self.kind]

    @property
    def is_held(self) -> bool:
        return self._stroke is not None

    def set_colour(self, colour: Colour) -> None:
        """Draw in another colour."""
        self.colour = colour
        self.repaint_wanted.emit()

    def press(self, touch: Touch) -> None:
        if touch.holds(Qt.KeyboardModifier.AltModifier):
            if touch.colour is not None:
                self.colour_taken.emit(touch.colour)
            return
        kind: Tool = "eraser" if touch.is_turned else self.kind
        pressures = None if touch.pressure is None else np.array([touch.pressure], np.float32)
        self._go_to(
            Stroke(kind, _place(touch), self.brush.size / 100, self.colour, pressures, self.ways.is_mirrored), touch
        )

    def move(self, touch: Touch) -> None:
        stroke = self._stroke
        if stroke is None or stroke.tool == "fill":
            return
        here = _place(touch)
        if touch.holds(Qt.KeyboardModifier.ShiftModifier):
            self._go_to(_line(stroke, here), touch)
        elif np.abs(here[0] - stroke.points[-1]).max() >= _LEAST_STEP:
            pressures = None if touch.pressure is None else np.array([touch.pressure], np.float32)
            self._go_to(stroke.longer(here, pressures), touch)

    def release(self, touch: Touch) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            tidied = self.ways.tidied if stroke.tool in ("pen", "eraser") else None
            self.finished.emit(stroke if tidied is None else tidied(stroke))

    def hover(self, touch: Touch | None) -> None:
        self._hand = touch
        self.repaint_wanted.emit()

    def cancel(self) -> None:
        if self._stroke is not None:
            self._stroke = None
            self.dropped.emit()

    def paint(self, overlay: Overlay) -> None:
        painter, hand = overlay.painter, self._hand
        if self.ways.is_mirrored:
            middle, height = overlay.size[0] / 2, overlay.size[1]
            painter.setPen(QPen(tinted(overlay.colours.accent, 0.6), 1, Qt.PenStyle.DashLine))
            painter.drawLine(overlay.at(middle, 0), overlay.at(middle, height))
        if hand is not None:
            is_coloured = self.kind != "eraser" and not hand.is_turned
            self.brush.paint(overlay, hand, tinted(QColor(*self.colour), _INSIDE) if is_coloured else None)

    def _go_to(self, stroke: Stroke, touch: Touch) -> None:
        self._stroke, self._hand = stroke, touch
        self.drawn.emit(stroke)


def _line(stroke: Stroke, here: NDArray[np.float32]) -> Stroke:
    """The straight line from where a stroke began, as firm as it was then."""
    pressures = None if stroke.pressures is None else np.repeat(stroke.pressures[:1], 2)
    return replace(stroke, points=np.concatenate([stroke.points[:1], here]), pressures=pressures)


def _place(touch: Touch) -> NDArray[np.float32]:
    """Where a touch lies, (1, 2), as shares of the board."""
    width, height = touch.size
    return np.array([[touch.x / width, touch.y / height]], np.float32)

"""The tool that moves what StyleGAN3 shows: a drag moves it with the hand, and with Shift turns it."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QObject, Qt

from explorer.session.explore.condition_edits import ConditionEdits
from explorer.ui.widgets.picture_tool import PictureTool, Touch


class ContentMover(PictureTool):
    """Moves and turns the content of the picture."""

    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.SizeAllCursor

    def __init__(self, edits: ConditionEdits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._edits = edits
        self._last: Touch | None = None

    @property
    def words(self) -> str:
        return "Drag to move, with Shift to turn"

    def press(self, touch: Touch) -> None:
        self._last = touch

    def move(self, touch: Touch) -> None:
        last, self._last = self._last, touch
        if last is None:
            return
        if touch.holds(Qt.KeyboardModifier.ShiftModifier):
            self._edits.turn(_turn(last, touch), touch.gesture)
        else:
            width, _ = touch.size
            self._edits.move((touch.x - last.x) / width, (touch.y - last.y) / width, touch.gesture)

    def release(self, touch: Touch) -> None:
        self._last = None

    def cancel(self) -> None:
        self._last = None


def _turn(before: Touch, here: Touch) -> float:
    """By how many degrees, anticlockwise, a hand went round the middle of the picture."""
    width, height = here.size
    angles = [math.atan2(height / 2 - at.y, at.x - width / 2) for at in (before, here)]
    return (math.degrees(angles[1] - angles[0]) + 180.0) % 360.0 - 180.0

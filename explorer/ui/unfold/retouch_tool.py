"""What is brushed on a picture before it is painted on: colours, or a hole to be filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from explorer.core.touch.goals import Place, dab
from explorer.ui.theme import tinted
from explorer.ui.touch.brush import Brush, Layer, rgb_of
from explorer.ui.widgets.picture_tool import Overlay, PictureTool, Touch

_HOLE = QColor("#c83278")
_HOLE_OPACITY, _INSIDE = 0.75, 0.35


Brushed = tuple[NDArray[np.float32] | None, NDArray[np.uint8] | None]
"""How much of each pixel is covered (height, width), and with what (height, width, 3); None for nothing."""


class RetouchTool(PictureTool):
    """Brushes colours over a picture, or a hole; with Alt it takes the colour that is there.

    Parameters
    ----------
    size : callable
        Width and height of the pictures; (0, 0) where there are none.

    Signals
    -------
    changed()
        Something else is brushed, or another colour is taken.
    stroked(before, after) : Brushed, Brushed
        A stroke is done: what was brushed before it, and what is now.
    """

    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.BlankCursor

    changed = Signal()
    stroked = Signal(object, object)

    def __init__(
        self, brush: Brush, size: Callable[[], tuple[int, int]], *, is_hole: bool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._brush, self._size, self._is_hole = brush, size, is_hole
        self.colour = _HOLE if is_hole else QColor("#e1be78")
        self.weights: NDArray[np.float32] | None = None
        self._colours: NDArray[np.uint8] | None = None
        self._before: Brushed = (None, None)
        self._hand: Touch | None = None
        self._last: Place | None = None
        brush.changed.connect(self.repaint_wanted)

    @property
    def words(self) -> str:
        return "Brush over what should be repainted" if self._is_hole else "Brush a colour; Alt picks one"

    @property
    def is_held(self) -> bool:
        return self._last is not None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was brushed."""
        return self.weights is None or not self.weights.any()

    @property
    def hole(self) -> NDArray[np.bool_] | None:
        """What was brushed, (height, width); None for nothing."""
        return None if self.is_empty or self.weights is None else self.weights > 0.5

    def over(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A picture (height, width, 1 or 3) uint8 with the colours on it."""
        if self.is_empty or self.weights is None or self._colours is None:
            return picture
        colours = self._colours.astype(np.float32)
        if picture.shape[2] == 1:
            colours = colours.mean(-1, keepdims=True)
        weights = self.weights[..., None]
        mixed: NDArray[np.uint8] = np.rint(picture * (1 - weights) + colours * weights).astype(np.uint8)
        return mixed

    @property
    def brushed(self) -> Brushed:
        """What is brushed."""
        return self.weights, self._colours

    def put(self, brushed: Brushed) -> None:
        """Let this be what is brushed."""
        self._last = None
        self.weights, self._colours = brushed
        self.changed.emit()
        self.repaint_wanted.emit()

    def press(self, touch: Touch) -> None:
        if touch.holds(Qt.KeyboardModifier.AltModifier) and not self._is_hole:
            if touch.colour is not None:
                self.colour = QColor(*touch.colour)
                self.changed.emit()
            return
        width, height = self._size()
        if not width:
            return
        if self.weights is None or self._colours is None or self.weights.shape != (height, width):
            self.weights, self._colours = np.zeros((height, width), np.float32), np.zeros((height, width, 3), np.uint8)
        self._before = self.brushed
        self.weights, self._colours = self.weights.copy(), self._colours.copy()
        touch = touch.on((width, height))
        self._last = (touch.x, touch.y)
        self._draw(touch)

    def move(self, touch: Touch) -> None:
        if self._last is not None:
            self._draw(touch.on(self._size()))

    def release(self, touch: Touch) -> None:
        if self._last is not None:
            self._last = None
            self.stroked.emit(self._before, self.brushed)
            self.changed.emit()

    def hover(self, touch: Touch | None) -> None:
        self._hand = touch
        self.repaint_wanted.emit()

    def cancel(self) -> None:
        if self._last is not None:
            self.put(self._before)

    def paint(self, overlay: Overlay) -> None:
        if self.weights is not None and self._colours is not None:
            opacity = self.weights * (_HOLE_OPACITY if self._is_hole else 1.0)
            overlay.image(Layer(self._colours, np.asarray(opacity, np.float32)).image)
        if self._hand is not None:
            self._brush.paint(overlay, self._hand, tinted(self.colour, _INSIDE))

    def _draw(self, touch: Touch) -> None:
        assert self.weights is not None
        assert self._colours is not None
        assert self._last is not None
        here, before = (touch.x, touch.y), self.weights.copy()
        taken = dab(self.weights, self._last, here, self._brush.radius(touch))
        self._colours[taken | ((self.weights > 0) & (before == 0))] = rgb_of(self.colour)
        self._last, self._hand = here, touch
        self.repaint_wanted.emit()

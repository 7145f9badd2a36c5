"""Paint: a colour is brushed over the picture, and the picture follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from explorer.core.touch.goals import PaintGoal, Place, dab
from explorer.session.models.opening import OpenModel
from explorer.session.touch.picture_touch import PictureTouch
from explorer.ui.theme import tinted
from explorer.ui.touch.brush import Brush, Layer, grey_of, rgb_of
from explorer.ui.touch.keep_tool import KeepMask, size_of
from explorer.ui.widgets.picture_tool import Overlay, PictureTool, Touch

PAINT = "Paint"
FIRST_COLOUR = "#e1be78"
_STROKE, _INSIDE = 0.65, 0.35
_ALT = Qt.KeyboardModifier.AltModifier


class PaintTool(PictureTool):
    """Brushes a colour; with Alt it takes the colour from the picture.

    Signals
    -------
    colour_changed(colour) : QColor
        What it paints with is another.
    colour_chosen(colour) : QColor
        Somebody chose this, whatever it is on grey pictures.
    """

    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.BlankCursor

    colour_changed = Signal(QColor)
    colour_chosen = Signal(QColor)

    def __init__(
        self,
        touch: PictureTouch,
        brush: Brush,
        mask: KeepMask,
        model: Callable[[], OpenModel | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._touch, self._brush, self._mask, self._model = touch, brush, mask, model
        self._wanted = QColor(FIRST_COLOUR)
        self._is_grey = False
        self._size = (0, 0)
        self._hand: Touch | None = None
        self._last: Place | None = None
        self._picks = False
        self._goal: PaintGoal | None = None
        self._layer: Layer | None = None
        for changed in (brush.changed, mask.changed):
            changed.connect(self.repaint_wanted)

    @property
    def words(self) -> str:
        return "Drag to paint; Alt picks a colour"

    @property
    def is_held(self) -> bool:
        return self._touch.is_under_way

    @property
    def colour(self) -> QColor:
        """What it paints with: as light as what was chosen, but grey where pictures are."""
        return grey_of(self._wanted) if self._is_grey else self._wanted

    def set_colour(self, colour: QColor) -> None:
        """Paint with another colour."""
        if colour.isValid() and colour != self.colour:
            self._wanted = colour
            self.colour_chosen.emit(colour)
            self._tell_colour()

    def set_grey(self, is_grey: bool) -> None:
        """Paint grey pictures, or such with colours, for which the colour that was chosen comes back."""
        if is_grey is not self._is_grey:
            self._is_grey = is_grey
            self._tell_colour()

    def press(self, touch: Touch) -> None:
        self._picks = touch.holds(_ALT)
        model = self._model()
        if self._picks or model is None:
            self._pick(touch)
            return
        self._size = width, height = size_of(model)
        touch = touch.on(self._size)
        empty = np.zeros((height, width), np.float32)
        self._goal = PaintGoal(np.zeros((height, width, 3), np.uint8), empty, self._mask.of(touch.size))
        self._last = (touch.x, touch.y)
        self._touch.begin(PAINT, touch.gesture, model)
        self._draw(touch)

    def move(self, touch: Touch) -> None:
        if self._picks:
            self._pick(touch)
        elif self._last is not None:
            self._draw(touch.on(self._size))

    def release(self, touch: Touch) -> None:
        held, self._last = self._last is not None, None
        self._picks, self._layer = False, None
        if held:
            self._touch.let_go()
        self.repaint_wanted.emit()

    def hover(self, touch: Touch | None) -> None:
        self._hand = touch
        self.repaint_wanted.emit()

    def cancel(self) -> None:
        self._last = self._layer = None
        self._picks = False
        self._touch.take_back()
        self.repaint_wanted.emit()

    def paint(self, overlay: Overlay) -> None:
        self._mask.paint(overlay)
        if self._layer is not None:
            overlay.image(self._layer.image)
        if self._hand is not None:
            self._brush.paint(overlay, self._hand, tinted(self.colour, _INSIDE))

    def _tell_colour(self) -> None:
        self.colour_changed.emit(self.colour)
        self.repaint_wanted.emit()

    def _pick(self, touch: Touch) -> None:
        self._hand = touch
        if touch.colour is not None:
            self.set_colour(QColor(*touch.colour))

    def _draw(self, touch: Touch) -> None:
        goal, last, here = self._goal, self._last, (touch.x, touch.y)
        assert goal is not None
        assert last is not None
        weights, colours = goal.weights.copy(), goal.colours.copy()
        taken = dab(weights, last, here, self._brush.radius(touch))
        colours[taken | ((weights > 0) & (goal.weights == 0))] = rgb_of(self.colour)
        self._goal = PaintGoal(colours, weights, goal.keep)
        self._layer = Layer(colours, _opacity(weights))
        self._last, self._hand = here, touch
        self._touch.ask(self._goal)
        self.repaint_wanted.emit()


def _opacity(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(_STROKE * weights, np.float32)

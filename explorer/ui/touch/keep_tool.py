"""What is to stay as it is: a mask that is brushed over the picture, for every other tool to heed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from explorer.core.touch.goals import Place, dab, erase
from explorer.session.models.opening import OpenModel
from explorer.ui.touch.brush import Brush, Layer, rgb_of
from explorer.ui.widgets.picture_tool import Overlay, PictureTool, Touch

_OPACITY = 0.4


def size_of(model: OpenModel) -> tuple[int, int]:
    """Width and height of the pictures of a model."""
    card = model.generator.card
    return card.width, card.height


class KeepMask(QObject):
    """The mask; nothing of the scene, so that it stays for the next gestures, until it is cleared.

    Signals
    -------
    changed()
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._weights: NDArray[np.float32] | None = None
        self._layer: tuple[NDArray[np.float32], Layer] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to stay."""
        return self._weights is None or not self._weights.any()

    def of(self, size: tuple[int, int]) -> NDArray[np.float32] | None:
        """The mask for pictures of this width and height, (height, width), 0 to 1; None where nothing is to stay."""
        weights = self._weights
        return weights if weights is not None and weights.shape == (size[1], size[0]) and weights.any() else None

    def put(self, weights: NDArray[np.float32] | None) -> None:
        """Let this be the mask; None for none."""
        self._weights = weights
        self.changed.emit()

    def clear(self) -> None:
        """Let nothing stay any more."""
        self.put(None)

    def paint(self, overlay: Overlay) -> None:
        """Tint what is to stay."""
        weights = self._weights
        if weights is None or not weights.any():
            return
        if self._layer is None or self._layer[0] is not weights:
            accent = overlay.colours.accent
            tint = np.broadcast_to(np.array(rgb_of(accent), np.uint8), (*weights.shape, 3))
            self._layer = (weights, Layer(tint, _OPACITY * weights))
        overlay.image(self._layer[1].image)


class KeepTool(PictureTool):
    """Brushes what is to stay; with Alt it takes out again."""

    cursor: ClassVar[Qt.CursorShape] = Qt.CursorShape.BlankCursor

    def __init__(
        self, brush: Brush, mask: KeepMask, model: Callable[[], OpenModel | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._brush, self.mask, self._model = brush, mask, model
        self._hand: Touch | None = None
        self._last: Place | None = None
        self._before: NDArray[np.float32] | None = None
        self._size = (0, 0)
        for changed in (brush.changed, mask.changed):
            changed.connect(self.repaint_wanted)

    @property
    def words(self) -> str:
        return "Brush what must stay; Alt frees it"

    @property
    def is_held(self) -> bool:
        return self._last is not None

    def press(self, touch: Touch) -> None:
        model = self._model()
        if model is None:
            return
        self._size = size_of(model)
        touch = touch.on(self._size)
        self._before = self.mask.of(self._size)
        self._last = (touch.x, touch.y)
        self._draw(touch)

    def move(self, touch: Touch) -> None:
        if self._last is not None:
            self._draw(touch.on(self._size))

    def release(self, touch: Touch) -> None:
        self._last = None

    def hover(self, touch: Touch | None) -> None:
        self._hand = touch
        self.repaint_wanted.emit()

    def cancel(self) -> None:
        if self._last is not None:
            self._last = None
            self.mask.put(self._before)

    def paint(self, overlay: Overlay) -> None:
        self.mask.paint(overlay)
        if self._hand is not None:
            self._brush.paint(overlay, self._hand)

    def _draw(self, touch: Touch) -> None:
        assert self._last is not None
        self._hand = touch
        here, now = (touch.x, touch.y), self.mask.of(touch.size)
        weights = np.zeros((touch.size[1], touch.size[0]), np.float32) if now is None else now.copy()
        stroke = erase if touch.holds(Qt.KeyboardModifier.AltModifier) else dab
        stroke(weights, self._last, here, self._brush.radius(touch))
        self._last = here
        self.mask.put(weights)

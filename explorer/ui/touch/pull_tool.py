"""Pull: a point of the picture is dragged to another place, and the picture follows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QColor, QPen

from explorer.core.touch.goals import Place, Pull, PullGoal
from explorer.session.models.opening import OpenModel
from explorer.session.touch.picture_touch import PictureTouch
from explorer.ui.touch.keep_tool import KeepMask, size_of
from explorer.ui.widgets.picture_tool import Overlay, PictureTool, Touch

PULL = "Pull"
_RADIUS_PX = 5
_SHORTEST = 0.01  # of the picture's width: a click pulls nothing


class PullTool(PictureTool):
    """Drags one point of the picture to another place."""

    def __init__(
        self,
        touch: PictureTouch,
        mask: KeepMask,
        model: Callable[[], OpenModel | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._touch, self._mask, self._model = touch, mask, model
        self._size = (0, 0)
        self._start: Place | None = None
        self._target: Place | None = None
        self._point: Place | None = None  # where it has come to
        mask.changed.connect(self.repaint_wanted)
        touch.moved.connect(self._on_moved)
        touch.rested.connect(self._on_rested)

    @property
    def words(self) -> str:
        return "Drag a point to where it should be"

    @property
    def is_held(self) -> bool:
        return self._touch.is_under_way

    def press(self, touch: Touch) -> None:
        model = self._model()
        if model is not None:
            self._size = size_of(model)
            touch = touch.on(self._size)
            self._start = self._point = (touch.x, touch.y)
            self._target = None
            self._touch.begin(PULL, touch.gesture, model)
            self.repaint_wanted.emit()

    def move(self, touch: Touch) -> None:
        if self._start is None:
            return
        touch, (width, height) = touch.on(self._size), self._size
        target = (min(max(touch.x, 0.0), width), min(max(touch.y, 0.0), height))
        pull = Pull(self._start, target)
        if self._target is not None or pull.length >= _SHORTEST * width:
            self._target = target
            self._touch.ask(PullGoal((pull,), self._mask.of(self._size)))
        self.repaint_wanted.emit()

    def release(self, touch: Touch) -> None:
        if self._target is None:
            self._forget()
        self._touch.let_go()

    def cancel(self) -> None:
        self._forget()
        self._touch.take_back()

    def put_down(self) -> None:
        self._forget()

    def paint(self, overlay: Overlay) -> None:
        self._mask.paint(overlay)
        if self._start is None:
            return
        overlay.painter.setRenderHint(overlay.painter.RenderHint.Antialiasing)
        across, down = overlay.size[0] / self._size[0], overlay.size[1] / self._size[1]

        def at(place: Place) -> QPointF:
            return overlay.at(place[0] * across, place[1] * down)

        point = at(self._point or self._start)
        if self._target is not None:
            target = at(self._target)
            for width, colour in ((4, QColor(Qt.GlobalColor.black)), (2, QColor(Qt.GlobalColor.white))):
                overlay.painter.setPen(QPen(colour, width))
                overlay.painter.drawLine(point, target)
            _paint_knob(overlay, target, QColor(Qt.GlobalColor.white))
        _paint_knob(overlay, point, overlay.colours.accent)

    def _on_moved(self, points: tuple[Place, ...]) -> None:
        if points and self._start is not None:
            self._point = points[0]
            self.repaint_wanted.emit()

    def _on_rested(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._start = self._target = self._point = None
        self.repaint_wanted.emit()


def _paint_knob(overlay: Overlay, place: QPointF, colour: QColor) -> None:
    overlay.painter.setPen(QPen(Qt.GlobalColor.black, 1.5))
    overlay.painter.setBrush(colour)
    overlay.painter.drawEllipse(place, _RADIUS_PX, _RADIUS_PX)

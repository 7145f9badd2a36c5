"""A photo with the model's frame on it: where it lies, where it lay before, and how that looks."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.photos.pupils import Point, Pupils
from explorer.session.photos.photo import Picture, Placing
from explorer.ui.photos.align_handles import CORNERS, Handles
from explorer.ui.photos.align_painting import HANDLE_PX, paint_frame, paint_handle, paint_lens
from explorer.ui.photos.face_outline import paint_face
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.viewpoint import Viewpoint

_REST_MS = 250  # after the wheel or a key, when the frame is taken to rest
_REACH_PX = 1.8 * HANDLE_PX
_STEPS_KEPT = 200


class AlignStage(QWidget):
    """Shows the frame and moves it as it is told; `AlignView` adds the hand.

    Signals
    -------
    moved(Placing)
        At every change.
    rested(Placing)
        After a change, once the hand rests.
    """

    moved = Signal(object)
    rested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.handles = Handles((1, 1), None)
        self.placing = self.handles.first()
        self.clicks: list[Point] | None = None  # of the pupils, while they are being clicked
        self._pixels: Picture | None = None
        self._photo = QImage()
        self._scaled: tuple[object, QPixmap] | None = None
        self._view = Viewpoint()
        self._chosen = 0
        self._held = self._aiming = False  # in the hand; with the lens
        self._pointer: QPointF | None = None  # while it is over the photo
        self._steps: list[tuple[Placing, tuple[Point, ...] | None]] = []
        self._step = 0
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._rest.timeout.connect(self._finish)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Your photo, and the model's frame on it")

    @property
    def has_photo(self) -> bool:
        """Whether there is a photo."""
        return not self._photo.isNull()

    @property
    def is_moving(self) -> bool:
        """Whether the frame is in the user's hand, or has not rested yet."""
        return self._rest.isActive() or self._held

    @property
    def is_held(self) -> bool:
        """Whether the frame is in the user's hand."""
        return self._held

    @property
    def chosen(self) -> int:
        """The handle that the keyboard acts on."""
        return self._chosen

    def show_photo(self, pixels: Picture, pupils: Pupils | None) -> None:
        """Begin with a photo, (height, width, 3) uint8, and a frame in its middle."""
        height, width = pixels.shape[:2]
        self._pixels = np.ascontiguousarray(pixels)  # kept, as the image is wrapped around it
        self._photo = QImage(self._pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._scaled = None
        self.handles = Handles((width, height), pupils)
        self._view = Viewpoint(self._view.canvas, (width, height), margin=self._view.margin)
        self._steps, self._step = [], 0
        self._begin()

    def show_placing(self, placing: Placing) -> None:
        """Lay the frame elsewhere, as one step that can be taken back."""
        self._put(placing)
        self._finish()

    def lay(self, pupils: Pupils) -> None:
        """Lay the frame by the pupils of the photo, as one step that can be taken back; nothing is left to click."""
        self.clicks = None
        self.show_placing(self.handles.laid(self.placing, pupils))

    def resume(self, placing: Placing) -> None:
        """Lay the frame where it was when it was left, with nothing to click any more."""
        self.clicks = None
        self.show_placing(placing)

    def clear(self) -> None:
        """Show no photo."""
        self._rest.stop()
        self._photo, self._scaled, self.clicks, self._held = QImage(), None, None, False
        self.update()

    def reset(self) -> None:
        """Start over from the middle."""
        if self.has_photo:
            self._begin()

    def place(self, placing: Placing) -> None:
        """Move the frame as a hand on another control does: it rests a little later."""
        self._put(placing)
        self._rest.start()

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return self._step > 1

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return self._step < len(self._steps)

    def undo(self) -> None:
        """Take the last change back."""
        self._finish_now()
        if self.can_undo:
            self._go(self._step - 1)

    def redo(self) -> None:
        """Make the change again that was taken back."""
        self._finish_now()
        if self.can_redo:
            self._go(self._step + 1)

    def turn(self, degrees: float) -> None:
        """Turn the frame, clockwise."""
        self.place(self.handles.turned_to(self.placing, self.placing.alignment.angle + math.radians(degrees)))

    def mirror(self) -> None:
        """Change left and right."""
        self.show_placing(self.handles.flipped(self.placing))

    def done(self) -> None:
        """Take the frame as it lies, with the pupils where they are."""
        self.clicks = None
        self._aiming = False
        self._finish()
        self.update()

    def stop(self) -> None:
        """Wait for no rest any more."""
        self._rest.stop()

    def sizeHint(self) -> QSize:
        return QSize(60 * UNIT, 50 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(24 * UNIT, 24 * UNIT)

    def _begin(self) -> None:
        self.clicks = [] if self.handles.pupils is not None else None
        self._choose(0)
        self._aiming = False
        self._put(self.handles.first())
        self._finish()

    def _go(self, step: int) -> None:
        self._step = step
        placing, clicks = self._steps[step - 1]
        self.clicks = None if clicks is None else list(clicks)
        self.placing = placing
        self.moved.emit(placing)
        self.rested.emit(placing)
        self.update()

    def _put(self, placing: Placing) -> None:
        if placing != self.placing or not self._steps:
            self.placing = placing
            self.moved.emit(placing)
            self.update()

    def _finish_now(self) -> None:
        if self._rest.isActive():
            self._finish()

    def _finish(self) -> None:
        """Keep what was reached as a step, and tell that the frame rests."""
        self._rest.stop()
        state = self.placing, None if self.clicks is None else tuple(self.clicks)
        if self._step and self._steps[self._step - 1] == state:
            return
        self._steps = [*self._steps[: self._step], state][-_STEPS_KEPT:]
        self._step = len(self._steps)
        self.rested.emit(self.placing)
        self.update()

    def _choose(self, index: int) -> None:
        self._chosen = index
        self.setAccessibleDescription(f"The keys move the {self.handles.name(index)}.")
        self.update()

    def _at(self, place: QPointF) -> Point:
        """The point of the photo at a place of the widget."""
        ratio = self.devicePixelRatioF()
        return self._view.at(place.x() * ratio, place.y() * ratio)

    def _on_screen(self, point: Point) -> QPointF:
        """Where a point of the photo is in the widget."""
        left, top, width, height = self._view.box
        ratio = self.devicePixelRatioF()
        across, down = width / self._view.picture[0], height / self._view.picture[1]
        return QPointF((left + point[0] * across) / ratio, (top + point[1] * down) / ratio)

    def _pull(self, index: int | None, by: QPointF) -> None:
        """Move a handle, or without one the frame, by so much on the screen."""
        per_pixel = self.devicePixelRatioF() / self._view.zoom
        dx, dy = by.x() * per_pixel, by.y() * per_pixel
        if index is None:
            self._put(self.handles.moved(self.placing, dx, dy))
            return
        x, y = self.handles.points(self.placing)[index]
        self._put(self.handles.pulled(self.placing, index, (x + dx, y + dy)))

    def _pan(self, by: QPointF) -> None:
        ratio = self.devicePixelRatioF()
        self._look(self._view.panned(by.x() * ratio, by.y() * ratio))

    def _look(self, view: Viewpoint) -> None:
        self._view = view
        self.update()

    def _handle_at(self, place: QPointF) -> int | None:
        ends = [self._on_screen(point) for point in self.handles.points(self.placing)]
        apart = [math.hypot(place.x() - end.x(), place.y() - end.y()) for end in ends]
        nearest = min(range(len(apart)), key=apart.__getitem__)
        return nearest if apart[nearest] <= _REACH_PX else None

    def _inside(self, point: Point) -> bool:
        return bool(all(0.0 <= share <= 1.0 for share in self.placing.alignment.to_frame(point)))

    def paintEvent(self, event: QPaintEvent) -> None:
        self._measure()
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), c.mat)
            if self.has_photo:
                self._paint_photo(painter)
                w, h = self.handles.size
                corners = self.placing.alignment.to_photo(CORNERS)
                ends = [self._on_screen((float(x), float(y))) for x, y in corners]
                whole = self.hasFocus() and self._chosen >= self.handles.count
                room = QRectF(self._on_screen((0.0, 0.0)), self._on_screen((float(w), float(h))))
                paint_frame(painter, room, ends, c, whole)
                if (face := self.handles.face(self.placing)) is not None:
                    paint_face(painter, ends, face)
                self._paint_handles(painter)

    def _paint_handles(self, painter: QPainter) -> None:
        c = colours_of(self.palette())
        points = self.handles.points(self.placing)
        for index, point in enumerate(points):
            waits = self.clicks is not None and index >= len(self.clicks)
            chosen = self.hasFocus() and index == self._chosen and not waits
            paint_handle(painter, self._on_screen(point), c, chosen, waits)
        if self._aiming and self._chosen < len(points):
            self._paint_lens(painter, points[self._chosen])
        elif self.clicks is not None and self._pointer is not None and not self._held:
            self._paint_lens(painter, self._at(self._pointer))

    def _paint_lens(self, painter: QPainter, there: Point) -> None:
        c, at = colours_of(self.palette()), self._on_screen(there)
        zoom = self._view.zoom / self.devicePixelRatioF()
        paint_lens(painter, self._photo, QPointF(*there), at, zoom, QRectF(self.rect()), c)

    def _paint_photo(self, painter: QPainter) -> None:
        """From a copy of the size it is shown at, while that is no larger than the widget."""
        left, top, width, height = self._view.box
        ratio = self.devicePixelRatioF()
        if self._view.factor is not None:
            target = QRectF(left / ratio, top / ratio, width / ratio, height / ratio)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(target, self._photo, QRectF(self._photo.rect()))
            return
        key = (width, height)
        if self._scaled is None or self._scaled[0] != key:
            smooth = Qt.TransformationMode.SmoothTransformation
            fit = self._photo.scaled(round(width), round(height), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            self._scaled = key, QPixmap.fromImage(fit)
            self._scaled[1].setDevicePixelRatio(ratio)
        painter.drawPixmap(QPointF(left / ratio, top / ratio), self._scaled[1])

    def _measure(self) -> None:
        ratio = self.devicePixelRatioF()
        canvas = (max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1))
        if canvas != self._view.canvas:
            self._view = replace(self._view, canvas=canvas, margin=UNIT * ratio)

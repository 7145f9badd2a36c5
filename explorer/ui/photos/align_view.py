"""A photo on which the model's frame is laid by hand."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from explorer.core.photos.pupils import Point
from explorer.ui.photos.align_stage import AlignStage
from explorer.ui.widgets.gestures import claims
from explorer.ui.widgets.keys import Key

_PER_NOTCH = 1.08
_VIEW_PER_NOTCH = 1.25
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_OWN_KEYS = {
    *_ARROWS,
    Qt.Key.Key_R,
    Qt.Key.Key_M,
    Qt.Key.Key_0,
    Qt.Key.Key_Plus,
    Qt.Key.Key_Equal,
    Qt.Key.Key_Minus,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
}


class AlignView(AlignStage):
    """Lays the frame with mouse and keys.

    Where the frame has pupils the first click on the photo sets the left one, the second the right one; afterwards,
    or where there are none, handles are dragged. A drag inside moves the frame, the wheel sizes it, with Ctrl it
    enlarges the photo. Tab goes from handle to handle; the arrows move by a pixel of the photo, with Shift by ten;
    + and - size, R turns (with Shift the other way), M mirrors, Enter is done, Ctrl+Z takes back.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Next handle, move it", "Tab,  arrows;  Shift: by ten pixels"),
        Key("Size, turn or mirror the frame", "+  −,  R  and  Shift+R,  M"),
        Key("Done, take back, make again, see all", "Enter,  Ctrl+Z,  Ctrl+Y,  0"),
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grip: tuple[int | None, QPointF] | None = None  # a handle or the frame, and the last place
        self._dragged = self._panning = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        button = event.button()
        if not self.has_photo or button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            event.ignore()
            return
        self._finish_now()
        self._panning = button == Qt.MouseButton.MiddleButton
        free = self._panning or self.clicks is not None
        index = None if free else self._handle_at(event.position())
        self._grip, self._held, self._dragged = (index, event.position()), True, False
        if index is not None:
            self._choose(index)
            self._aiming = True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            self._show_cursor(event.position())
            return
        index, last = self._grip
        by = event.position() - last
        if index is None and not self._dragged and by.manhattanLength() < QApplication.startDragDistance():
            return  # it may be a click
        self._dragged = True
        self._grip = index, event.position()
        if self._panning:
            self._pan(by)
        else:
            self._pull(index, by)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grip, self._grip, self._held, self._aiming = self._grip, None, False, False
        if grip is not None and not self._panning:
            self._let_go(grip[0], event.position())
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        turns = event.angleDelta().y() / 120
        if not self.has_photo or not turns:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            place = event.position() * self.devicePixelRatioF()
            factor = self._view.zoom * _VIEW_PER_NOTCH**turns
            fitting = self._view.fitted()
            larger = factor > fitting.zoom
            self._look(self._view.zoomed(factor, place.x(), place.y()) if larger else fitting)
        else:
            self.place(self.handles.zoomed(self.placing, _PER_NOTCH**turns))

    def leaveEvent(self, event: QEvent) -> None:
        self._show_cursor(None)

    def _click(self, point: Point) -> None:
        """One of the two pupils."""
        assert self.clicks is not None
        before = self.clicks[0] if self.clicks else None
        placing = self.handles.clicked(self.placing, len(self.clicks), point, before)
        if before is not None and placing == self.placing:
            return  # they are at one place
        self.clicks = [point] if before is None else None
        self._choose(1 if before is None else 0)
        self._put(placing)
        self._finish()

    def _let_go(self, index: int | None, place: QPointF) -> None:
        """A drag is over; what was none is a click."""
        if self._dragged or index is not None:
            self._finish()
        elif self.clicks is not None:
            self._click(self._at(place))
        else:
            self._choose(self.handles.count)

    def _show_cursor(self, place: QPointF | None) -> None:
        shape = Qt.CursorShape
        self._pointer = place
        if self.clicks is not None:
            self.update()  # the lens goes with the pointer
        if place is None or not self.has_photo:
            self.setCursor(shape.ArrowCursor)
        elif self.clicks is not None:
            self.setCursor(shape.CrossCursor)
        elif self._handle_at(place) is not None:
            self.setCursor(shape.PointingHandCursor)
        else:
            self.setCursor(shape.SizeAllCursor if self._inside(self._at(place)) else shape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """Keep keys that mean something here from the window's commands."""
        return claims(event, self._wants) or super().event(event)

    def _wants(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        return self.has_photo and (bool(_is_step(event)) or (plain and Qt.Key(event.key()) in _OWN_KEYS))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = Qt.Key(event.key()), _is_step(event)
        if not self.has_photo:
            event.ignore()
        elif step:
            (self.undo if step < 0 else self.redo)()
        elif key in _ARROWS:
            self._nudge(*_ARROWS[key], 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.place(self.handles.zoomed(self.placing, 1 / _PER_NOTCH if key == Qt.Key.Key_Minus else _PER_NOTCH))
        elif key == Qt.Key.Key_R:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.turn(-1.0 if back else 1.0)
        elif key == Qt.Key.Key_M:
            self.mirror()
        elif key == Qt.Key.Key_0:
            self._look(self._view.fitted())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.done()
        else:
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go through the handles, and the frame, before the keyboard goes on to what comes next."""
        following = self._chosen + (1 if forward else -1)
        if self.has_photo and 0 <= following <= self.handles.count:
            self._choose(following)
            return True
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self.has_photo and event.reason() == Qt.FocusReason.TabFocusReason:
            self._choose(0)
        elif self.has_photo and event.reason() == Qt.FocusReason.BacktabFocusReason:
            self._choose(self.handles.count)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._aiming = False
        self.update()

    def _nudge(self, across: int, down: int, step: int) -> None:
        """Move by pixels of the photo; that is the end of clicking, as the handles are at hand."""
        self.clicks = None
        if self._chosen >= self.handles.count:
            self.place(self.handles.moved(self.placing, across * step, down * step))
            return
        x, y = self.handles.points(self.placing)[self._chosen]
        self._aiming = True
        self.place(self.handles.pulled(self.placing, self._chosen, (x + across * step, y + down * step)))


def _is_step(event: QKeyEvent) -> int:
    """-1 for the keys of undo, 1 for those of redo, else 0."""
    control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    if not control or event.key() not in (Qt.Key.Key_Z, Qt.Key.Key_Y):
        return 0
    again = event.key() == Qt.Key.Key_Y or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    return 1 if again else -1

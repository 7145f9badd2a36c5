"""Gestures: which movements of the hand belong together, and so undo together."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from time import monotonic

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

_numbers = count(1)
_BURST_S = 0.6  # two wheel notches or key presses closer than this are one gesture
_NOTCH = 120  # eighths of a degree


def new_gesture() -> int:
    """A number that no gesture had before, in this run of the program."""
    return next(_numbers)


class Hand:
    """Numbers the gestures of one control: one a drag, one a spin of the wheel, one a burst of keys."""

    def __init__(self) -> None:
        self._kind: object = None
        self._last_s = 0.0
        self._number = 0
        self._turned = 0

    def begin(self) -> int:
        """Start a gesture that ends by itself, such as a drag or a typed number."""
        self._kind = None
        self._number = new_gesture()
        return self._number

    def burst(self, kind: object) -> int:
        """The gesture of one more notch or key press of ``kind``."""
        now_s = monotonic()
        if kind != self._kind or now_s - self._last_s > _BURST_S:
            self._number = new_gesture()
        self._kind, self._last_s = kind, now_s
        return self._number

    @property
    def number(self) -> int:
        """The gesture that was begun last."""
        return self._number

    def notches(self, event: QWheelEvent) -> int:
        """Whole notches the wheel has turned; what a fine wheel or a touch pad leaves over is kept."""
        delta = event.angleDelta()
        self._turned += delta.y() or delta.x()  # some platforms turn the axis with Shift or Alt
        whole = int(self._turned / _NOTCH)
        self._turned -= whole * _NOTCH
        return whole

    def turned(self, widget: QWidget, event: QWheelEvent) -> int:
        """The `notches` of a turn that is meant for ``widget``; one that is not is passed on, and is 0."""
        if not wheel_is_meant_for(widget, event):
            event.ignore()
            return 0
        event.accept()
        return self.notches(event)


def claims(event: QEvent, is_wanted: Callable[[QKeyEvent], bool]) -> bool:
    """Whether ``event`` asks for a key that is wanted here; it is claimed then, before the window's shortcuts."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent) or not is_wanted(event):
        return False
    event.accept()
    return True


def step_size(modifiers: Qt.KeyboardModifier, step: float = 0.1) -> float:
    """How far one notch or key press goes: ``step``, a tenth of it with Shift, ten times with Ctrl."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return step / 10
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return step * 10
    return step


def wheel_is_meant_for(widget: QWidget, event: QWheelEvent) -> bool:
    """Whether a turn of the wheel should step ``widget`` rather than scroll what it lies in.

    In an area that scrolls it must have the focus, or Shift or Ctrl be held; elsewhere there is no doubt.
    """
    modifiers = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
    if widget.hasFocus() or event.modifiers() & modifiers:
        return True
    above = widget.parentWidget()
    while above is not None and not _scrolls(above):
        above = above.parentWidget()
    return above is None


def _scrolls(widget: QWidget) -> bool:
    return isinstance(widget, QAbstractScrollArea) and widget.verticalScrollBar().maximum() > 0

"""What the hand does in a plot: the wheel and a box zoom, a drag with Shift or the middle button pans."""

from __future__ import annotations

from typing import Any, ClassVar

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.widgets.keys import Key

_PER_KEY = 1.25


class PlotArea(pg.ViewBox):  # type: ignore[misc]
    """The inside of a plot.

    Signals
    -------
    taken(across, upright) : bool, bool
        The user moved the window himself, along which of the axes.
    home_wanted()
        Show all, and what comes.
    menu_wanted(where) : QPoint
    """

    taken = Signal(bool, bool)
    home_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseMode(pg.ViewBox.RectMode)
        self.disableAutoRange()
        self.setLimits(minXRange=1e-3, minYRange=1e-9, maxXRange=1e13, maxYRange=1e13)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        upright = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier) or axis == 1
        super().wheelEvent(event, axis=1 if upright else 0)
        self.taken.emit(not upright, upright)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.ignore()
            return
        pans = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.state["mouseMode"] = pg.ViewBox.PanMode if pans else pg.ViewBox.RectMode
        before = self.viewRange()
        super().mouseDragEvent(event, axis=axis)
        after = self.viewRange()
        if after != before:
            self.taken.emit(after[0] != before[0], after[1] != before[1])

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
            self.menu_wanted.emit(event.screenPos().toPoint())

    def mouseDoubleClickEvent(self, event: Any) -> None:
        self.home_wanted.emit()

    def zoom(self, factor: float, at: float | None = None) -> None:
        """Show ``factor`` times as much of the horizontal axis, ``at`` staying where it is."""
        low, high = self.viewRange()[0]
        middle = (low + high) / 2 if at is None else at
        self.setXRange(middle + (low - middle) * factor, middle + (high - middle) * factor, padding=0)
        self.taken.emit(True, False)


class PlotCanvas(pg.PlotWidget):  # type: ignore[misc]
    """A plot area with its axes, which has the keyboard too.

    Left and Right move the crosshair, plus and minus zoom, 0 or Home shows all again, Esc puts the crosshair away.

    Signals
    -------
    hovered(x) : float or None
    stepped(steps) : int
        The crosshair is to go on by so many of the places that can be told apart.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("Move along the steps of a plot", "Left, Right;  Ctrl: by ten"),
        Key("Zoom a plot in, out, show all of it", "+  −  0"),
    )

    hovered = Signal(object)
    stepped = Signal(int)

    def __init__(self, area: PlotArea, axes: dict[str, pg.AxisItem], parent: QWidget | None = None) -> None:
        super().__init__(parent, viewBox=area, axisItems=axes)
        self.area = area
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumSize(1, 1)
        self.setMouseTracking(True)
        self.plotItem.hideButtons()
        self.scene().sigMouseMoved.connect(self._on_moved)
        self.scene().contextMenu = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        coarse = 10 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(coarse if key == Qt.Key.Key_Right else -coarse)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.area.zoom(1 / _PER_KEY)
        elif key == Qt.Key.Key_Minus:
            self.area.zoom(_PER_KEY)
        elif key in (Qt.Key.Key_0, Qt.Key.Key_Home):
            self.area.home_wanted.emit()
        elif key == Qt.Key.Key_Escape:
            self.hovered.emit(None)
            event.ignore()
        elif key in (Qt.Key.Key_Menu,):
            self.area.menu_wanted.emit(self.mapToGlobal(self.rect().center()))
        else:
            event.ignore()

    def leaveEvent(self, event: Any) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def _on_moved(self, place: QPointF) -> None:
        inside = self.area.sceneBoundingRect().contains(place)
        self.hovered.emit(float(self.area.mapSceneToView(place).x()) if inside else None)

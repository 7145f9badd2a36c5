"""The face of a plot: its area with axes, crosshair and words, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFont, QFontInfo, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from explorer.ui.plots.plot_area import PlotArea, PlotCanvas
from explorer.ui.plots.plot_axes import Against, PlotAxis
from explorer.ui.plots.plot_readout import PlotReadout, Reading
from explorer.ui.theme import TEXT_PX, UNIT, colours_of, grown
from explorer.ui.widgets.parts import text_label

_AXIS_PX, _FOOT_PX = 6 * UNIT, 2 * UNIT + 2


class PlotFace(PlotCanvas):
    """Shows a window of the plane, and whatever curves are put into it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.left, self.bottom = PlotAxis("left"), PlotAxis("bottom")
        super().__init__(PlotArea(), {"left": self.left, "bottom": self.bottom}, parent)
        self._hair = pg.InfiniteLine(angle=90, movable=False)
        self._hair.hide()
        self.plotItem.addItem(self._hair, ignoreBounds=True)
        self._level = pg.InfiniteLine(angle=0, movable=False)
        self._level.hide()
        self.plotItem.addItem(self._level, ignoreBounds=True)
        self.readout = PlotReadout(self)
        self.against_label = _label(self, "step", "small")
        self.words = _label(self, "", "muted")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.restyle()

    def say(self, words: str) -> None:
        """Say this in place of the axes; nothing shows the axes."""
        if words == self.words.text():  # asked at every drawing, and pyqtgraph is slow to hide an axis
            return
        self.words.setText(words)
        self.words.setVisible(bool(words))
        for axis in (self.left, self.bottom):
            axis.setVisible(not words)
        self.against_label.setVisible(not words)

    def set_axes(self, against: Against, is_log: bool) -> None:
        """Write the numbers of the axes so."""
        self.bottom.against, self.left.is_log = against, is_log
        self.against_label.setText(against)
        for axis in (self.left, self.bottom):
            axis.picture = None  # pyqtgraph keeps what it painted
            axis.update()

    def show_level(self, y: float | None) -> None:
        """Draw a level line there; None for none."""
        self._level.setVisible(y is not None)
        if y is not None:
            self._level.setPos(y)

    def show_crosshair(
        self, x: float, title: str, readings: Sequence[Reading], in_the_way: Sequence[QPointF] = ()
    ) -> None:
        """Put the crosshair at ``x``, and say beside it what the lines are worth there, off what is ``in_the_way``."""
        self._hair.setPos(x)
        self._hair.show()
        inside = self.area.sceneBoundingRect().toRect()
        at_px = self.area.mapViewToScene(QPointF(x, 0.0)).x()
        self.readout.show_readings(title, list(readings), at_px, inside, in_the_way)

    def hide_crosshair(self) -> None:
        """Put the crosshair away."""
        self._hair.hide()
        self.readout.hide()

    def restyle(self) -> None:
        """Take the colours of the theme."""
        c = colours_of(self.palette())
        small, px = QFont(self.font()), QFontInfo(self.font()).pixelSize()
        small.setPixelSize(px if px >= TEXT_PX["presentation"] else px - 1)
        self.left.setWidth(grown(_AXIS_PX, self))
        self.bottom.setHeight(grown(_FOOT_PX, self))
        self.setBackground(c.surface)
        for axis in (self.left, self.bottom):
            axis.growth = grown(100, self) / 100
            axis.setPen(c.line)
            axis.setTextPen(c.muted)
            axis.setTickFont(small)
        self._hair.setPen(pg.mkPen(c.muted, width=1))
        self._level.setPen(pg.mkPen(c.muted, width=1, style=Qt.PenStyle.DashLine))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "words"):
            self.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "words"):  # pyqtgraph resizes while it is being made
            self.words.setGeometry(self.rect())
            self.against_label.adjustSize()
            self.against_label.move(UNIT // 2, self.height() - self.against_label.height() - 1)


def _label(parent: QWidget, text: str, role: str) -> QLabel:
    label = text_label(text, role)
    label.setParent(parent)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label

"""The sets of points to choose from, each as a little drawing of itself."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QToolButton, QWidget

from explorer.training.toy_models.point_sets import DRAWN, POINT_SETS, PointSet
from explorer.ui.icons import icon_pixmap
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.train.lab.painting import Inks

_SIDE_PX = 7 * UNIT
_DOTS = 120
_COLUMNS = 3


class DataButton(QToolButton):
    """A set of points, drawn; the last one has a pen, for it is drawn by hand."""

    def __init__(self, data: PointSet) -> None:
        super().__init__()
        self.data = data
        drawable = data is not DRAWN
        self._points = data.points(np.random.RandomState(0), _DOTS) if drawable else None
        self.setCheckable(True)
        self.setFixedSize(QSize(_SIDE_PX + UNIT, _SIDE_PX))
        self.setAccessibleName(data.title)
        self.setToolTip(f"{data.title}. {data.help}")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        c, painter = (
            colours_of(self.window().palette()),
            QPainter(self),
        )  # a button's own has no window colour
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._points is None:
            pixmap = icon_pixmap("edit", 3 * UNIT, c.text, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(self.width() / 2 - 1.5 * UNIT, self.height() / 2 - 1.5 * UNIT), pixmap)
            return
        side = _SIDE_PX - 1.5 * UNIT
        place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        x = place.left() + self._points[:, 0] * side
        y = place.bottom() - self._points[:, 1] * side
        painter.setPen(QPen(Inks.of(c).real, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(QPolygonF([QPointF(*at) for at in zip(x.tolist(), y.tolist(), strict=True)]))


class DataChoice(QWidget):
    """Chooses a set of points.

    Signals
    -------
    chosen(name) : str
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Data")
        self._group = QButtonGroup(self)
        self.buttons = {data.name: DataButton(data) for data in (*POINT_SETS, DRAWN)}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT // 2)
        for index, (name, button) in enumerate(self.buttons.items()):
            self._group.addButton(button, index)
            layout.addWidget(button, index // _COLUMNS, index % _COLUMNS)
            button.clicked.connect(lambda _on, name=name: self.chosen.emit(name))
        layout.setColumnStretch(_COLUMNS, 1)

    def show_name(self, name: str) -> None:
        """Show which one is chosen, silently."""
        self.buttons[name].setChecked(True)

"""How a grid of pictures is painted: one image a row, names and meters around them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter

from explorer.ui.theme import UNIT, Colours, mixed
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_layout import Labels, TileLayout

_METER_PX = 4


def paint_tiles(
    painter: QPainter, mosaic: Mosaic, layout: TileLayout, scrolled: QPoint, rows: range, dirty: QRect
) -> None:
    """Paint those of ``rows`` that need it."""
    for row in rows:
        place = layout.place_of(row * layout.columns, scrolled)
        target = QRect(place.topLeft(), QSize(layout.wide_px, layout.tile_high_px))
        if target.intersects(dirty):
            painter.drawImage(target, mosaic.band(row))


def paint_column_names(painter: QPainter, labels: Labels, layout: TileLayout, scrolled: QPoint, c: Colours) -> None:
    """Write the names above the columns, where they have room."""
    painter.setPen(c.muted)
    for column in range(0, len(labels.columns), layout.column_step):
        place = layout.place_of(column, scrolled)
        if place.left() >= layout.left_px - 3:
            wide = max(layout.column_step * layout.pitch_px, place.width())
            box = QRect(place.center().x() - wide // 2, 0, wide, layout.top_px)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, labels.columns[column])


def paint_row_names(
    painter: QPainter,
    labels: Labels,
    layout: TileLayout,
    scrolled: QPoint,
    rows: range,
    current_row: int,
    c: Colours,
) -> None:
    """Write the names beside the rows; the one that is pointed at stands out."""
    for row in rows:
        place = layout.place_of(row * layout.columns, scrolled)
        box = QRect(UNIT, place.top(), layout.left_px - 2 * UNIT, place.height())
        if place.height() >= 3 * UNIT:
            box.adjust(0, 0, 0, -_METER_PX - 2)
        painter.setPen(c.text if row == current_row else c.muted)
        name = painter.fontMetrics().elidedText(labels.rows[row], Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)


def paint_meters(
    painter: QPainter,
    strengths: NDArray[np.float32],
    layout: TileLayout,
    scrolled: QPoint,
    rows: range,
    c: Colours,
) -> None:
    """Draw a bar below the name of each row, the strongest being full; small tiles have no room for one."""
    strongest = float(strengths.max(initial=0.0))
    if strongest <= 0.0 or layout.tile_high_px < 3 * UNIT:
        return
    for row in rows:
        place = layout.place_of(row * layout.columns, scrolled)
        whole = QRectF(UNIT, place.center().y() + UNIT, layout.left_px - 3 * UNIT, _METER_PX)
        painter.fillRect(whole, mixed(c.text, c.window, 0.1))
        whole.setWidth(whole.width() * float(strengths[row]) / strongest)
        painter.fillRect(whole, c.accent)

"""How a VAE in the plane is painted: codes against the prior at the left, points and the decoded grid at the right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from explorer.training.toy_models.vae_snapshot import VAESnapshot
from explorer.ui.theme import UNIT, Colours, tinted
from explorer.ui.train.lab.painting import (
    Inks,
    dots,
    legend_px,
    paint_grid,
    paint_key,
    paint_made,
    paint_real,
    placed,
    point_px,
    polygon,
)

_GAP = 2 * UNIT
_ELLIPSES = 120  # of the points: more would hide each other
_JOINED = 120
_GRID_LINES = 15


@dataclass(frozen=True)
class VAELayers:
    """What is to be seen."""

    ellipses: bool = True
    codes: bool = True
    real: bool = True
    rebuilt: bool = False
    made: bool = True
    grid: bool = True


def squares_in(place: QRectF, letter_px: float) -> tuple[QRectF, QRectF]:
    """The squares of codes and of points: side by side, or below each other where that is larger."""
    titles, legend = 1.5 * letter_px, legend_px(letter_px)
    beside = min((place.width() - _GAP) / 2, place.height() - legend - titles)
    below = min(place.width(), (place.height() - legend - 2 * titles) / 2)
    side = max(beside, below, 1.0)
    if beside >= below:
        left = place.left() + (place.width() - 2 * side - _GAP) / 2
        top = place.top() + titles + (place.height() - legend - titles - side) / 2
        return QRectF(left, top, side, side), QRectF(left + side + _GAP, top, side, side)
    left, top = place.left() + (place.width() - side) / 2, place.top() + titles
    return QRectF(left, top, side, side), QRectF(left, top + side + titles, side, side)


def data_square_in(place: QRectF, letter_px: float) -> QRectF:
    """The square of the points."""
    return squares_in(place, letter_px)[1]


def paint_vae(painter: QPainter, place: QRectF, seen: VAESnapshot, layers: VAELayers, c: Colours) -> None:
    """Paint ``seen``: codes, points, and what the marks mean below them."""
    inks, letters = Inks.of(c), float(painter.fontMetrics().height())
    codes, points = squares_in(place, letters)
    for square, title, paint in ((codes, "Codes", _paint_codes), (points, "Points", _paint_points)):
        painter.setPen(c.text)
        row = QRectF(square.left(), square.top() - 1.5 * letters, square.width(), 1.5 * letters)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, title)
        painter.save()
        painter.setClipRect(square)
        painter.fillRect(square, inks.ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, square, seen, layers, inks)
        painter.restore()
        painter.setPen(QPen(c.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))
    bottom = max(codes.bottom(), points.bottom())
    _paint_legend(painter, QRectF(codes.left(), bottom, points.right() - codes.left(), legend_px(letters)), inks, c)


def _paint_codes(painter: QPainter, square: QRectF, seen: VAESnapshot, layers: VAELayers, inks: Inks) -> None:
    scale, middle = square.width() / (2 * seen.reach), square.center()
    if seen.means.shape[1] == 1:
        _paint_line_codes(painter, square, seen, layers, inks)
        return
    if layers.grid:
        painter.setPen(QPen(tinted(inks.grid, 0.25), 1.0))
        for at in np.linspace(-2, 2, _GRID_LINES) * scale:
            for ends in (((at, -2 * scale), (at, 2 * scale)), ((-2 * scale, at), (2 * scale, at))):
                painter.drawLine(*(middle + QPointF(*end) for end in ends))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(inks.made, 1.6, Qt.PenStyle.DashLine))
    for ring in (1, 2, 3):
        painter.drawEllipse(middle, ring * scale, ring * scale)
    means, spreads, codes = (_in_plane(each) * [scale, -scale] for each in (seen.means, seen.spreads, seen.codes))
    if layers.ellipses:
        painter.setPen(QPen(tinted(inks.real, 0.4), 1.0))
        painter.setBrush(tinted(inks.real, 0.04))
        for (x, y), (wide, high) in zip(means[:_ELLIPSES].tolist(), np.abs(spreads[:_ELLIPSES]).tolist(), strict=True):
            painter.drawEllipse(middle + QPointF(x, y), max(wide, 1.0), max(high, 1.0))
    if layers.codes:
        at = codes + np.array([middle.x(), middle.y()])
        dots(painter, polygon(at), inks.real, point_px(square) - 1, Qt.PenCapStyle.RoundCap)


def _paint_line_codes(painter: QPainter, square: QRectF, seen: VAESnapshot, layers: VAELayers, inks: Inks) -> None:
    """Codes of one number: bells on a line, the prior's one large, those of points in the order of their means."""
    scale, middle = square.width() / (2 * seen.reach), square.center().x()
    across = np.linspace(-seen.reach, seen.reach, 121)
    bell = np.stack([middle + across * scale, square.bottom() - 0.85 * square.height() * np.exp(-(across**2) / 2)], 1)
    painter.setPen(QPen(inks.made, 1.6, Qt.PenStyle.DashLine))
    painter.drawPolyline(polygon(bell))
    order = np.argsort(seen.means[:, 0])
    heights = square.bottom() - (0.05 + 0.9 * np.arange(len(order)) / max(len(order) - 1, 1)) * square.height()
    means, spreads, codes = (_in_plane(each)[order, 0] * scale for each in (seen.means, seen.spreads, seen.codes))
    if layers.ellipses:
        painter.setPen(QPen(tinted(inks.real, 0.35), 2.0))
        for x, wide, y in zip(means.tolist(), spreads.tolist(), heights.tolist(), strict=True):
            painter.drawLine(QPointF(middle + x - wide, y), QPointF(middle + x + wide, y))
    if layers.codes:
        at = np.stack([middle + codes, heights], 1)
        dots(painter, polygon(at), inks.real, point_px(square) - 1, Qt.PenCapStyle.RoundCap)


def _paint_points(painter: QPainter, square: QRectF, seen: VAESnapshot, layers: VAELayers, inks: Inks) -> None:
    if layers.grid:
        paint_grid(painter, square, seen.grid, inks)
    if layers.real:
        paint_real(painter, square, seen.real, inks)
    if layers.rebuilt:
        ends = np.stack([placed(seen.real[:_JOINED], square), placed(seen.rebuilt[:_JOINED], square)], 1)
        painter.setPen(QPen(tinted(inks.grid, 0.6), 1.2))
        for start, end in ends.tolist():
            painter.drawLine(QPointF(*start), QPointF(*end))
        dots(painter, polygon(placed(seen.rebuilt, square)), inks.grid, point_px(square) - 1, Qt.PenCapStyle.RoundCap)
    if layers.made:
        paint_made(painter, square, seen.made, inks)


def _in_plane(numbers: NDArray[np.float32]) -> NDArray[np.float64]:
    """Numbers that can be painted: those of networks that blew up lie far outside."""
    return np.nan_to_num(numbers.astype(np.float64), nan=99.0, posinf=99.0, neginf=-99.0).clip(-99.0, 99.0)


def _paint_legend(painter: QPainter, place: QRectF, inks: Inks, c: Colours) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, x = place.center().y(), place.left() + UNIT
    x = paint_key(painter, QPointF(x, middle), "real", inks.real, False, c)
    x = paint_key(painter, QPointF(x, middle), "sampled", inks.made, True, c)
    _paint_prior_key(painter, QPointF(x, middle), inks.made, c)
    painter.restore()


def _paint_prior_key(painter: QPainter, at: QPointF, ink: QColor, c: Colours) -> None:
    painter.setPen(QPen(ink, 1.6, Qt.PenStyle.DashLine))
    painter.drawLine(at - QPointF(UNIT / 2, 0), at + QPointF(1.5 * UNIT, 0))
    painter.setPen(c.muted)
    metrics = painter.fontMetrics()
    painter.drawText(at + QPointF(2 * UNIT, (metrics.ascent() - metrics.descent()) / 2), "prior")

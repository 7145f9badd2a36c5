"""How a GAN in the plane is painted: the critic's surface, points, the warped latent grid, arrows and a legend.

Real is blue and round, generated is orange and square-cornered: told apart by shape too, and with any kind of
colour vision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from explorer.training.toy_models.snapshot import HIGH, LOW, Snapshot
from explorer.ui.theme import UNIT, Colours, tinted

LEGEND_PX = 4 * UNIT
_ARROW = 0.05  # the length of the strongest arrow, of the plane
_HEAD_PX = 3.0
_FULL = 4.0  # how many times as dense as it was drawn a cell has to be to look nearly full


@dataclass(frozen=True)
class Layers:
    """What is to be seen."""

    surface: bool = True
    real: bool = True
    made: bool = True
    grid: bool = True
    arrows: bool = False
    best: bool = False
    density: bool = False
    morph: float = 1.0  # from 0, where latents lie as they are drawn, to 1, where the generator puts them


@dataclass(frozen=True)
class Inks:
    """The colours of real and generated, on points and on the surface."""

    real: QColor
    made: QColor
    ground: QColor
    outline: QColor
    grid: QColor

    @classmethod
    def of(cls, c: Colours) -> Inks:
        """Those that go with the theme."""
        if c.window.lightness() < 128:
            return cls(QColor("#6db3ff"), QColor("#ffa45c"), QColor("#24262b"), QColor("#0d0e10"), c.text)
        return cls(QColor("#0d58b8"), QColor("#c05600"), QColor("#fafafa"), QColor("#ffffff"), c.text)


def paint_plane(painter: QPainter, place: QRectF, seen: Snapshot, layers: Layers, c: Colours) -> None:
    """Paint ``seen`` into the square at the top of ``place``, and its legend below."""
    letters = float(painter.fontMetrics().height())
    inks, square = Inks.of(c), square_in(place, letters)
    painter.save()
    painter.setClipRect(square)
    painter.fillRect(square, inks.ground)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    if layers.best and seen.best is not None:
        painter.drawImage(square, surface_image(seen.best, inks))
    elif layers.surface:
        painter.drawImage(square, surface_image(seen.surface, inks))
    grid, made = (_morphed(*each, layers.morph) for each in ((seen.flat_grid, seen.grid), (seen.flat_made, seen.made)))
    if layers.density:
        _paint_density(painter, square, grid, seen.flat_grid, seen.mass, inks)
    if layers.grid:
        paint_grid(painter, square, grid, inks)
    if layers.real:
        paint_real(painter, square, seen.real, inks)
    if layers.made:
        paint_made(painter, square, made, inks)
    if layers.arrows and layers.morph == 1.0:
        _paint_arrows(painter, square, seen, inks)
    painter.restore()
    _paint_legend(painter, QRectF(square.left(), square.bottom(), square.width(), legend_px(letters)), seen, inks, c)


def legend_px(letter_px: float) -> float:
    """How high the legend is, with letters of that height."""
    return max(LEGEND_PX, 1.3 * letter_px)


def square_in(place: QRectF, letter_px: float = 0.0) -> QRectF:
    """The square of the plane: as large as there is room for it and its legend, whose letters are so high."""
    legend = legend_px(letter_px)
    side = max(min(place.width(), place.height() - legend), 1.0)
    top = place.top() + (place.height() - legend - side) / 2
    return QRectF(place.left() + (place.width() - side) / 2, top, side, side)


def surface_image(surface: NDArray[np.float32], inks: Inks) -> QImage:
    """The critic's surface as colours: orange at -1, generated; the ground at 0; blue at 1, real."""
    shades = np.nan_to_num(surface[::-1], nan=0.0).clip(-1, 1)[..., None]
    made, ground, real = (np.array([ink.red(), ink.green(), ink.blue()]) for ink in (inks.made, inks.ground, inks.real))
    towards = np.where(shades < 0, made, real)
    colours = ground + (towards - ground) * np.abs(shades) * 0.5
    rgb = np.ascontiguousarray(colours.round().astype(np.uint8))
    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def placed(points: NDArray[np.floating], square: QRectF) -> NDArray[np.float64]:
    """Points of the plane, (..., 2), where they are painted; far away where they are no numbers."""
    finite = np.nan_to_num(points.astype(np.float64), nan=-9.0, posinf=-9.0, neginf=-9.0)
    share = ((finite - LOW) / (HIGH - LOW)).clip(-10.0, 10.0)
    x, y = square.left() + share[..., 0] * square.width(), square.bottom() - share[..., 1] * square.height()
    return np.stack([x, y], -1)


def polygon(places: NDArray[np.float64]) -> QPolygonF:
    """Places (N, 2) as Qt has them."""
    return QPolygonF([QPointF(x, y) for x, y in places.tolist()])


def dots(painter: QPainter, places: QPolygonF, colour: QColor, size: float, cap: Qt.PenCapStyle) -> None:
    """Round or square dots."""
    painter.setPen(QPen(colour, size, Qt.PenStyle.SolidLine, cap))
    painter.drawPoints(places)


def paint_real(painter: QPainter, square: QRectF, points: NDArray[np.float32], inks: Inks) -> None:
    """Round dots."""
    places, size = polygon(placed(points, square)), point_px(square)
    dots(painter, places, tinted(inks.outline, 0.6), size + 1.5, Qt.PenCapStyle.RoundCap)
    dots(painter, places, inks.real, size, Qt.PenCapStyle.RoundCap)


def paint_made(painter: QPainter, square: QRectF, points: NDArray[np.float32], inks: Inks) -> None:
    """Diamonds: square dots of a painter that is turned by 45 degrees."""
    turn = QTransform().rotate(45)
    places, size = turn.inverted()[0].map(polygon(placed(points, square))), point_px(square)
    painter.save()
    painter.setTransform(turn, combine=True)
    dots(painter, places, tinted(inks.outline, 0.8), size + 1.5, Qt.PenCapStyle.SquareCap)
    dots(painter, places, inks.made, size - 0.5, Qt.PenCapStyle.SquareCap)
    painter.restore()


def point_px(square: QRectF) -> float:
    """How large a dot is, in pixels."""
    return max(square.width() / 110, 3.0)


def paint_grid(painter: QPainter, square: QRectF, grid: NDArray[np.float32], inks: Inks) -> None:
    """The lines of the latent grid, where they lie now."""
    places = placed(grid, square)
    painter.setPen(QPen(tinted(inks.grid, 0.45), 1.0 if len(grid) > 1 else 1.6))
    for line in (*places, *(places.transpose(1, 0, 2) if len(grid) > 1 else ())):
        painter.drawPolyline(polygon(line))


def _morphed(start: NDArray[np.float32] | None, end: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    """Points on their straight way from where they were drawn to where they are put."""
    return end if start is None or share == 1.0 else start + np.float32(share) * (end - start)


def _paint_density(
    painter: QPainter,
    square: QRectF,
    grid: NDArray[np.float32],
    flat: NDArray[np.float32] | None,
    mass: NDArray[np.float32] | None,
    inks: Inks,
) -> None:
    """The cells of the latent grid, the more opaque the more of the prior is pressed into the less room."""
    if flat is None or mass is None or len(grid) < 2:
        return
    corners = _cells(grid)
    dense = mass * _area(_cells(flat)) / np.maximum(_area(corners), 1e-6)
    painter.setPen(Qt.PenStyle.NoPen)
    for cell, opacity in zip(placed(corners, square), (1 - np.exp(-dense / _FULL)).tolist(), strict=True):
        painter.setBrush(tinted(inks.made, 0.05 + 0.75 * opacity))
        painter.drawPolygon(polygon(cell))


def _cells(grid: NDArray[np.float32]) -> NDArray[np.float64]:
    """The corners of the cells of a grid, in a row around each: (cells, 4, 2)."""
    around = (grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1])
    return np.stack([np.nan_to_num(each).reshape(-1, 2) for each in around], 1).astype(np.float64)


def _area(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = cells[..., 0], cells[..., 1]
    around = x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)
    return np.asarray(np.abs(around.sum(axis=1)) / 2)


def _paint_arrows(painter: QPainter, square: QRectF, seen: Snapshot, inks: Inks) -> None:
    """Arrows whose lengths agree with each other, the strongest always of one length."""
    strongest = float(np.hypot(*seen.pushes.T).max(initial=0.0))
    if not np.isfinite(strongest) or strongest < 1e-6:
        return
    starts = seen.made[: len(seen.pushes)]
    tails, tips = placed(starts, square), placed(starts + seen.pushes / strongest * _ARROW, square)
    painter.setPen(QPen(inks.grid, 1.2))
    for start, end in zip(tails.tolist(), tips.tolist(), strict=True):
        _paint_arrow(painter, QPointF(*start), QPointF(*end))


def _paint_arrow(painter: QPainter, start: QPointF, end: QPointF) -> None:
    along = end - start
    length = float(np.hypot(along.x(), along.y()))
    if length < 1.0:
        return
    back = along * (min(_HEAD_PX, length) / length)
    side = QPointF(-back.y(), back.x()) * 0.6
    painter.drawLine(start, end)
    painter.drawPolyline(QPolygonF([end - back + side, end, end - back - side]))


def _paint_legend(painter: QPainter, place: QRectF, seen: Snapshot, inks: Inks, c: Colours) -> None:
    """What dots, diamonds and colours mean."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, x = place.center().y(), place.left() + UNIT
    x = paint_key(painter, QPointF(x, middle), "real", inks.real, False, c)
    x = paint_key(painter, QPointF(x, middle), "generated", inks.made, True, c)
    wide = painter.fontMetrics().horizontalAdvance
    right = "real" if seen.is_probability else "rather real"
    left_over = place.right() - wide(right) - UNIT - x
    bar = QRectF(0, middle - UNIT / 2, min(10 * UNIT, place.width() / 6, left_over), UNIT)
    if bar.width() < 2 * UNIT:  # no room to say what the colours of the surface mean
        painter.restore()
        return
    bar.moveRight(place.right() - wide(right) - UNIT)
    painter.drawImage(bar, surface_image(np.linspace(-1, 1, 64, dtype=np.float32)[None], inks))
    painter.setPen(c.muted)
    vertically = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(place, vertically | Qt.AlignmentFlag.AlignRight, right)
    room = QRectF(x, place.top(), bar.left() - UNIT - x, place.height())
    left = next((words for words in ("critic says: generated", "critic:") if wide(words) <= room.width()), "")
    painter.drawText(room, vertically | Qt.AlignmentFlag.AlignRight, left)
    painter.restore()


def paint_key(painter: QPainter, at: QPointF, word: str, ink: QColor, turned: bool, c: Colours) -> float:
    """One mark and its word; where the next may begin."""
    painter.save()
    painter.translate(at)
    painter.rotate(45 if turned else 0)
    cap = Qt.PenCapStyle.SquareCap if turned else Qt.PenCapStyle.RoundCap
    painter.setPen(QPen(ink, 7, Qt.PenStyle.SolidLine, cap))
    painter.drawPoint(QPointF())
    painter.restore()
    painter.setPen(c.muted)
    wide = painter.fontMetrics().horizontalAdvance(word)
    words = QRectF(at.x() + UNIT, at.y() - 2 * UNIT, wide + 2, 4 * UNIT)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, word)
    return words.right() + 2 * UNIT

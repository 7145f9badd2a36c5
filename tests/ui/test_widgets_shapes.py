"""Pictures that are not square keep their shape wherever small ones are shown."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.widgets.thumbnail_map import Scatter

RED = (255, 0, 0)
SHAPES = pytest.mark.parametrize("shape", [(48, 96), (96, 48), (48, 48)])


def red_box(widget: QWidget) -> tuple[int, int]:
    """Width and height of what is painted red."""
    image = widget.grab().toImage()
    red = np.array(
        [[QColor(image.pixel(x, y)).getRgb()[:3] == RED for x in range(image.width())] for y in range(image.height())]
    )
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def red(count: int, shape: tuple[int, int]) -> np.ndarray:
    return np.full((count, *shape, 3), RED, np.uint8)


@SHAPES
def test_a_tile_has_the_shape_of_its_picture(qtbot, shape):
    view = TileView()
    qtbot.addWidget(view)
    view.resize(300, 260)
    mosaic = Mosaic(3, 3, (*shape, 3))
    mosaic.put(np.array([4]), red(1, shape))
    view.set_tile_px(48)
    view.show_mosaic(mosaic)
    wide, high = red_box(view.viewport())
    assert (wide, high) == pytest.approx((48, 48 * shape[0] / shape[1]), abs=2)
    place = view.place_of(4)
    assert (place.width(), place.height()) == pytest.approx((wide, high), abs=2)
    for index in range(9):
        assert view._at(QPointF(view.place_of(index).center())) == index


@SHAPES
def test_a_grid_that_fits_shows_all_of_its_tiles(qtbot, shape):
    view = TileView()
    qtbot.addWidget(view)
    view.fits_height = True
    view.resize(300, 260)
    view.show_mosaic(Mosaic(5, 4, (*shape, 3)))
    assert view.viewport().rect().contains(view.place_of(19))
    assert list(view.visible_rows()) == [0, 1, 2, 3, 4]


@SHAPES
def test_a_thumbnail_has_the_shape_of_its_picture(qtbot, shape):
    scatter = Scatter()
    qtbot.addWidget(scatter)
    scatter.resize(240, 240)
    scatter.set_side_px(60)
    scatter.show_map(np.zeros((1, 2), np.float32), red(1, shape))
    expected = 60 * shape[1] / max(shape), 60 * shape[0] / max(shape)
    assert red_box(scatter) == pytest.approx(expected, abs=2)
    corner = QPointF(120 + expected[0] / 2, 120 + expected[1] / 2)
    assert scatter._at(corner - QPointF(2, 2)) == 0
    assert scatter._at(corner + QPointF(2, -2)) == scatter._at(corner + QPointF(-2, 2)) == -1

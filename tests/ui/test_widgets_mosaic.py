from __future__ import annotations

import numpy as np

from explorer.ui.tiles.mosaic import LARGEST_BYTES, Mosaic


def pictures(count: int, side: int = 8) -> np.ndarray:
    return np.random.RandomState(0).randint(0, 255, (count, side, side, 3), np.uint8)


def test_a_band_shows_its_pictures_side_by_side(qapp):
    mosaic, drawn = Mosaic(2, 3, (8, 8, 3)), pictures(6)
    mosaic.put(np.array([3, 4]), drawn[3:5])
    image = mosaic.band(1)
    pitch = mosaic.width + mosaic.gap
    assert image.width() == 3 * pitch
    assert image.pixelColor(pitch, 0).getRgb()[:3] == tuple(drawn[4, 0, 0])
    assert image.pixelColor(8, 0).alpha() == 0
    mosaic.put(np.array([5]), drawn[5:])
    assert mosaic.band(1).pixelColor(2 * pitch, 0).getRgb()[:3] == tuple(drawn[5, 0, 0])


def test_memory_is_bounded_however_large_the_pictures(qapp):
    mosaic = Mosaic(64, 64, (256, 256, 3))
    assert mosaic.pictures.nbytes <= LARGEST_BYTES
    assert Mosaic(64, 64, (64, 64, 3)).height == 64


def test_strengths_are_mean_changes_against_the_base(qapp):
    mosaic = Mosaic(2, 2, (8, 8, 3))
    mosaic.put_base(np.zeros((8, 8, 3), np.uint8))
    mosaic.put(np.array([0, 1]), np.stack([np.full((8, 8, 3), value, np.uint8) for value in (10, 20)]))
    assert mosaic.row_strengths().tolist() == [15.0, 0.0]


def test_a_band_of_differences_is_black_where_a_tile_is_the_base(qapp):
    mosaic, drawn = Mosaic(1, 3, (8, 8, 3)), pictures(2)
    mosaic.put_base(drawn[0])
    mosaic.put(np.array([0, 2]), drawn)
    mosaic.show_difference(True)
    pitch, image = mosaic.width + mosaic.gap, mosaic.band(0)
    assert image.pixelColor(3, 3).getRgb() == (0, 0, 0, 255)
    assert image.pixelColor(pitch, 0).alpha() < 255
    expected = np.minimum(4 * np.abs(drawn[1, 0, 0].astype(int) - drawn[0, 0, 0]), 255)
    assert image.pixelColor(2 * pitch, 0).getRgb()[:3] == tuple(expected)


def test_grey_pictures_are_shown_grey(qapp):
    mosaic = Mosaic(1, 1, (8, 8, 1))
    mosaic.put(np.array([0]), np.full((1, 8, 8, 1), 77, np.uint8))
    assert mosaic.band(0).pixelColor(0, 0).getRgb() == (77, 77, 77, 255)

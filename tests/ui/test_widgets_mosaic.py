from __future__ import annotations

import numpy as np

from explorer.ui.widgets.mosaic import LARGEST_BYTES, Mosaic


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

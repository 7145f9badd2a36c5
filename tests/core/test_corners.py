from __future__ import annotations

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.rendering.latents import norm_preserving, sample
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.corners import CornersPlan
from explorer.core.traverse.plane import four_corners


def plan(kind: str = "bilinear", rows: int = 3, columns: int = 5) -> CornersPlan:
    corners = tuple(sample(seed, 6) for seed in range(4))
    return CornersPlan(Scene("m", "model", corners[0], 2), corners, rows, columns, kind)


@pytest.mark.parametrize("kind", ["bilinear", "spherical"])
def test_corners_are_met_and_tiles_lie_on_the_surface(kind):
    sheet = plan(kind)
    for index, (row, column) in enumerate([(0, 0), (0, 4), (2, 0), (2, 4)]):
        assert np.allclose(sheet.scene(row, column).z, sample(index, 6), atol=1e-5)
    surface = four_corners(*sheet.corners, 3, 5, kind)
    tiles = np.stack([sheet.scene(row, column).z for row in range(3) for column in range(5)])
    assert np.allclose(tiles, surface, atol=1e-5)


def test_the_middle_of_a_bilinear_surface_is_the_mean_of_its_corners():
    sheet = plan()
    assert np.allclose(sheet.at(0.5, 0.5).z, np.mean(sheet.corners, axis=0), atol=1e-6)


def test_an_edge_of_a_spherical_surface_is_an_arc():
    sheet = plan("spherical")
    assert np.allclose(sheet.at(0.3, 0.0).z, norm_preserving(*sheet.corners[:2], 0.3), atol=1e-6)


def test_tiles_keep_the_class_and_are_named_by_their_place():
    sheet = plan()
    assert sheet.scene(1, 1).label == 2
    assert sheet.column_names == ("0%", "25%", "50%", "75%", "100%")
    assert len(sheet.row_names) == 3


def test_corners_of_unlike_size_and_sheets_of_nothing_are_refused():
    base = Scene("m", "model", sample(0, 6))
    corners = (sample(0, 6), sample(1, 6), sample(2, 6), sample(3, 5))
    with pytest.raises(Problem):
        CornersPlan(base, corners, 3, 3)
    with pytest.raises(Problem):
        plan(rows=0)

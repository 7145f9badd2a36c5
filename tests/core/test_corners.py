from __future__ import annotations

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.rendering.conditions import Conditions, Noise, Placement
from explorer.core.rendering.latents import Latent, Latents, norm_preserving, sample, slerp
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.carried import TakenAlong
from explorer.core.traverse.corners import CornersPlan
from explorer.core.traverse.plan import latents_of, scenes_of


def plan(kind: str = "bilinear", rows: int = 3, columns: int = 5) -> CornersPlan:
    return between(*(sample(seed, 6) for seed in range(4)), rows=rows, columns=columns, kind=kind)


def between(*corners: Latent, rows: int, columns: int, kind: str = "spherical") -> CornersPlan:
    return CornersPlan(Scene("m", "model", corners[0], 2), corners, rows, columns, kind)


def tiles(sheet: CornersPlan) -> Latents:
    return latents_of(scenes_of(sheet))


@pytest.mark.parametrize("kind", ["bilinear", "spherical"])
def test_corners_are_met(kind):
    sheet = plan(kind)
    for index, (row, column) in enumerate([(0, 0), (0, 4), (2, 0), (2, 4)]):
        assert np.allclose(sheet.scene(row, column).z, sample(index, 6), atol=1e-5)


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


def test_the_spherical_surface_keeps_the_length_of_its_corners():
    corners = [sample(seed, 64) for seed in range(4)]
    corners = [corner * 8 / np.linalg.norm(corner) for corner in corners]
    grid = tiles(between(*corners, rows=5, columns=5))
    assert np.linalg.norm(grid, axis=1) == pytest.approx(np.full(25, 8.0), rel=1e-5)
    assert grid[2] == pytest.approx(slerp(corners[0], corners[1], 0.5), abs=1e-5)


def test_corners_that_are_alike_or_opposite_do_no_harm():
    z = sample(0, 4)
    assert tiles(between(z, z, z, z, rows=2, columns=2)) == pytest.approx(np.tile(z, (4, 1)))
    assert np.isfinite(tiles(between(z, -z, -z, z, rows=3, columns=3))).all()
    assert tiles(between(z, -z, z, z, rows=1, columns=1)).tolist() == [z.tolist()]


def test_corners_of_unlike_size_and_sheets_of_nothing_are_refused():
    base = Scene("m", "model", sample(0, 6))
    corners = (sample(0, 6), sample(1, 6), sample(2, 6), sample(3, 5))
    with pytest.raises(Problem, match="different sizes"):
        CornersPlan(base, corners, 3, 3)
    with pytest.raises(Problem, match="no tiles"):
        plan(rows=0)


def test_what_latents_cannot_hold_is_joined_straight_and_met_at_the_corners():
    moved = TakenAlong((("s1:2", 4.0),), Conditions(Noise(7, 0.5), Placement(degrees=90.0)))
    other = TakenAlong((("s1:2", 2.0), ("s0:1", -2.0)), Conditions(Noise(9), Placement(x=0.2, degrees=-90.0)))
    corners = tuple(sample(seed, 6) for seed in range(4))
    sheet = CornersPlan(Scene("m", "model", corners[0]), corners, 3, 3, carried=(moved, other, moved, TakenAlong()))
    first, last = sheet.scene(0, 0), sheet.scene(0, 2)
    assert (first.directions, first.conditions) == (moved.moves, moved.conditions)
    assert (last.directions, last.conditions) == (other.moves, other.conditions)
    between = sheet.at(0.25, 0.0)
    assert dict(between.directions) == {"s1:2": 3.5, "s0:1": -0.5}
    assert between.conditions == Conditions(Noise(7, 0.625), Placement(0.05, 0.0, 45.0))
    assert sheet.scene(2, 2).conditions == Conditions()
    assert sheet.facts()["carried"][1]["directions"] == [["s1:2", 2.0], ["s0:1", -2.0]]

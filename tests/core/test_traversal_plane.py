"""Planes, surfaces between four corners, and the manifold."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample, slerp
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.axes import Axis
from explorer.core.traverse.plane import four_corners, manifold, manifold_plan, plane_plan

X, Y = Axis(index=0), Axis(index=1)


def test_a_plane_moves_two_coordinates_and_leaves_the_others() -> None:
    base = Scene(z=sample(1, 5))
    plan = plane_plan(base, X, Axis(index=3), rows=3, columns=5, span=2.0)
    assert plan.scene(0, 0).z[[0, 3]].tolist() == [-2, 2]
    assert plan.scene(2, 4).z[[0, 3]].tolist() == [2, -2]
    assert plan.scene(1, 2).z[[1, 2, 4]].tolist() == base.z[[1, 2, 4]].tolist()
    assert plan.at(0.3, -0.4).z[[0, 3]] == pytest.approx([0.3, -0.4])
    assert plan.latents().shape == (15, 5)
    assert plan.row_names == ("+2.00", "0", "−2.00")


def test_a_plane_may_run_along_directions() -> None:
    plan = plane_plan(Scene(z=sample(1, 5)), Axis("direction", name="smile"), Y, 3, 3, 1.0)
    assert plan.scene(0, 2).directions == (("smile", 1.0),)
    assert plan.scene(0, 2).z[1] == 1.0


def test_a_plane_that_cannot_be_is_refused() -> None:
    base = Scene(z=sample(1, 5))
    for across, up, rows, span, words in [
        (X, X, 3, 1.0, "chosen twice"),
        (X, Axis(index=5), 3, 1.0, "no latent dimension 5"),
        (X, Y, 0, 1.0, "no tiles"),
        (X, Y, 3, -1.0, "cannot span"),
    ]:
        with pytest.raises(Problem, match=words):
            plane_plan(base, across, up, rows, 3, span)


def test_the_manifold_takes_equal_steps_of_probability() -> None:
    grid = manifold(3, 4).reshape(3, 4, 2)
    normal = NormalDist()
    across = [normal.inv_cdf(share) for share in (0.125, 0.375, 0.625, 0.875)]
    down = [normal.inv_cdf(share) for share in (5 / 6, 0.5, 1 / 6)]
    assert grid[:, :, 0] == pytest.approx(np.tile(across, (3, 1)), abs=1e-6)
    assert grid[:, :, 1] == pytest.approx(np.tile(np.array(down)[:, None], (1, 4)), abs=1e-6)
    assert manifold(2, 2, "uniform").tolist() == [[-0.5, 0.5], [0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]]


def test_the_manifold_plan_shows_the_manifold() -> None:
    plan = manifold_plan(Scene(z=sample(0, 2)), 4, 6)
    assert plan.latents().tobytes() == manifold(4, 6).tobytes()
    with pytest.raises(Problem, match="two dimensions; this one has 3"):
        manifold_plan(Scene(z=sample(0, 3)))


def test_four_corners_are_joined_evenly() -> None:
    corners = [sample(seed, 6) for seed in range(4)]
    grid = four_corners(*corners, 3, 5).reshape(3, 5, 6)
    assert [grid[0, 0].tobytes(), grid[0, -1].tobytes()] == [corner.tobytes() for corner in corners[:2]]
    assert [grid[-1, 0].tobytes(), grid[-1, -1].tobytes()] == [corner.tobytes() for corner in corners[2:]]
    assert grid[1, 2] == pytest.approx(np.mean(corners, axis=0), abs=1e-6)


def test_the_spherical_surface_keeps_the_length_of_its_corners() -> None:
    corners = [sample(seed, 64) for seed in range(4)]
    corners = [corner * 8 / np.linalg.norm(corner) for corner in corners]
    grid = four_corners(*corners, 5, 5, "spherical")
    assert np.linalg.norm(grid, axis=1) == pytest.approx(np.full(25, 8.0), rel=1e-5)
    assert grid[2] == pytest.approx(slerp(corners[0], corners[1], 0.5), abs=1e-5)


def test_corners_that_are_alike_or_unlike_in_size_do_no_harm() -> None:
    z = sample(0, 4)
    assert four_corners(z, z, z, z, 2, 2, "spherical") == pytest.approx(np.tile(z, (4, 1)))
    assert np.isfinite(four_corners(z, -z, -z, z, 3, 3, "spherical")).all()
    assert four_corners(z, -z, z, z, 1, 1).shape == (1, 4)
    with pytest.raises(Problem, match="unlike size"):
        four_corners(z, z, z, sample(0, 5), 2, 2)
    with pytest.raises(Problem, match="no tiles"):
        four_corners(z, z, z, z, 0, 2)

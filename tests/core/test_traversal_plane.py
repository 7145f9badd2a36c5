"""Planes and the manifold."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.axes import Axis
from explorer.core.traverse.plan import latents_of, scenes_of
from explorer.core.traverse.plane import manifold_plan, plane_plan

X, Y = Axis(index=0), Axis(index=1)


def test_a_plane_moves_two_coordinates_and_leaves_the_others() -> None:
    base = Scene(z=sample(1, 5))
    plan = plane_plan(base, X, Axis(index=3), rows=3, columns=5, span=2.0)
    assert plan.scene(0, 0).z[[0, 3]].tolist() == [-2, 2]
    assert plan.scene(2, 4).z[[0, 3]].tolist() == [2, -2]
    assert plan.scene(1, 2).z[[1, 2, 4]].tolist() == base.z[[1, 2, 4]].tolist()
    assert plan.at(0.3, -0.4).z[[0, 3]] == pytest.approx([0.3, -0.4])
    assert latents_of(scenes_of(plan)).shape == (15, 5)
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


def _manifold(rows: int, columns: int, distribution: str = "normal") -> np.ndarray:
    return latents_of(scenes_of(manifold_plan(Scene(z=sample(0, 2)), rows, columns, distribution)))


def test_the_manifold_takes_equal_steps_of_probability() -> None:
    grid = _manifold(3, 4).reshape(3, 4, 2)
    normal = NormalDist()
    across = [normal.inv_cdf(share) for share in (0.125, 0.375, 0.625, 0.875)]
    down = [normal.inv_cdf(share) for share in (5 / 6, 0.5, 1 / 6)]
    assert grid[:, :, 0] == pytest.approx(np.tile(across, (3, 1)), abs=1e-6)
    assert grid[:, :, 1] == pytest.approx(np.tile(np.array(down)[:, None], (1, 4)), abs=1e-6)
    assert _manifold(2, 2, "uniform").tolist() == [[-0.5, 0.5], [0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]]


def test_a_latent_of_three_dimensions_has_no_manifold() -> None:
    with pytest.raises(Problem, match="two dimensions; this one has 3"):
        manifold_plan(Scene(z=sample(0, 3)))

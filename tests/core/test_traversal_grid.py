"""Grids: what each tile shows, and from where every row departs."""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.dimensions import named
from explorer.core.rendering.latent_axes import LatentAxes
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from explorer.core.traverse.axes import Axis, check_axes, dimensions, latent_axes
from explorer.core.traverse.grid import grid_plan, quantiles, strongest, usual_span
from explorer.core.traverse.pairs import require_alike
from explorer.core.traverse.plan import latents_of, scenes_of
from tests.models import tiny_generator

SMILE = {"smile": np.array([0.5, 0.5, -0.5, 0.5], np.float32)}


@pytest.fixture
def base() -> Scene:
    return Scene("hash", "tiny", sample(7, 4), 1, 0.7, 7, (("smile", 0.5),))


def test_every_row_departs_from_the_same_base(base: Scene) -> None:
    plan = grid_plan(base, dimensions([0, 2, 3]), columns=5, span=2.0)
    for row, dimension in enumerate([0, 2, 3]):
        for column, value in enumerate([-2, -1, 0, 1, 2]):
            expected = base.z.copy()
            expected[dimension] = value
            scene = plan.scene(row, column)
            assert scene.z.tobytes() == expected.tobytes()
            assert scene.seed is None
            assert (scene.label, scene.truncation, scene.directions) == (1, 0.7, base.directions)
    assert base.z.tobytes() == sample(7, 4).tobytes()


def test_around_adds_to_the_coordinate_of_the_base(base: Scene) -> None:
    plan = grid_plan(base, dimensions([1]), columns=3, span=1.5, mode="around")
    assert [float(plan.scene(0, column).z[1]) for column in range(3)] == pytest.approx(base.z[1] + [-1.5, 0, 1.5])
    assert plan.scene(0, 1).z.tobytes() == base.z.tobytes()


def test_quantiles_are_values_of_equal_probability() -> None:
    values = quantiles(9)
    assert [NormalDist().cdf(value) for value in values] == pytest.approx([(k + 0.5) / 9 for k in range(9)])
    assert quantiles(20)[-1] == pytest.approx(1.959963984540054)
    assert quantiles(4, "uniform") == pytest.approx((-0.75, -0.25, 0.25, 0.75))
    assert quantiles(1) == pytest.approx((0.0,))


def test_a_direction_is_moved_along_not_the_dimensions(base: Scene) -> None:
    plan = grid_plan(base, [Axis("direction", name="smile"), Axis("direction", name="age")], 3, 2.0, "around")
    assert dict(plan.scene(0, 2).directions) == {"smile": 2.5}
    assert dict(plan.scene(1, 0).directions) == {"smile": 0.5, "age": -2.0}
    assert plan.scene(0, 0).z is base.z
    assert plan.row_names == ("smile", "age")


def test_the_latents_are_those_that_the_renderer_draws(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "tiny.onnx"), "cpu")
    renderer = Renderer(generator, SMILE)
    base = Scene(generator.hash, "tiny", sample(3, 4), None, 0.6, 3, (("smile", -1.0),))
    plan = grid_plan(base, [*dimensions([0, 3]), Axis("direction", name="smile")], 4)
    latents = latents_of(scenes_of(plan), SMILE)
    drawn = generator.pictures(latents)
    rendered = np.stack([renderer.render(scene).picture for scene in scenes_of(plan)])
    generator.close()
    assert latents.shape == (12, 4)
    assert np.abs(drawn.astype(int) - rendered).max() <= 1  # batches may round differently


def test_a_span_that_is_not_given_fits_the_prior(base: Scene) -> None:
    assert grid_plan(base, dimensions([0]), 3).values == (-3, 0, 3)
    assert grid_plan(base, dimensions([0]), 3, prior="uniform").values == (-1, 0, 1)
    assert (usual_span("normal"), usual_span("uniform")) == (3.0, 1.0)
    assert grid_plan(base, dimensions([0]), 1).values == (0.0,)


def test_names_say_what_rows_and_columns_are(base: Scene) -> None:
    plan = grid_plan(base, [Axis(index=2), Axis(index=3, name="hair")], 3, 1.25)
    assert plan.row_names == ("z2", "hair")
    assert plan.column_names == ("−1.25", "0", "+1.25")
    assert (plan.rows, plan.columns) == (2, 3)


@pytest.mark.parametrize(
    ("axes", "columns", "span", "words"),
    [
        ([], 9, 3.0, "No axis"),
        ([Axis(index=1), Axis(index=1, name="again")], 9, 3.0, "chosen twice"),
        (
            [Axis("direction", name="smile"), Axis("direction", name="smile")],
            9,
            3.0,
            "smile was chosen twice",
        ),
        ([Axis(index=4)], 9, 3.0, "no latent dimension 4"),
        ([Axis(index=-1)], 9, 3.0, "no latent dimension -1"),
        ([Axis(index=1)], 0, 3.0, "no tiles"),
        ([Axis(index=1)], 5000, 3.0, "5,000 tiles"),
        ([Axis(index=1)], 9, 0.0, "cannot span 0"),
        ([Axis(index=1)], 9, float("nan"), "cannot span nan"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(
    base: Scene, axes: list[Axis], columns: int, span: float, words: str
) -> None:
    with pytest.raises(Problem, match=words):
        grid_plan(base, axes, columns, span)


def test_a_dimension_and_a_direction_of_one_name_are_two_axes() -> None:
    check_axes([Axis(index=1, name="smile"), Axis("direction", name="smile")])


def test_the_strongest_dimensions_come_first(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "tiny.onnx", latent=20), "cpu")
    z = sample(0, 20)

    def change(dimension: int) -> float:
        plan = grid_plan(Scene(z=z), dimensions([dimension]), 3, 1.0, "around")
        pictures = generator.pictures(latents_of(scenes_of(plan)))
        return float(np.abs(pictures[[0, 2]].astype(np.int16) - pictures[1]).mean())

    found = strongest(generator, z, 5)
    changes = [change(dimension) for dimension in range(20)]
    generator.close()
    assert found == tuple(np.argsort(-np.array(changes), kind="stable")[:5])


def test_models_of_unlike_latent_size_are_no_pair(tmp_path: Path) -> None:
    one = Generator.open(tiny_generator(tmp_path / "one.onnx", latent=4), "cpu")
    other = Generator.open(tiny_generator(tmp_path / "other.onnx", latent=6), "cpu")
    require_alike(one, one)
    with pytest.raises(Problem, match="one has 4 latent dimensions and other 6"):
        require_alike(one, other)
    one.close()
    other.close()


def test_dimensions_are_called_as_a_card_says() -> None:
    assert [axis.label for axis in dimensions([0, 2, 5], named(["", "", "code 1"]))] == ["z0", "code 1", "z5"]


def test_rows_along_the_axes_of_a_latent_move_it_along_one_and_leave_the_rest(base: Scene) -> None:
    mean, turned = np.full(4, 0.5, np.float32), np.array([[1, 1, 0, 0], [1, -1, 0, 0]], np.float32) / np.sqrt(2.0)
    axes = LatentAxes(mean, turned.astype(np.float32), np.array([3.0, 2.0], np.float32))
    plan = grid_plan(base, latent_axes(axes, 8), columns=3, span=2.0)
    assert plan.row_names == ("axis 1", "axis 2")
    before = axes.values(base.z)
    for row, column, value in ((0, 0, -2.0), (1, 2, 2.0)):
        after = axes.values(plan.scene(row, column).z)
        assert after[row] == pytest.approx(value, abs=1e-4)
        assert after[1 - row] == pytest.approx(before[1 - row], abs=1e-4)
    assert (plan.scene(0, 0).z[2:] == base.z[2:]).all()

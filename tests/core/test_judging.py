"""The side-effect meter measures what is really there, and strips set one strength."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx.helper import make_node

from explorer.core.directions.direction import Direction, unit, vectors
from explorer.core.directions.edit_plan import edit_plan
from explorer.core.directions.judging import encoder_reader, side_effects
from explorer.core.inference.generator import Generator, Pictures
from explorer.core.inference.perception import Encoder
from explorer.core.problem import Problem
from explorer.core.proportions import wilson
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from tests.models import port, tiny_encoder, tiny_generator, write_model

N = 100
LATENTS = sample(0, N * 3).reshape(N, 3)
FIRST = Direction("first", unit([1, 0, 0]), "imported")
BOTH = Direction("both", unit([1, 1, 0]), "imported")


@pytest.fixture
def generator(tmp_path: Path) -> Iterator[Generator]:
    """Each of the latent's three numbers is the grey of a column of the picture: 0.5 + z / 20."""
    nodes = [
        make_node("Div", ["z", "twenty"], ["small"]),
        make_node("Add", ["small", "half"], ["grey"]),
        make_node("Reshape", ["grey", "row"], ["column"]),
        make_node("Tile", ["column", "times"], ["picture"]),
    ]
    weights = {
        "twenty": np.float32(20),
        "half": np.float32(0.5),
        "row": np.array([-1, 1, 1, 3, 1], np.int64),
        "times": np.array([1, 1, 6, 1, 2], np.int64),
        "flat": np.array([-1, 1, 6, 6], np.int64),
    }
    nodes[-1].output[0] = "wide"
    nodes.append(make_node("Reshape", ["wide", "flat"], ["picture"]))
    path = write_model(tmp_path / "g.onnx", nodes, [port("z", ["N", 3])], [port("picture", ["N", 1, 6, 6])], weights)
    generator = Generator.open(path, "cpu", trusted=True)
    yield generator
    generator.close()


def columns(pictures: Pictures) -> np.ndarray:
    """The latents again."""
    return (pictures[:, 0, ::2, 0] / 255.0 - 0.5) * 20.0


def reader(pictures: Pictures) -> np.ndarray:
    """Whether the first number is positive (a hard yes or no), and the second number."""
    z = columns(pictures)
    return np.stack([z[:, 0] > 0.02, z[:, 1]], 1).astype(float)


def test_slopes_shares_and_flips_are_those_of_the_generator(generator: Generator) -> None:
    found = side_effects(
        [FIRST, BOTH], LATENTS, generator, reader, ["sign", "second"], yes_no=[True, False], alphas=[-2, 2]
    )
    assert found is not None
    assert (found.names, found.attributes, found.n) == (("first", "both"), ("sign", "second"), N)
    assert found.alphas == (-2, 0, 2)
    assert found.slopes[:, 1] == pytest.approx([0, 1 / np.sqrt(2)], abs=0.02)
    assert (found.errors[:, 1] < 0.01).all()
    for index, reach in enumerate((2, np.sqrt(2))):
        shares = [(LATENTS[:, 0] + step > 0.02).mean() for step in (-reach, 0, reach)]
        assert found.shares[index, 0] == pytest.approx(shares, abs=0.03)
        assert found.means[index, 0] == pytest.approx(found.shares[index, 0])
        assert found.slopes[index, 0] == pytest.approx((shares[2] - shares[0]) / 4, abs=0.02)
        flips = [shares[1] - shares[0], shares[2] - shares[1]]
        assert found.flips[index, 0] == pytest.approx(flips, abs=0.03)
    assert (found.flips_low[:, 0] < found.flips[:, 0]).all()
    assert (found.flips_high[:, 0] > found.flips[:, 0]).all()
    assert np.isnan(found.shares[:, 1]).all()
    assert np.isnan(found.flips[:, 1]).all()


def test_intervals_are_wilsons(generator: Generator) -> None:
    def read(pictures: Pictures) -> np.ndarray:
        return (columns(pictures)[:, :1] > 0.02).astype(float)

    latents = np.array([[-1.0, 0, 0]] * 10 + [[1.0, 0, 0]] * 10, np.float32)
    found = side_effects([FIRST], latents, generator, read, ["sign"], alphas=[2])
    assert found is not None
    assert found.alphas == (0, 2)
    assert found.flips[0, 0, 1] == 0.5
    ends = found.flips_low[0, 0, 1], found.flips_high[0, 0, 1]
    assert ends == pytest.approx((0.2993, 0.7007), abs=1e-4)  # of 10 in 20, from the published formula
    assert np.isnan(found.flips[0, 0, 0])


def test_side_effects_become_json(generator: Generator) -> None:
    found = side_effects([FIRST], LATENTS[:1], generator, reader, ["sign", "second"], yes_no=[True, False])
    assert found is not None
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["names"] == ["first"]
    assert told["slope_units"] == [
        f"{unit} per standard deviation of the prior" for unit in ("probability", "own unit")
    ]
    assert told["alphas"] == [-3, -1.5, 0, 1.5, 3]
    assert told["shares"][0][1] == [None] * 5
    assert told["errors"] == [[None, None]]
    assert told["slopes"][0] == pytest.approx(found.slopes[0].tolist())


def test_gains_count_among_those_without_alone(generator: Generator) -> None:
    found = side_effects([FIRST], LATENTS, generator, reader, ["sign", "second"], yes_no=[True, False], alphas=[-1, 1])
    assert found is not None
    before = np.array([z > 0.02 for z in columns(generator.pictures(LATENTS, [None] * N))[:, 0]])
    after = columns(generator.pictures(LATENTS + FIRST.vector, [None] * N))[:, 0] > 0.02
    assert found.without[0, 0] == (~before).sum()
    assert found.gains[0, 0].tolist() == pytest.approx([0.0, after[~before].mean()])
    assert (found.gains_low[0, 0, 1], found.gains_high[0, 0, 1]) == wilson(
        int(after[~before].sum()), int((~before).sum())
    )
    assert np.isnan(found.gains[0, 1]).all()
    assert np.isnan(found.without[0, 1])


def test_progress_counts_pictures_and_it_can_be_stopped(generator: Generator) -> None:
    told: list[tuple[int, int]] = []
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    side_effects([FIRST, BOTH], LATENTS, generator, reader, "ab", progress=lambda *done: told.append(done), alphas=[1])
    assert told == [(done, 300) for done in (64, 100, 164, 200, 264, 300)]
    assert side_effects([FIRST], LATENTS, generator, reader, "ab", cancelled=lambda: True) is None
    assert side_effects([FIRST], LATENTS, generator, reader, "ab", cancelled=stop) is None


def test_what_cannot_be_judged_is_a_problem(generator: Generator) -> None:
    with pytest.raises(Problem, match="Nothing to judge"):
        side_effects([], LATENTS, generator, reader, "ab")
    with pytest.raises(Problem, match="by moving along it"):
        side_effects([FIRST], LATENTS, generator, reader, "ab", alphas=[0])
    with pytest.raises(Problem, match="latent of 4 numbers; g takes 3"):
        side_effects([Direction("x", unit(np.ones(4)), "imported")], LATENTS, generator, reader, "ab")
    with pytest.raises(Problem, match="for 64 pictures and 3 attributes"):
        side_effects([FIRST], LATENTS, generator, reader, "abc")
    with pytest.raises(Problem, match="not finite"):
        side_effects([FIRST], LATENTS, generator, lambda p: np.full((len(p), 1), np.nan), "a")


def test_an_encoder_judges_by_projection(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx"), "cpu", trusted=True)
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx"), "cpu", trusted=True)
    axes = [Direction(f"z{axis}", unit(np.eye(4)[axis]), "imported") for axis in range(4)]
    z = sample(0, 40).reshape(10, 4) / 10
    measured = side_effects(axes, z, generator, encoder_reader(encoder, axes), "abcd", yes_no=False, alphas=[-1, 1])
    assert measured is not None
    expected = encoder.latents(generator.pictures(z + axes[2].vector)) - encoder.latents(
        generator.pictures(z - axes[2].vector)
    )
    assert measured.slopes[2] == pytest.approx(expected.mean(0) / 2, abs=1e-5)
    assert np.argmax(np.abs(measured.slopes), 1).tolist() == [0, 1, 2, 3]
    with pytest.raises(Problem, match="gives 4 numbers; these directions have 3"):
        encoder_reader(encoder, [FIRST])
    generator.close()
    encoder.close()


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_the_meter_looks_at_the_picture_that_the_slider_draws(tmp_path: Path, prior: str) -> None:
    path = tiny_generator(tmp_path / "g.onnx", distribution=prior)
    generator = Generator.open(path, "cpu", trusted=True)
    direction = Direction("a", unit([1, -2, 0, 1]), "imported")
    seen: list[np.ndarray] = []

    def look(pictures: Pictures) -> np.ndarray:
        seen.append(pictures[0])
        return np.zeros((len(pictures), 1))

    z = sample(3, 4, prior)
    side_effects([direction], z[None], generator, look, "x", yes_no=False, alphas=[-2, 2])
    renderer = Renderer(generator, vectors([direction]))
    drawn = [
        renderer.render(Scene(z=z, directions=(("a", alpha),) if alpha else ())).picture for alpha in (0.0, -2.0, 2.0)
    ]
    assert np.array_equal(seen, drawn)
    generator.close()


def test_an_encoder_counts_deviations_of_the_prior(tmp_path: Path) -> None:
    encoder = Encoder.open(tiny_encoder(tmp_path / "e.onnx"), "cpu", trusted=True)
    pictures = np.full((2, 8, 8, 3), 90, np.uint8)
    normal, uniform = (
        encoder_reader(encoder, [Direction("a", unit(np.ones(4)), "imported")], prior=prior)(pictures)
        for prior in ("normal", "uniform")
    )
    assert uniform == pytest.approx(normal * np.sqrt(3))
    encoder.close()


def test_classes_are_drawn_as_asked(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx", classes=3), "cpu", trusted=True)
    direction = Direction("a", unit(np.ones(4)), "imported")

    def bright(pictures: Pictures) -> np.ndarray:
        return pictures.reshape(len(pictures), -1).mean(1, keepdims=True)

    found = [
        side_effects([direction], sample(0, 8).reshape(2, 4), generator, bright, "b", yes_no=False, labels=[label] * 2)
        for label in (0, 2)
    ]
    assert found[0] is not None
    assert found[1] is not None
    assert (found[1].means > found[0].means).all()
    generator.close()


def test_an_edit_sets_one_strength_and_keeps_the_others() -> None:
    scene = Scene(z=sample(0, 4), directions=(("smile", 1.0), ("age", 2.0)))
    plan = edit_plan("smile", scene, (5,), span=1.5, columns=3)
    assert [plan.scene(0, column).directions for column in range(3)] == [
        (("age", 2.0), ("smile", -1.5)),
        (("age", 2.0),),
        (("age", 2.0), ("smile", 1.5)),
    ]
    assert all(plan.scene(0, column).z is scene.z for column in range(3))
    assert plan.scene(1, 1).directions == ()
    assert plan.scene(1, 1).z.tolist() == sample(5, 4).tolist()
    assert edit_plan("hat", scene, columns=3).scene(0, 1) is scene


def test_every_reading_is_told_and_any_can_be_the_last(generator: Generator) -> None:
    told: list[tuple[int, int]] = []

    def judged(**how: Any) -> object:
        return side_effects([FIRST, BOTH], LATENTS, generator, reader, ["a", "b"], yes_no=False, alphas=[-1, 1], **how)

    assert judged(progress=lambda done, total: told.append((done, total))) is not None
    assert told[-1] == (5 * N, 5 * N)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert {total for _, total in told} == {5 * N}
    answers = iter([False] * 3 + [True])
    assert judged(cancelled=lambda: next(answers, True)) is None

"""Local directions change what lies inside a rectangle, and little else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx.helper import make_node

from explorer.core.directions.direction import USUAL_SPAN, W, unit
from explorer.core.directions.files.store import load_directions, save_directions
from explorer.core.directions.local import as_direction, local_directions, share_inside
from explorer.core.directions.region import Region
from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer, renderer_of
from explorer.core.rendering.scene import Scene
from tests.models import port, tiny_stylegan, write_model

SIDE, SIZE = 16, 12
BOX = Region(2, 9, 5, 4)
SCENE = Scene(z=sample(3, SIZE), seed=3)


def spots(places: int, size: int = SIZE) -> np.ndarray:
    """What each number of the latent paints, (size, SIDE * SIDE): a mix of soft spots."""
    draw = np.random.RandomState(1)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    centres = draw.uniform(0, SIDE, (size, 2))
    for place in range(places):
        centres[place] = BOX.y + 1.5, BOX.x + 1.5 + 2 * place
    painted = [np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 4.0).reshape(-1) for y, x in centres]
    turned = np.linalg.qr(draw.randn(size, size))[0]
    return (turned @ np.stack(painted)).astype(np.float32)


def painter(path: Path, weights: np.ndarray) -> Renderer:
    nodes = [
        make_node("MatMul", ["z", "weights"], ["painted"]),
        make_node("Tanh", ["painted"], ["bent"]),
        make_node("Reshape", ["bent", "shape"], ["picture"]),
    ]
    held = {"weights": weights, "shape": np.array([-1, 1, SIDE, SIDE], np.int64)}
    ports = [port("z", ["N", len(weights)])], [port("picture", ["N", 1, SIDE, SIDE])]
    return renderer_of(Generator.open(write_model(path, nodes, *ports, held), "cpu", trusted=True))


@pytest.fixture
def renderer(tmp_path: Path) -> Renderer:
    """Two of its twelve spots lie inside the box; no number of the latent paints one of them alone."""
    return painter(tmp_path / "g.onnx", spots(2))


def shares(renderer: Renderer, vectors: np.ndarray, reach: float = 1.0) -> list[float]:
    mask = BOX.mask(SIDE, SIDE)
    found = []
    for vector in vectors:
        ends = [replace(SCENE, z=(SCENE.z + side * reach * vector).astype(np.float32)) for side in (1, -1)]
        found.append(share_inside(*(renderer.render(end).picture for end in ends), mask))
    return found


def test_they_change_the_rectangle_far_more_than_random_ones_do(renderer):
    found = local_directions(renderer, SCENE, BOX, 2)
    draw = np.random.RandomState(0)
    by_chance = shares(renderer, np.stack([unit(draw.randn(SIZE)) for _ in range(40)]))
    assert min(step.inside for step in found.steps) > 0.65
    assert max(by_chance) < 0.6
    assert np.mean(by_chance) < 0.3
    assert found.usual == pytest.approx(np.mean(by_chance), abs=0.1)


def test_the_share_that_is_told_is_what_the_pictures_show(renderer):
    found = local_directions(renderer, SCENE, BOX, 3)
    for step in found.steps:
        assert shares(renderer, [step.vector], step.reach)[0] == pytest.approx(step.inside, abs=1e-6)
        assert np.linalg.norm(step.vector) == pytest.approx(1.0, abs=1e-5)
    told = [step.inside for step in found.steps]
    assert told == sorted(told, reverse=True)


def test_each_changes_the_rectangle_otherwise(renderer):
    first, second = local_directions(renderer, SCENE, BOX, 2).steps
    mask = BOX.mask(SIDE, SIDE)
    changes = []
    for step in (first, second):
        moved = replace(SCENE, z=(SCENE.z + step.vector).astype(np.float32))
        change = renderer.render(moved).picture.astype(float) - renderer.render(SCENE).picture
        changes.append(change[mask].reshape(-1) / np.linalg.norm(change[mask]))
    assert abs(changes[0] @ changes[1]) < 0.5


def test_sliders_are_where_the_scene_is_and_a_scene_where_the_sliders_are(renderer):
    found = local_directions(renderer, SCENE, BOX, 3)
    moved = found.moved(SCENE, (1.5, 0.0, -0.75))
    assert moved.seed is None
    assert found.alphas(SCENE, moved) == pytest.approx((1.5, 0.0, -0.75), abs=2e-3)
    assert found.alphas(SCENE, SCENE) == (0.0, 0.0, 0.0)
    assert found.moved(SCENE, (0.0, 0.0, 0.0)) is SCENE
    assert found.alphas(SCENE, Scene(z=sample(4, SIZE))) is None  # another sample


def test_what_is_kept_is_a_direction_that_knows_how_far_it_goes(renderer, tmp_path):
    found = local_directions(renderer, SCENE, BOX, 1)
    kept = as_direction(found, (2.0,), "mouth")
    save_directions(tmp_path / "d.npz", [kept])
    (read,) = load_directions(tmp_path / "d.npz")
    assert (read.method, read.span) == ("local", found.steps[0].reach)
    assert read.details["inside"] == pytest.approx(found.steps[0].inside, abs=1e-4)
    assert "2,9,5,4 of seed 3" in read.source
    assert read.has_span or read.span == USUAL_SPAN


def test_a_long_latent_is_probed_in_128_ways(tmp_path):
    large = painter(tmp_path / "l.onnx", spots(2, 300) / 4)
    counts = []
    scene = Scene(z=sample(0, 300))
    found = local_directions(large, scene, BOX, 2, progress=lambda done, total: counts.append((done, total)))
    assert counts[-1] == (128, 128)
    assert found.steps[0].inside > 2 * found.usual
    again = local_directions(large, scene, BOX, 2)
    assert np.array_equal(found.steps[0].vector, again.steps[0].vector)


def test_it_is_stopped_and_refuses_what_makes_no_sense(renderer):
    assert local_directions(renderer, SCENE, BOX, cancelled=lambda: True) is None
    for region, words in (
        (Region(0, 0, SIDE, SIDE), "whole picture"),
        (Region(10, 10, 9, 2), "not inside"),
        (Region(1, 1, 0, 2), "not inside"),
    ):
        with pytest.raises(Problem, match=words):
            local_directions(renderer, SCENE, region)


def test_a_rectangle_where_nothing_depends_on_the_latent_is_told(tmp_path):
    weights = spots(0)
    inside = BOX.mask(SIDE, SIDE).reshape(-1)
    weights[:, inside] = 0.0
    with pytest.raises(Problem, match="depends on the latent"):
        local_directions(painter(tmp_path / "still.onnx", weights), SCENE, BOX)


def test_of_a_style_based_model_they_move_w(tmp_path):
    model = tiny_stylegan(tmp_path / "sg") / "generator.onnx"
    style_renderer = renderer_of(Generator.open(model, "cpu", trusted=True))
    card = style_renderer.generator.card
    scene = Scene(z=sample(1, card.latent_size), seed=1, truncation=0.8)
    box = Region(1, 1, card.width // 3, card.height // 3)
    found = local_directions(style_renderer, scene, box, 2)
    assert found.space == W
    moved = found.moved(found.scene, (0.7, -0.4))
    assert moved.z is scene.z
    assert found.alphas(found.scene, moved) == pytest.approx((0.7, -0.4), abs=5e-3)
    assert found.alphas(found.scene, scene) == (0.0, 0.0)  # where it was, before its point was written out
    kept = as_direction(found, (1.0, 0.0), "corner")
    assert kept.vector.shape == (card.style_size,)
    style_renderer.directions = {"corner": kept.vector[None]}
    by_name = replace(found.scene, directions=(("corner", 0.5),))
    by_hand = found.moved(found.scene, (0.5 / scene.truncation, 0.0))  # which truncation then pulls back
    apart = style_renderer.render(by_name).picture.astype(int) - style_renderer.render(by_hand).picture
    assert np.abs(apart).max() <= 2

"""A picture follows the hand: strokes, pulls, what is kept, and what a scene says besides its latent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.core.inference.generator import Generator
from explorer.core.models.model import model_files
from explorer.core.problem import Problem
from explorer.core.rendering.renderer import Renderer, renderer_of
from explorer.core.rendering.scene import Scene
from explorer.core.touch.goals import Goal, PaintGoal, Pull, PullGoal, dab, erase
from explorer.training.touch.moved_latent import moved_latent
from explorer.training.touch.touchable import Touchable
from explorer.training.touch.touching import Touched, Touching
from tests.models import tiny_style_model
from tests.touch import SIZE, spotted_model

MIDDLE = (SIZE / 2, SIZE / 2)
RED = (200, 60, 60)


class Hand:
    """A model, and what is needed to touch its pictures."""

    def __init__(self, path: Path) -> None:
        self.files = model_files(path)
        self.generator = Generator.open(self.files.generator, "cpu", trusted=True)
        self.model = Touchable.open(self.files, trusted=True)
        along = np.zeros(8, np.float32)
        along[4] = 1.0
        self.renderer: Renderer = renderer_of(self.generator, {"blue": along})

    def scene(self, **said) -> Scene:
        return Scene(self.generator.hash, "spot", np.zeros(self.generator.card.latent_size, np.float32), **said)

    def follow(self, scene: Scene, goal: Goal, **options) -> Touched:
        touching = Touching(self.model, moved_latent(self.model, self.renderer, scene, **options))
        while not (touched := touching.go_on(goal, budget_s=60.0)).rests:
            assert touched.steps < 500
        return touched

    def picture(self, scene: Scene) -> np.ndarray:
        return self.renderer.render(scene).picture.astype(float)


@pytest.fixture(scope="module")
def spot(tmp_path_factory: pytest.TempPathFactory):
    hand = Hand(spotted_model(tmp_path_factory.mktemp("spot") / "spot.onnx"))
    yield hand
    hand.generator.close()


@pytest.fixture
def styled(tmp_path: Path):
    hand = Hand(tiny_style_model(tmp_path / "styled"))
    yield hand
    hand.generator.close()


def stroke(keep: np.ndarray | None = None, x: float = 6.0) -> PaintGoal:
    weights = np.zeros((SIZE, SIZE), np.float32)
    dab(weights, (x, 6), (x, 12), 3)
    colours = np.broadcast_to(np.array(RED, np.uint8), (SIZE, SIZE, 3)).copy()
    return PaintGoal(colours, weights, keep)


def test_a_stroke_brings_its_place_to_its_colour_and_leaves_the_rest(spot):
    scene = spot.scene()
    touched = spot.follow(scene, stroke())
    before, after = spot.picture(scene), spot.picture(touched.scene)
    assert np.abs(after[6:12, 5:7] - RED).max() < 20
    assert np.abs(after - before)[:, SIZE // 2 :].mean() < 4
    assert touched.scene.seed is None
    assert touched.scene.z[:2] == pytest.approx(0, abs=0.2)


def test_what_is_kept_stays_though_it_is_painted_over(spot):
    keep = np.zeros((SIZE, SIZE), np.float32)
    keep[:, : SIZE // 2] = 1.0
    scene = spot.scene()
    touched = spot.follow(scene, stroke(keep))
    assert np.abs(spot.picture(touched.scene) - spot.picture(scene)).max() < 12


def test_a_pulled_spot_arrives(spot):
    target = (MIDDLE[0] + 5, MIDDLE[1] - 3)
    touched = spot.follow(spot.scene(), PullGoal((Pull(MIDDLE, target),)))
    assert touched.points[0] == pytest.approx(target, abs=1.0)
    light = spot.picture(touched.scene).sum(2)
    row, column = np.unravel_index(light.argmax(), light.shape)
    assert (column + 0.5, row + 0.5) == pytest.approx(target, abs=2.0)


def test_a_stroke_counts_with_truncation_and_directions_and_leaves_them_as_they_are(spot):
    scene = spot.scene(truncation=0.5, directions=(("blue", 2.0),))
    touched = spot.follow(scene, stroke())
    assert touched.scene.truncation == 0.5
    assert touched.scene.directions is scene.directions
    assert np.abs(spot.picture(touched.scene)[6:12, 5:7] - RED).max() < 40


def test_locked_dimensions_stay(spot):
    touched = spot.follow(spot.scene(), stroke(), locked=frozenset({2}))
    assert touched.scene.z[2] == 0
    assert abs(touched.scene.z[4]) > 0.3


def test_nothing_can_be_moved_where_truncation_leaves_nothing(spot):
    with pytest.raises(Problem, match="truncation"):
        moved_latent(spot.model, spot.renderer, spot.scene(truncation=0.0))


def test_the_same_gesture_gives_the_same_latent(spot):
    first, second = (spot.follow(spot.scene(), stroke()).scene.z for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_of_a_style_based_model_its_point_of_w_is_moved(styled):
    scene = replace(styled.scene(), truncation=0.8)
    size = styled.generator.card.height
    weights = np.ones((size, size), np.float32)
    goal = PaintGoal(np.full((size, size, 3), 200, np.uint8), weights)
    touched = styled.follow(scene, goal)
    assert touched.scene.z is scene.z
    assert touched.scene.w.shape == (styled.generator.card.style_size,)
    before, after = styled.picture(scene), styled.picture(touched.scene)
    assert np.abs(after - 200).mean() < 0.8 * np.abs(before - 200).mean()
    some = styled.follow(scene, goal, layers=(0, 1)).scene.w.reshape(styled.generator.card.styles, -1)
    assert (some[0] != some[2]).any()


def test_what_is_drawn_is_what_the_gesture_saw(styled, spot):
    for hand, scene in ((styled, replace(styled.scene(), truncation=0.6)), (spot, spot.scene(truncation=0.6))):
        latent = moved_latent(hand.model, hand.renderer, scene)
        at = torch.linspace(-1, 1, latent.size)[None]
        seen = hand.model.painter.pictures(latent.rows(at))[0].permute(1, 2, 0).numpy()
        drawn = hand.picture(latent.scene(at)) / 127.5 - 1
        assert np.abs(drawn - seen).max() < 0.02


def test_a_network_without_gradients_is_refused_by_the_name_of_what_it_uses(tmp_path):
    path = spotted_model(tmp_path / "hard.onnx", refused=True)
    with pytest.raises(Problem, match="Round"):
        Touchable.open(model_files(path), trusted=True)


def test_a_brush_is_round_and_can_be_taken_out_again():
    weights = np.zeros((16, 16), np.float32)
    taken = dab(weights, (4, 8), (12, 8), 2)
    assert weights[8, 4] == weights[7, 11] == 1
    assert not weights[3].any()
    assert taken.sum() == pytest.approx(8 * 4 + np.pi * 4, rel=0.2)
    erase(weights, (4, 8), (12, 8), 4)
    assert not weights.any()

"""Strips go as far as one must to see the change, and no farther than pictures bear."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.core.directions.direction import LAYERS, USUAL_SPAN, Direction, W, in_layers, unit
from explorer.core.directions.files.store import load_directions, save_directions
from explorer.core.directions.span import LEAST, MOST, at_span, farthest, measured_span, with_span
from explorer.core.inference.generator import Generator
from tests.models import tiny_generator

NOISE = np.random.RandomState(0).randint(0, 200, (6, 8, 8, 1))


def painter(levels_per_alpha: float):
    """Draws six unlike pictures whose upper left quarter gets brighter along the direction."""

    def draw(alpha: float) -> np.ndarray:
        pictures = NOISE + 0.0
        pictures[:, :4, :4] += levels_per_alpha * alpha
        return pictures.clip(0, 255).astype(np.uint8)

    return draw


def test_a_strong_direction_goes_less_far_than_a_weak_one():
    spans = [measured_span(painter(levels), 8.0) for levels in (60.0, 25.0, 12.0)]
    assert spans[0][0] < spans[1][0] < spans[2][0]
    for span, change in spans:
        assert change >= 0.6  # seen clearly
        assert span % 0.5 == 0.0


def test_the_ends_are_no_farther_apart_than_they_need_be():
    for levels in (25.0, 12.0):
        draw = painter(levels)
        span, _change = measured_span(draw, 8.0)
        nearer, _ = measured_span(draw, span - 0.5)
        assert nearer == span - 0.5
        assert measured_span(draw, span - 0.5)[1] < 0.6


def test_what_changes_nothing_goes_to_the_limit_and_is_known_for_it():
    span, change = measured_span(painter(0.0), 6.0)
    assert (span, change) == (6.0, 0.0)
    direction = Direction("idle", unit(np.ones(4)), "mean", details={"span": span, "change at span": change})
    assert direction.is_faint
    assert not replace(direction, details={"span": 2.0, "change at span": 0.7}).is_faint


def test_a_model_that_draws_one_picture_has_no_directions_that_show():
    assert measured_span(lambda _alpha: np.zeros((6, 8, 8, 3), np.uint8), 5.0)[1] == 0.0


def test_measuring_stops_when_nobody_wants_it():
    assert measured_span(painter(9.0), 8.0, lambda: True) is None


@pytest.fixture
def generator(tmp_path: Path) -> Generator:
    return Generator.open(tiny_generator(tmp_path / "g.onnx", latent=4, classes=2), "cpu", trusted=True)


def test_a_direction_learns_its_span_and_a_file_keeps_it(generator, tmp_path):
    direction = Direction("smile", unit(np.array([1.0, 0.2, 0.0, 0.0])), "mean", details={"seed": 1})
    assert (direction.span, direction.has_span) == (USUAL_SPAN, False)
    told = with_span(direction, generator, label=1)
    assert told.has_span
    assert LEAST <= told.span <= farthest(direction, generator)
    assert told.details["seed"] == 1
    assert with_span(direction, generator, label=1).details == told.details  # the same every time
    save_directions(tmp_path / "d.npz", [told])
    assert load_directions(tmp_path / "d.npz")[0].span == told.span


def test_latents_of_few_numbers_are_not_moved_out_of_sight(tmp_path):
    small = Generator.open(tiny_generator(tmp_path / "s.onnx", latent=4), "cpu", trusted=True)
    large = Generator.open(tiny_generator(tmp_path / "l.onnx", latent=64), "cpu", trusted=True)
    short = Direction("a", unit(np.ones(4)), "mean")
    assert farthest(short, small) == 3.0
    assert farthest(replace(short, vector=unit(np.ones(64))), large) == 7.0


def test_a_span_that_was_chosen_stays_within_bounds_and_says_nothing_of_the_change():
    direction = Direction("a", unit(np.ones(4)), "mean", details={"span": 6.0, "change at span": 0.01})
    chosen = at_span(direction, 99.0)
    assert chosen.span == MOST
    assert not chosen.is_faint


def test_of_other_layers_a_direction_has_another_span():
    direction = Direction("a", unit(np.ones(4)), "mean", space=W, details={"span": 6.0, "change at span": 0.5})
    moved = in_layers(direction, (0, 1), 4, 4)
    assert not moved.has_span
    assert moved.details == {LAYERS: [0, 1]}


@pytest.mark.parametrize("told", [None, "far", -1, 0, float("nan"), True])
def test_a_span_that_cannot_be_is_the_usual_one(told):
    assert Direction("a", unit(np.ones(4)), "mean", details={"span": told}).span == USUAL_SPAN

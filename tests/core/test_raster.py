"""Raster painting: the same numbers are the same picture, and a pixel changes only what comes after it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.core.sampling.painting import Labels, PaintingState, Values
from explorer.core.sampling.raster import RasterPainter, drawn_levels, probabilities, redrawn_after
from explorer.core.sampling.schedules import RasterSchedule
from explorer.core.sampling.settings import Sampling

SHAPE = (2, 3, 4)
LEVELS = (-1.0, 0.0, 1.0)


def run(pictures: Values, _time: float | None, labels: Labels) -> Values:
    """Logits (N, 3, 2, 3, 4): each value is likelier to be what the one before it is, and the class's level."""
    count = len(pictures)
    in_order = pictures.transpose(0, 2, 3, 1).reshape(count, -1)
    before = np.concatenate([np.zeros((count, 1), np.float32), in_order[:, :-1]], 1)
    logits = -2.0 * (before[:, None] - np.array(LEVELS, np.float32)[:, None]) ** 2
    for picture, label in enumerate([] if labels is None else labels):
        if label < 3:
            logits[picture, label] += 1.0
    return logits.reshape(count, 3, *SHAPE[1:], SHAPE[0]).transpose(0, 1, 4, 2, 3).astype(np.float32)


PAINTER = RasterPainter(run, RasterSchedule(LEVELS), SHAPE, classes=3)


def latents(count: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.RandomState(seed).uniform(-1, 1, (count, 24)).astype(np.float32)


def last(states: object) -> PaintingState:
    *_, state = states  # type: ignore[misc]
    return state


def test_there_is_a_state_for_each_pixel_and_the_last_is_whole() -> None:
    states = list(PAINTER.states(latents(2), None, Sampling()))
    assert [state.step for state in states] == list(range(13))
    assert [state.is_last for state in states] == [False] * 12 + [True]
    assert (states[0].time, states[-1].time) == (1.0, 0.0)
    assert set(np.unique(states[-1].canvas)) <= set(LEVELS)
    assert (states[4].canvas[:, :, 1:] == 0).all()
    assert (states[4].canvas[:, :, 0] == states[-1].canvas[:, :, 0]).all()


def test_the_same_latent_is_the_same_picture_alone_and_among_others() -> None:
    z = latents(3)
    together = last(PAINTER.states(z, None, Sampling())).canvas
    for row in range(3):
        assert (last(PAINTER.states(z[row : row + 1], None, Sampling())).canvas[0] == together[row]).all()
    assert not (together[0] == together[1]).all()


def test_other_numbers_from_a_pixel_on_leave_those_before_it_alone() -> None:
    one, other = latents(2)
    mixed = redrawn_after(one, 5, SHAPE, other)
    first, again = (last(PAINTER.states(z[None], None, Sampling())).canvas.reshape(2, 12) for z in (one, mixed))
    assert (first[:, :5] == again[:, :5]).all()
    assert not (first[:, 5:] == again[:, 5:]).all()
    assert (redrawn_after(one, 12, SHAPE, other) == one).all()
    assert (redrawn_after(one, 0, SHAPE, other) == other).all()


def test_every_picture_has_a_latent_that_paints_it_and_half_of_it_is_finished_by_another() -> None:
    pictures = np.random.RandomState(3).uniform(-1, 1, (2, *SHAPE)).astype(np.float32)
    nearest = PAINTER.nearest(pictures)
    assert (nearest == np.round(pictures)).all()
    labels, warm = np.array([1, 2]), Sampling(temperature=2.0, guidance=1.5)
    z = PAINTER.latents_of(pictures, labels, warm)
    assert (last(PAINTER.states(z, labels, warm)).canvas == nearest).all()
    finished = np.stack([redrawn_after(one, 6, SHAPE, other) for one, other in zip(z, latents(2), strict=True)])
    again = last(PAINTER.states(finished, labels, warm)).canvas.reshape(2, 2, 12)
    assert (again[..., :6] == nearest.reshape(2, 2, 12)[..., :6]).all()
    assert not (again == nearest.reshape(2, 2, 12)).all()


def test_levels_are_drawn_as_often_as_the_distribution_says() -> None:
    z = np.linspace(-1, 1, 20001, dtype=np.float32)
    logits = np.tile(np.log(np.array([[0.2, 0.5, 0.3]], np.float32)), (len(z), 1))
    shares = np.bincount(drawn_levels(logits, z), minlength=3) / len(z)
    assert shares == pytest.approx([0.2, 0.5, 0.3], abs=1e-3)
    cold = np.bincount(drawn_levels(logits, z, 0.01), minlength=3)
    assert cold[1] == len(z)
    assert drawn_levels(logits[:2], np.array([-1.0, 1.0], np.float32)).tolist() == [0, 2]


def test_a_level_of_no_chance_is_never_drawn() -> None:
    logits = np.array([[-1e9, 0.0, -1e9]] * 3, np.float32)
    assert drawn_levels(logits, np.array([-1.0, 0.0, 1.0], np.float32)).tolist() == [1, 1, 1]


def test_the_distribution_of_a_pixel_heeds_what_is_before_it_the_class_and_the_temperature() -> None:
    pictures = np.full((1, *SHAPE), -1.0, np.float32)
    plain = PAINTER.distribution(pictures, None, 1, 1)
    assert plain.shape == (1, 3, 2)
    assert plain.sum(1) == pytest.approx(1.0)
    assert plain[0, :, 0].argmax() == 0
    told = PAINTER.distribution(pictures, np.array([2]), 1, 1)
    assert told[0, 2, 0] > plain[0, 2, 0]
    cold = PAINTER.distribution(pictures, None, 1, 1, Sampling(temperature=0.5))
    assert cold[0, 0, 0] > plain[0, 0, 0]
    guided = PAINTER.distribution(pictures, np.array([2]), 1, 1, Sampling(guidance=3.0))
    logits = -2.0 * (-1.0 - np.array(LEVELS)) ** 2 + [0.0, 0.0, 3.0]
    assert guided[0, :, 0] == pytest.approx(np.exp(logits) / np.exp(logits).sum(), rel=1e-5)
    assert probabilities(np.zeros((1, 4), np.float32)) == pytest.approx(0.25)

"""The pupil finder's family: faces are pasted so that their pupils are known, and it learns to find them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from explorer.core.problem import Problem
from explorer.training.families.readers.pupils import Config, Finder, PupilLearner
from explorer.training.learning.family import Batch, TrainingTask
from explorer.training.learning.grounds import scrambled
from explorer.training.learning.pasted_faces import Pasting

PUPILS = ((0.3, 0.4), (0.7, 0.4))
SMALL = Config(width=0.25)


def spotted(count: int, size: int = 48) -> torch.Tensor:
    """Black pictures with a white spot at each pupil."""
    pictures = -torch.ones(count, 3, size, size)
    for x, y in PUPILS:
        row, column = round(y * size), round(x * size)
        pictures[:, :, row - 4 : row + 4, column - 4 : column + 4] = 1.0
    return pictures


def task(size: int = 32, pupils=PUPILS) -> TrainingTask:
    return TrainingTask(size, 3, steps=60, pupils=pupils)


@pytest.mark.parametrize("near", [0.0, 1.0])
def test_the_pupils_of_a_pasted_face_are_where_it_says(near):
    pasted = Pasting(PUPILS, smallest=0.5, near=near, empty=0.0).of(spotted(40), torch.Generator().manual_seed(1))
    assert pasted.has_face.all()
    assert (pasted.pupils > 0).all()
    assert (pasted.pupils < 1).all()
    places = (pasted.pupils * 48).long()
    for picture, points in zip(pasted.pictures, places, strict=True):
        for x, y in points.tolist():
            assert picture[:, y, x].mean() > 0.5


def test_faces_are_turned_and_scaled_as_far_as_is_asked():
    wide = Pasting(PUPILS, turn=40.0, smallest=0.3, near=0.0).of(spotted(300), torch.Generator().manual_seed(2))
    across, down = (wide.pupils[:, 1] - wide.pupils[:, 0]).unbind(1)
    assert 30 < torch.rad2deg(torch.atan2(down, across)).abs().max() < 50
    apart = torch.hypot(across, down) / 0.4  # the scale, but for a little stretching
    assert apart.min() < 0.4
    assert apart.max() > 1.0


def test_a_share_of_the_pictures_shows_no_face():
    pasted = Pasting(PUPILS, empty=0.3).of(spotted(400, 16), torch.Generator().manual_seed(3))
    assert 0.2 < (~pasted.has_face).float().mean() < 0.4


def test_a_picture_taken_to_pieces_has_the_same_pixels_elsewhere():
    pictures = torch.rand(2, 3, 16, 16)
    again = scrambled(pictures, torch.Generator().manual_seed(0))
    assert torch.equal(again.flatten().sort().values, pictures.flatten().sort().values)
    assert not torch.equal(again, pictures)


def test_it_learns_to_find_two_spots():
    config = replace(SMALL, turn=10.0, smallest=0.8, near=0.0, empty=0.0, colour=0.0, cut=0.0, learning_rate=1e-2)
    learner = PupilLearner(config, task(), 0)
    first = learner.step(Batch(spotted(16, 32)))["distance"]
    for _ in range(40):
        learner.done_steps += 1
        last = learner.step(Batch(spotted(16, 32)))["distance"]
    assert last < 0.6 * first


def test_what_is_exported_gives_places_and_a_probability():
    learner = PupilLearner(SMALL, task(), 0)
    found = Finder(learner.average).eval()(torch.randn(3, 3, 32, 32))
    assert found.shape == (3, 5)
    assert ((found >= 0) & (found <= 1)).all()


def test_without_a_frame_it_says_what_is_missing():
    with pytest.raises(Problem, match="not known where the pupils are") as told:
        PupilLearner(SMALL, task(pupils=None), 0)
    assert "--frame" in told.value.hint


def test_faces_that_are_not_symmetric_are_not_mirrored():
    lopsided = task(pupils=((0.3, 0.4), (0.6, 0.4)))
    with pytest.raises(Problem, match="symmetrically"):
        PupilLearner(SMALL, lopsided, 0)
    PupilLearner(replace(SMALL, mirror=False), lopsided, 0)

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.core.inference.perception import Classifier
from explorer.core.models.inspection import inspect
from explorer.core.photos.alignment import aligned
from explorer.core.photos.pupil_finder import PupilFinder, shipped, views_of
from explorer.core.photos.pupils import FRAME
from explorer.core.problem import Problem
from explorer.paths import models_folder
from tests.faces import drawn_face, face_photo


@pytest.fixture(scope="module")
def finder():
    with PupilFinder.open() as finder:
        yield finder


def error(found, points) -> float:
    """Of the worse pupil, as a share of the distance of the eyes."""
    assert found is not None
    return max(math.dist(*pair) for pair in zip(found.points, points, strict=True)) / math.dist(*points)


@pytest.mark.parametrize(
    ("seed", "side", "turn"), [(2, 200, 0), (10, 120, 25), (14, 90, -35), (20, 230, -15), (26, 70, 10)]
)
def test_the_eyes_of_a_drawn_face_are_found_however_it_is_turned_and_scaled(finder, seed, side, turn):
    photo, points = face_photo(seed, side=side, turn=turn)
    found = finder.find(photo)
    assert error(found, points) < 0.1
    assert found.is_sure


def test_a_face_that_is_aligned_by_them_is_the_one_that_was_pasted(finder):
    photo, _ = face_photo(10, side=160, turn=30)
    again = aligned(photo, finder.find(photo).alignment(FRAME), 64)
    middle = (slice(16, 48), slice(16, 48))
    assert np.abs(again[middle].astype(int) - drawn_face(10)[middle]).mean() < 12


def test_of_two_faces_the_larger_one_is_found(finder):
    photo, points = face_photo(2, side=200, size=(240, 240))
    small, _ = face_photo(10, side=80, size=(100, 240))
    found = finder.find(np.concatenate([small, photo], axis=1))
    assert error(found, [(x + 100, y) for x, y in points]) < 0.1


def test_a_photo_is_found_in_as_it_lies_in_memory(finder):
    photo, points = face_photo(2, side=160)
    turned = np.ascontiguousarray(photo[:, ::-1])[:, ::-1]
    turned.flags.writeable = False
    assert error(finder.find(turned), points) < 0.1


@pytest.mark.parametrize("kind", ["flat", "gradient", "noise"])
def test_where_there_is_no_face_none_is_found(finder, kind):
    across, down = np.meshgrid(np.linspace(0, 255, 300), np.linspace(0, 255, 200))
    photos = {
        "flat": np.full((200, 300, 3), 90),
        "gradient": np.stack([across, down, 255 - across], axis=2),
        "noise": np.random.default_rng(0).integers(0, 256, (200, 300, 3)),
    }
    assert finder.find(photos[kind].astype(np.uint8)) is None


@pytest.mark.parametrize("size", [(8, 8), (20, 300)])
def test_specks_and_stripes_are_looked_at_too(finder, size):
    assert finder.find(np.zeros((*size, 3), np.uint8)) is None


@pytest.mark.parametrize("size", [(480, 480), (640, 480), (300, 900)])
def test_every_point_of_a_photo_is_seen_large_and_small(size):
    views = views_of(*size)
    assert views[0].side == max(size)
    for x, y in [(1, 1), (size[0] - 1, 1), (size[0] / 2, size[1] / 2), (size[0] - 1, size[1] - 1)]:
        seen = [view.side for view in views if (np.abs(view.to_frame((x, y)) - 0.5) <= 0.5).all()]
        assert min(seen) < 0.4 * max(size)


def test_a_network_of_another_kind_is_refused():
    with pytest.raises(Problem, match="finds no pupils"):
        PupilFinder(Classifier.open(models_folder() / "faces" / "classifier.onnx", "cpu", trusted=True))


def test_the_shipped_finder_is_small_and_says_where_it_comes_from():
    assert shipped().stat().st_size < 2e6
    card = inspect(shipped()).card
    assert card.family == "pupils"
    assert "Face Research Lab London Set" in card.attribution
    assert card.licence
    assert np.allclose(card.pupils, FRAME)

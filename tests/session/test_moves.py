from __future__ import annotations

import numpy as np
import pytest

from explorer.core.models.card import ModelCard
from explorer.core.rendering.latents import sample
from explorer.session.document import Document
from explorer.session.explore.scene_edits import Moves


@pytest.fixture
def moves(qapp) -> Moves:
    moves = Moves(Document())
    moves.card = ModelCard(latent_size=4, classes=("cat", "dog"))
    moves.document.begin(moves.first_scene("a" * 64, "pets", 3))
    return moves


def test_a_model_is_first_shown_with_a_sample_of_its_first_class(moves):
    scene = moves.document.scene
    assert scene.z.tobytes() == sample(3, 4).tobytes()
    assert (scene.label, scene.seed, scene.truncation, scene.model_name) == (0, 3, 1.0, "pets")


def test_a_sample_keeps_class_and_truncation(moves):
    moves.set_label(1)
    moves.set_truncation(0.5)
    moves.sample(9)
    scene = moves.document.scene
    assert (scene.seed, scene.label, scene.truncation) == (9, 1, 0.5)


def test_new_samples_differ_and_can_be_drawn_again(moves):
    moves.new_sample()
    first = moves.document.scene
    moves.new_sample()
    assert moves.document.scene.z.tobytes() != first.z.tobytes()
    moves.sample(first.seed)
    assert moves.document.scene.z.tobytes() == first.z.tobytes()


def test_moves_to_where_one_is_are_no_edits(moves):
    moves.set_label(0)
    moves.set_truncation(1.0)
    moves.set_value(1, float(moves.document.scene.z[1]))
    assert moves.document.history.count() == 0


def test_a_number_that_is_none_is_not_taken(moves):
    moves.set_value(0, float("nan"))
    moves.set_value(0, float("inf"))
    moves.set_value(0, 1e300)
    assert moves.document.history.count() == 0


def test_latents_that_are_shown_cannot_be_written_to(moves):
    moves.set_value(0, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        moves.document.scene.z[0] = 2.0


def test_one_dimension_or_all_but_the_locked_ones_go_home(moves):
    moves.locked = frozenset({1, 99})
    here = moves.document.scene.z[1]
    moves.reset_one(0)
    assert moves.document.scene.z[0] == 0.0
    moves.reset_all()
    assert moves.document.scene.z.tolist() == [0.0, here, 0.0, 0.0]


def test_the_neighbours_of_a_seed_are_the_same_and_close(moves):
    first, again = moves.around(0.2, 5), moves.around(0.2, 5)
    assert len(first) == 8
    assert [scene.z.tobytes() for scene in first] == [scene.z.tobytes() for scene in again]
    distances = [np.linalg.norm(scene.z - moves.document.scene.z) for scene in first]
    assert max(distances) < 1.5
    assert all(scene.seed is None and scene.label == 0 for scene in first)

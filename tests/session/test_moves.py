from __future__ import annotations

import numpy as np
import pytest

from explorer.core.models.card import ModelCard
from explorer.core.rendering.latents import sample
from explorer.session.document import Document
from explorer.session.explore.scene_edits import SceneEdits


@pytest.fixture
def edits(qapp) -> SceneEdits:
    edits = SceneEdits(Document())
    edits.card = ModelCard(latent_size=4, classes=("cat", "dog"))
    edits.document.begin(edits.first_scene("a" * 64, "pets", 3))
    return edits


def test_a_model_is_first_shown_with_a_sample_of_its_first_class(edits):
    scene = edits.document.scene
    assert scene.z.tobytes() == sample(3, 4).tobytes()
    assert (scene.label, scene.seed, scene.truncation, scene.model_name) == (0, 3, 1.0, "pets")


def test_a_sample_keeps_class_and_truncation(edits):
    edits.set_label(1)
    edits.set_truncation(0.5)
    edits.sample(9)
    scene = edits.document.scene
    assert (scene.seed, scene.label, scene.truncation) == (9, 1, 0.5)


def test_new_samples_differ_and_can_be_drawn_again(edits):
    edits.new_sample()
    first = edits.document.scene
    edits.new_sample()
    assert edits.document.scene.z.tobytes() != first.z.tobytes()
    edits.sample(first.seed)
    assert edits.document.scene.z.tobytes() == first.z.tobytes()


def test_moves_to_where_one_is_are_no_edits(edits):
    edits.set_label(0)
    edits.set_truncation(1.0)
    edits.set_value(1, float(edits.document.scene.z[1]))
    assert edits.document.history.count() == 0


def test_a_number_that_is_none_is_not_taken(edits):
    edits.set_value(0, float("nan"))
    edits.set_value(0, float("inf"))
    edits.set_value(0, 1e300)
    assert edits.document.history.count() == 0


def test_latents_that_are_shown_cannot_be_written_to(edits):
    edits.set_value(0, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        edits.document.scene.z[0] = 2.0


def test_one_dimension_or_all_but_the_locked_ones_go_home(edits):
    edits.locked = frozenset({1, 99})
    here = edits.document.scene.z[1]
    edits.reset_one(0)
    assert edits.document.scene.z[0] == 0.0
    edits.reset_all()
    assert edits.document.scene.z.tolist() == [0.0, here, 0.0, 0.0]


def test_the_neighbours_of_a_seed_are_the_same_and_close(edits):
    first, again = edits.around(0.2, 5), edits.around(0.2, 5)
    assert len(first) == 8
    assert [scene.z.tobytes() for scene in first] == [scene.z.tobytes() for scene in again]
    distances = [np.linalg.norm(scene.z - edits.document.scene.z) for scene in first]
    assert max(distances) < 1.5
    assert all(scene.seed is None and scene.label == 0 for scene in first)

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


def test_a_model_is_first_shown_with_what_its_card_praises(edits):
    edits.card = ModelCard(latent_size=4, seeds=(5, 8), truncation=0.7)
    scenes = [edits.first_scene("a" * 64, "pets") for _ in range(40)]
    assert {scene.seed for scene in scenes} == {5, 8}
    assert {scene.truncation for scene in scenes} == {0.7}
    assert all(scene.z.tobytes() == sample(scene.seed, 4).tobytes() for scene in scenes)


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


def test_a_direction_of_strength_zero_is_taken_off(edits):
    edits.set_strength("smile", 1.5)
    edits.set_strength("age", -2.0)
    assert edits.document.scene.directions == (("smile", 1.5), ("age", -2.0))
    edits.set_strength("smile", 0.0)
    assert edits.document.scene.directions == (("age", -2.0),)
    edits.reset_strengths()
    assert edits.document.scene.directions == ()


@pytest.mark.parametrize(("alpha", "taken"), [(1000.0, True), (-1000.0, True), (1000.1, False), (np.nan, False)])
def test_a_strength_is_no_more_than_a_scene_may_say(edits, alpha, taken):
    edits.set_strength("smile", alpha)
    assert edits.document.scene.directions == ((("smile", alpha),) if taken else ())


@pytest.mark.parametrize(("value", "taken"), [(1e6, True), (-1e6, True), (1.1e6, False)])
def test_a_value_of_z_has_a_limit_too(edits, value, taken):
    before = edits.document.scene.z[1]
    edits.set_value(1, value)
    assert edits.document.scene.z[1] == (np.float32(value) if taken else before)


def test_a_sample_with_something_locked_is_that_of_no_seed(edits):
    held = edits.document.scene.z[2]
    edits.locked = frozenset({2, 400})  # 400: locked in a larger model of the same hash, say
    edits.sample(12)
    scene = edits.document.scene
    assert (scene.z[2], scene.seed) == (held, None)
    assert scene.z[0] == sample(12, scene.z.size)[0]
    for near in edits.around(0.5, 3):
        assert near.z[2] == held
        assert near.z[0] != scene.z[0]
        assert near.seed is None


def test_what_is_baked_in_is_truncated_first_and_moved_then(edits):
    z = edits.document.scene.z
    along = np.zeros_like(z)
    along[1] = 1.0
    edits.set_truncation(0.5)
    edits.set_strength("smile", 2.0)
    edits.bake_in({"smile": along})
    scene = edits.document.scene
    assert scene.z == pytest.approx(0.5 * z + 2.0 * along)
    assert (scene.truncation, scene.seed, scene.directions) == (1.0, None, ())

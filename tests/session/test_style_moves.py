"""Moves in W, style mixing and truncation of some layers, each of them a step of the history."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.core.rendering.w_space import StyleRenderer
from explorer.session.document import Document
from explorer.session.explore.scene_edits import SceneEdits
from explorer.session.explore.style_edits import layer_words
from tests.models import tiny_generator, tiny_style_model


@pytest.fixture
def edits(qapp, tmp_path) -> SceneEdits:
    generator = Generator.open(tiny_style_model(tmp_path / "s") / "generator.onnx", "cpu", trusted=True)
    edits = SceneEdits(Document())
    edits.card = generator.card
    edits.styles.renderer = StyleRenderer(generator)
    edits.document.begin(edits.first_scene(generator.hash, "s", 3))
    return edits


def values(edits: SceneEdits) -> np.ndarray:
    return edits.styles.values(edits.document.scene)


def test_a_drag_in_w_is_one_step_and_undone_as_one(edits):
    before, z = edits.document.scene, edits.document.scene.z
    for value in (0.2, 0.6, 1.4):
        edits.styles.set_value(2, value, gesture=7)
    scene = edits.document.scene
    assert scene.z is z
    assert values(edits)[2] == pytest.approx(1.4, abs=1e-5)
    assert edits.document.history.count() == 1
    edits.document.history.undo()
    assert edits.document.scene is before
    edits.document.history.redo()
    assert edits.document.scene.w is scene.w


def test_a_move_in_w_leaves_the_other_dimensions_to_the_bit(edits):
    first = edits.styles.renderer.mapped(edits.document.scene)
    edits.styles.set_value(0, -0.5)
    others = edits.document.scene.w[1:]
    assert others.tobytes() == first[1:].tobytes()


def test_a_move_to_where_w_is_already_is_no_step(edits):
    edits.styles.set_value(1, 0.5)
    edits.styles.set_value(1, 0.5)
    edits.styles.set_value(1, float("nan"))
    assert edits.document.history.count() == 1


def test_a_new_sample_a_move_in_z_and_another_class_leave_w(edits):
    for leave in (lambda: edits.sample(9), lambda: edits.set_value(0, 0.25), lambda: edits.set_label(1)):
        edits.styles.set_value(1, 2.0)
        assert edits.document.scene.w is not None
        leave()
        assert edits.document.scene.w is None


def test_truncation_keeps_w(edits):
    edits.styles.set_value(1, 2.0)
    w = edits.document.scene.w
    edits.set_truncation(0.5)
    assert edits.document.scene.w is w


def test_resetting_in_w_goes_to_its_mean_but_for_what_is_locked(edits):
    edits.styles.set_value(3, 1.5)
    edits.styles.locked = frozenset({3})
    edits.styles.reset_all()
    assert values(edits) == pytest.approx([0, 0, 0, 1.5, 0], abs=1e-5)
    edits.styles.reset_one(3)
    assert values(edits) == pytest.approx([0] * 5, abs=1e-5)


def test_leaving_w_goes_back_to_what_z_is_mapped_to(edits):
    first = values(edits)
    edits.styles.set_value(1, 2.0)
    edits.styles.leave()
    assert values(edits).tobytes() == first.tobytes()
    count = edits.document.history.count()
    edits.styles.leave()
    assert edits.document.history.count() == count


def test_a_slider_in_w_stands_where_it_was_put_with_a_direction_of_z_applied(edits):
    edits.styles.renderer.directions = {"smile": np.float32([0, 1, 0, 0])}
    edits.set_strength("smile", 1.5)
    edits.styles.set_value(2, 0.75)
    assert values(edits)[2] == pytest.approx(0.75, abs=1e-4)
    edits.set_strength("smile", 0.0)
    assert values(edits)[2] != pytest.approx(0.75, abs=1e-2)


def test_mixing_begins_with_the_fine_layers_and_keeps_those_that_were_chosen(edits):
    edits.styles.mix_sample(5)
    mix = edits.document.scene.mix
    assert mix.z.tobytes() == sample(5, 4).tobytes()
    assert (mix.first, mix.last, mix.seed) == (1, 2, 5)
    edits.styles.mix_layers(0, 1, gesture=3)
    edits.styles.mix_layers(0, 0, gesture=3)
    edits.styles.mix_sample(6)
    mix = edits.document.scene.mix
    assert (mix.first, mix.last, mix.seed) == (0, 0, 6)
    assert [edits.document.history.text(i) for i in range(3)] == [
        "Mix styles",
        "Choose the mixed layers",
        "Mix styles",
    ]
    edits.styles.stop_mixing()
    assert edits.document.scene.mix is None


def test_a_picture_that_was_moved_in_w_is_mixed_in_as_it_is(edits):
    edits.styles.set_value(1, 2.0)
    other = edits.document.scene
    edits.sample(9)
    edits.styles.mix_scene(other)
    assert edits.document.scene.mix.w.tobytes() == other.w.tobytes()
    assert edits.document.scene.mix.z is other.z


def test_a_picture_of_another_model_is_not_mixed_in(edits):
    with pytest.raises(Problem, match="made with another model"):
        edits.styles.mix_scene(Scene("f" * 64, z=sample(1, 4)))
    assert edits.document.scene.mix is None


def test_truncating_all_layers_takes_the_cutoff_away(edits):
    edits.styles.set_cutoff(2)
    assert edits.document.scene.cutoff == 2
    edits.styles.set_cutoff(3)
    assert edits.document.scene.cutoff is None


def test_directions_of_z_are_baked_into_z(edits):
    renderer = edits.styles.renderer
    renderer.directions = {"smile": np.float32([0, 1, 0, 0])}
    edits.set_truncation(0.5)
    edits.set_strength("smile", 1.5)
    before = renderer.drawn(edits.document.scene)
    edits.bake_in(renderer.directions)
    assert edits.document.scene.directions == ()
    assert edits.document.scene.w is None
    assert np.allclose(renderer.drawn(edits.document.scene), before, atol=1e-5)


def test_directions_of_w_are_baked_into_a_point_of_w(edits):
    renderer = edits.styles.renderer
    renderer.directions = {"smile": np.float32([0, 1, 0, 0]), "w": np.float32([[0, 0, 1, 0, 0]])}
    edits.set_truncation(0.5)
    edits.set_strength("smile", 1.5)
    edits.set_strength("w", -1.0)
    before = renderer.drawn(edits.document.scene)
    edits.bake_in(renderer.directions)
    assert edits.document.scene.directions == ()
    assert np.allclose(renderer.drawn(edits.document.scene), before, atol=1e-5)


def test_layers_that_differ_are_baked_into_a_point_of_each(edits):
    renderer = edits.styles.renderer
    renderer.directions = {"w": np.float32([[0, 0, 1, 0, 0]])}
    edits.set_strength("w", -1.0)
    edits.styles.mix_sample(2)
    before = renderer.drawn(edits.document.scene)
    edits.bake_in(renderer.directions)
    scene = edits.document.scene
    assert (scene.w.size, scene.mix, scene.directions) == (15, None, ())
    assert np.allclose(renderer.drawn(scene), before, atol=1e-5)


def test_sliders_move_the_chosen_layers_alone_and_are_undone_as_one(edits):
    before = edits.styles.renderer.drawn(edits.document.scene)
    edits.styles.layers = (1, 2)
    for value in (0.5, 1.5):
        edits.styles.set_value(2, value, gesture=4)
    after = edits.styles.renderer.drawn(edits.document.scene)
    assert (after[0] == before[0]).all()
    assert (after[1:, 2] != before[1:, 2]).all()
    assert np.delete(after, 2, axis=1).tobytes() == np.delete(before, 2, axis=1).tobytes()
    assert values(edits)[2] == pytest.approx(1.5, abs=1e-5)
    assert edits.document.history.count() == 1
    edits.styles.layers = None
    edits.styles.set_value(2, 0.0)
    moved = edits.styles.renderer.drawn(edits.document.scene)
    assert np.allclose(np.diff(moved[:, 2]), np.diff(after[:, 2]), atol=1e-5), "differences of layers stay"
    edits.styles.reset_one(2)
    assert np.ptp(edits.styles.renderer.drawn(edits.document.scene)[:, 2]) == 0, "a reset ends them"


def test_models_without_w_are_told_apart(edits, tmp_path):
    assert edits.styles.are_offered
    edits.styles.renderer = Renderer(Generator.open(tiny_generator(tmp_path / "g.onnx"), "cpu", trusted=True))
    assert not edits.styles.are_offered
    with pytest.raises(Problem, match="no W space"):
        edits.styles.set_value(0, 1.0)


def test_scenes_of_ordinary_edits_say_nothing_of_w(edits):
    edits.sample(9)
    assert '"version": 1' in scene_to_json(edits.document.scene)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (0, 2, "coarse"),
        (3, 5, "middle"),
        (6, 8, "fine"),
        (2, 3, "coarse to middle"),
        (0, 8, "coarse to fine"),
    ],
)
def test_layers_have_words(first, last, words):
    assert layer_words(first, last, 9) == words


def test_a_picture_that_is_mixed_in_leaves_its_own_truncation_behind(edits):
    edits.styles.set_value(1, 2.0)
    w = edits.document.scene.w
    edits.set_truncation(0.3)
    other = edits.document.scene
    edits.sample(9)
    edits.set_truncation(1.0)
    edits.styles.mix_scene(other)
    assert edits.document.scene.mix.w.tobytes() == w.tobytes()
    drawn = edits.styles.renderer.drawn(edits.document.scene)
    assert drawn[-1].tobytes() == w.tobytes()

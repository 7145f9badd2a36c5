"""StyleSpace: channels found in a graph, moved, kept as directions, and judged by what they change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

from explorer.core.directions.direction import Direction, are_one_way, vectors
from explorer.core.directions.files.store import load_directions, save_directions
from explorer.core.directions.judging import side_effects
from explorer.core.directions.locking import locked
from explorer.core.directions.style_channels import (
    FoundChannel,
    Region,
    as_direction,
    attribute_channels,
    measured_in_region,
    most_regional,
)
from explorer.core.inference.generator import Generator
from explorer.core.inference.style_space import Channel, StyleLayer, channel_named, style_layers
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.core.rendering.w_space import StyleRenderer
from explorer.core.rendering.w_statistics import channels_of
from tests.models import tiny_style_model, tiny_stylegan

SCENE = Scene(z=sample(1, 4))
LAYERS = tuple(StyleLayer(f"s{number}", 6, 6 * number) for number in range(5))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.core.rendering.w_statistics.user_folder", lambda kind: tmp_path / kind)


@pytest.fixture
def renderer(tmp_path: Path) -> StyleRenderer:
    return StyleRenderer(Generator.open(tiny_stylegan(tmp_path / "sg") / "generator.onnx", "cpu", trusted=True))


def moving(scene: Scene, **by_name: float) -> Scene:
    return replace(scene, directions=tuple((name.replace("_", ":"), alpha) for name, alpha in by_name.items()))


def with_bias(path: Path, layer: int, number: int, amount: float) -> ReferenceEvaluator:
    """The synthesis with a style's channel moved where the style is made, run by another implementation."""
    model = onnx.load(path)
    bias = next(tensor for tensor in model.graph.initializer if tensor.name == f"affine bias {layer}")
    values = numpy_helper.to_array(bias).copy()
    values[number] += amount
    bias.CopyFrom(numpy_helper.from_array(values, bias.name))
    return ReferenceEvaluator(model)


def test_the_layers_are_found_with_their_sizes_and_what_they_make(renderer: StyleRenderer) -> None:
    found = renderer.generator.style_layers
    assert [layer.tensor for layer in found] == ["s0", "s1", "s2", "s3", "s4"]
    assert [layer.side for layer in found] == [4, 4, 8, 8, 8]
    assert [layer.paints for layer in found] == [False, True, False, False, True]
    assert [layer.first for layer in found] == [0, 6, 12, 18, 24]
    assert found[1].words == "4 × 4, ToRGB"


def test_a_synthesis_without_styles_has_no_channels(tmp_path: Path) -> None:
    path = tiny_style_model(tmp_path / "plain") / "generator.onnx"
    assert style_layers(read_model(path)) == ()
    drawing = StyleRenderer(Generator.open(path, "cpu", trusted=True))
    with pytest.raises(Problem, match="no channels of StyleSpace"):
        drawing.render(moving(SCENE, s0_0=1.0))


def test_what_is_moved_by_nothing_is_the_same_picture_to_the_bit(renderer: StyleRenderer) -> None:
    plain = renderer.render(SCENE).picture
    assert renderer.generator._moved is None  # no session is made before one is wanted
    assert renderer.render(moving(SCENE, s3_2=0.0)).picture.tobytes() == plain.tobytes()
    assert renderer.generator._moved is not None


def test_a_channel_moves_by_its_deviation_before_the_layer(renderer: StyleRenderer) -> None:
    deviation = renderer.generator.channel_spread().deviation[18 + 2]
    picture = renderer.render(moving(SCENE, s3_2=1.5)).picture
    rows = renderer.drawn(SCENE)[None].astype(np.float32)
    (values,) = with_bias(renderer.generator.path, 3, 2, 1.5 * deviation).run(None, {"w": rows})
    wanted = np.clip(np.rint((values[0].transpose(1, 2, 0) + 3) * 255 / 6), 0, 255)
    assert np.abs(picture - wanted).max() <= 1
    assert np.abs(picture.astype(int) - renderer.render(SCENE).picture).max() > 5


def test_deviations_are_those_of_samples(renderer: StyleRenderer) -> None:
    z = np.stack([sample(seed, 4) for seed in range(500)])
    w = renderer.generator.points_of(z, [None] * 500)
    styles = channels_of(renderer.generator.path, renderer.generator.style_layers, w, 4)
    spread = renderer.generator.channel_spread()
    assert styles.shape == (500, 30)
    assert np.allclose(styles.std(axis=0), spread.deviation, rtol=0.15)
    fresh = Generator.open(renderer.generator.path, "cpu", trusted=True)
    assert fresh.channel_spread().deviation.tobytes() == spread.deviation.tobytes()  # remembered


def test_sheets_mix_scenes_that_move_channels_with_others(renderer: StyleRenderer) -> None:
    scenes = [SCENE, moving(SCENE, s0_1=2.0), replace(SCENE, truncation=0.5)]
    many = renderer.generator.pictures(renderer.drawn_many(scenes))
    for picture, scene in zip(many, scenes, strict=True):
        assert np.abs(picture.astype(int) - renderer.render(scene).picture).max() <= 1


def test_channels_travel_in_a_scene(renderer: StyleRenderer) -> None:
    scene = moving(SCENE, s4_5=-2.25)
    again = scene_from_json(scene_to_json(scene))
    assert again.directions == (("s4:5", -2.25),)
    assert renderer.render(again).picture.tobytes() == renderer.render(scene).picture.tobytes()


def test_channels_that_are_not_there_are_refused(renderer: StyleRenderer) -> None:
    with pytest.raises(Problem, match="no layer 9"):
        renderer.check(moving(SCENE, s9_0=1.0))
    with pytest.raises(Problem, match="no channel 6"):
        renderer.check(moving(SCENE, s0_6=1.0))
    assert channel_named("s9:409") == Channel(9, 409)
    assert channel_named("smile") is channel_named("s9") is None


def test_a_channel_that_is_kept_is_the_channel(renderer: StyleRenderer, tmp_path: Path) -> None:
    kept = as_direction(FoundChannel(Channel(3, 2), 1.0, sign=-1.0), "brows", "a test")
    save_directions(tmp_path / "d.npz", [kept, Direction("z", np.float32([0, 1, 0, 0]), "mean")])
    again = load_directions(tmp_path / "d.npz", 4, 5)
    assert again[0].channels == ((3, 2),)
    renderer.directions = vectors(again)
    moved = renderer.render(replace(SCENE, directions=(("brows", -2.0),))).picture
    assert moved.tobytes() == renderer.render(moving(SCENE, s3_2=2.0)).picture.tobytes()
    assert renderer.is_of_w("brows")
    assert not renderer.is_of_w("z")
    with pytest.raises(Problem, match="latents have 7"):
        load_directions(tmp_path / "d.npz", 7, 5)


def test_files_without_channels_stay_as_older_programs_read_them(tmp_path: Path) -> None:
    save_directions(tmp_path / "d.npz", [Direction("z", np.float32([0, 1]), "mean")])
    assert b'"version": 1' in (tmp_path / "d.npz").read_bytes()


def test_two_channels_are_two_directions_and_cannot_be_locked() -> None:
    one = as_direction(FoundChannel(Channel(0, 1), 1.0), "one", "")
    other = as_direction(FoundChannel(Channel(0, 2), 1.0), "other", "")
    assert not are_one_way(one, other)
    with pytest.raises(Problem, match="moves channels"):
        locked(one, [other])
    with pytest.raises(Problem, match="does not say which channels"):
        replace(one, details={})


def test_what_a_channel_changes_is_measured_as_of_any_direction(renderer: StyleRenderer) -> None:
    kept = as_direction(FoundChannel(Channel(4, 2), 1.0), "tint", "")
    z = np.stack([sample(seed, 4) for seed in range(6)])
    found = side_effects(
        [kept], z, renderer.generator, lambda p: p.mean(axis=(1, 2)), ("r", "g", "b"), yes_no=False, alphas=(-1, 1)
    )
    assert found is not None
    moved = [
        np.mean([renderer.render(replace(Scene(z=row), directions=(("s4:2", a),))).picture for row in z], (0, 1, 2))
        for a in (-1.0, 1.0)
    ]
    assert np.allclose(found.slopes[0], (moved[1] - moved[0]) / 2, atol=0.5)


def test_channels_of_an_attribute_are_those_that_differ_steadily() -> None:
    draw = np.random.RandomState(0)
    styles, has = draw.standard_normal((400, 30)).astype(np.float32), np.arange(400) < 40
    styles[has, 13] -= 4.0
    styles[has, 20] += 2.0
    styles[:, 7] = 1.0  # does not vary
    found = attribute_channels(styles, has, LAYERS, 3)
    assert [one.channel for one in found[:2]] == [Channel(2, 1), Channel(3, 2)]
    assert [one.sign for one in found[:2]] == [-1.0, 1.0]
    assert found[0].score > found[1].score > 2 * found[2].score
    with pytest.raises(Problem, match="2 samples have it"):
        attribute_channels(styles, np.arange(400) < 2, LAYERS, 3)


def test_channels_of_a_region_change_it_and_little_else() -> None:
    inside, elsewhere = np.zeros(30), np.ones(30)
    inside[[4, 9, 11]] = 8.0, 6.0, 1.0
    elsewhere[[4, 9]] = 24.0, 0.5
    found = most_regional(inside, elsewhere, LAYERS, 5)
    assert [one.channel for one in found] == [Channel(1, 3), Channel(0, 4), Channel(1, 5)]
    assert found[0].locality == pytest.approx(6 / 6.5)


def test_what_is_found_by_gradients_is_ranked_by_pictures(renderer: StyleRenderer) -> None:
    candidates = [FoundChannel(Channel(layer, number), 0.0) for layer in (0, 3) for number in range(3)]
    region = Region(0, 0, 4, 4)
    found = measured_in_region(renderer, SCENE, candidates, region, 4)
    assert found is not None
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    best = found[0]
    low, high = (renderer.render(moving(SCENE, **{best.channel.name.replace(":", "_"): a})).picture for a in (-3, 3))
    change = np.abs(high.astype(float) - low).mean(axis=-1) / 6
    assert best.inside == pytest.approx(change[:4, :4].mean(), abs=0.3)
    assert measured_in_region(renderer, SCENE, candidates, region, 4, cancelled=lambda: True) is None


def test_a_region_lies_inside_the_picture() -> None:
    assert Region.read("1,2,3,4").mask(8, 8).sum() == 12
    with pytest.raises(Problem, match="not inside"):
        Region.read("5,2,4,4").mask(8, 8)
    with pytest.raises(Problem, match="not understood"):
        Region.read("1,2,3")

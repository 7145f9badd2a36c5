"""Style-based models: W, truncation, mixing and directions by their formulas, and what a slider costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

from explorer.core.inference.generator import Generator
from explorer.core.models import guard
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import renderer_of
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.core.rendering.styles import StyleMix, StylePoint
from explorer.core.rendering.w_space import StyleRenderer
from explorer.core.rendering.w_statistics import SAMPLES
from tests.models import tiny_generator, tiny_style_model

Z = sample(1, 4)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.core.rendering.w_statistics.user_folder", lambda kind: tmp_path / kind)


def _opened(folder: Path, **options: Any) -> Generator:
    return Generator.open(tiny_style_model(folder, **options) / "generator.onnx", "cpu", trusted=True)


@pytest.fixture
def renderer(tmp_path: Path) -> StyleRenderer:
    found = renderer_of(_opened(tmp_path / "style"))
    assert isinstance(found, StyleRenderer)
    return found


def _mapped(folder: Path, z: np.ndarray, **feeds: Any) -> np.ndarray:
    """What the mapping's file gives, run by another implementation."""
    return np.asarray(ReferenceEvaluator(str(folder / "mapping.onnx")).run(None, {"z": z[None], **feeds})[0][0])


def _drawn(folder: Path, styles: np.ndarray) -> np.ndarray:
    values = ReferenceEvaluator(str(folder / "generator.onnx")).run(None, {"w": styles[None].astype(np.float32)})[0][0]
    return np.round(np.asarray(values).transpose(1, 2, 0) * 255)


def _near(picture: np.ndarray, wanted: np.ndarray) -> bool:
    return bool(np.abs(picture.astype(int) - wanted).max() <= 1)


def test_the_card_tells_of_both_spaces(renderer: StyleRenderer) -> None:
    card = renderer.generator.card
    assert (card.kind, card.latent_size, card.styles, card.style_size) == ("generator", 4, 3, 5)
    assert renderer.generator.problems == ()


def test_a_mapping_of_ones_own_that_says_its_size_is_not_tried_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = guard.run_trial
    seen: list[str] = []
    monkeypatch.setattr(guard, "run_trial", lambda file: seen.append(file.path.name) or tried(file))
    _opened(tmp_path / "told").close()
    assert "mapping.onnx" not in seen
    folder = tiny_style_model(tmp_path / "open")
    model = onnx.load(folder / "mapping.onnx")
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_param = "width"
    onnx.save(model, folder / "mapping.onnx")
    Generator.open(folder / "generator.onnx", "cpu", trusted=True).close()
    assert seen.count("mapping.onnx") == 1


def test_a_picture_is_the_synthesis_of_what_the_mapping_gives(renderer: StyleRenderer, tmp_path: Path) -> None:
    w = _mapped(tmp_path / "style", Z)
    picture = renderer.render(Scene(z=Z)).picture
    assert _near(picture, _drawn(tmp_path / "style", np.stack([w] * 3)))
    assert picture.std() > 10


def test_many_latents_are_drawn_as_one_is(renderer: StyleRenderer) -> None:
    z = np.stack([sample(seed, 4) for seed in range(11)])
    many = renderer.generator.pictures(z)
    assert all((many[i] == renderer.generator.picture(z[i])).all() for i in range(11))
    scenes = [Scene(z=row.copy(), truncation=0.5) for row in z]
    told = renderer.generator.pictures(renderer.drawn_many(scenes))
    assert all(_near(told[i], renderer.render(scene).picture) for i, scene in enumerate(scenes))


def test_many_points_of_w_are_drawn_without_any_mapping(renderer: StyleRenderer) -> None:
    mapping = renderer.generator.mapping
    assert mapping is not None
    before = mapping.runs
    points = [np.float32([step, 0, 0, 0, 1]) for step in range(3)]
    drawn = renderer.drawn_many([Scene(z=Z, styled=StylePoint(w, Z)) for w in points])
    assert all((drawn[i] == w).all() for i, w in enumerate(points))
    assert mapping.runs == before


def test_truncation_pulls_towards_the_mean_of_w(renderer: StyleRenderer, tmp_path: Path) -> None:
    mean, w = renderer.generator.spread().mean, _mapped(tmp_path / "style", Z)
    wanted = np.stack([mean + 0.3 * (w - mean)] * 3)
    assert np.allclose(renderer.drawn(Scene(z=Z, truncation=0.3)), wanted, atol=1e-5)


def test_beyond_the_cutoff_nothing_is_truncated(renderer: StyleRenderer, tmp_path: Path) -> None:
    mean, w = renderer.generator.spread().mean, _mapped(tmp_path / "style", Z)
    wanted = np.stack([mean + 0.3 * (w - mean), w, w])
    assert np.allclose(renderer.drawn(Scene(z=Z, truncation=0.3, cutoff=1)), wanted, atol=1e-5)


def test_mixed_layers_follow_the_second_latent(renderer: StyleRenderer, tmp_path: Path) -> None:
    first, second = _mapped(tmp_path / "style", Z), _mapped(tmp_path / "style", sample(2, 4))
    scene = Scene(z=Z, mix=StyleMix(sample(2, 4), 1, 1))
    assert np.allclose(renderer.drawn(scene), np.stack([first, second, first]), atol=1e-5)
    mean = renderer.generator.spread().mean
    half = mean + 0.5 * (np.stack([first, second, first]) - mean)
    assert np.allclose(renderer.drawn(replace(scene, truncation=0.5)), half, atol=1e-5)


def test_a_mix_with_a_point_of_w_takes_that(renderer: StyleRenderer) -> None:
    w = np.float32([1, 2, 3, 4, 5])
    assert (renderer.drawn(Scene(z=Z, mix=StyleMix(Z, 2, 2, w=w)))[2] == w).all()


def test_a_point_of_w_stands_for_its_latent_and_no_other(renderer: StyleRenderer) -> None:
    w = np.float32([1, 0, -1, 2, 0.5])
    scene = Scene(z=Z, styled=StylePoint(w, Z))
    assert (renderer.drawn(scene) == np.stack([w] * 3)).all()
    assert replace(scene, z=sample(2, 4)).w is None
    assert replace(scene, label=1).w is None
    assert replace(scene, truncation=0.5).w is w


def test_moving_in_w_costs_one_synthesis_run(renderer: StyleRenderer, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    run = renderer.generator._one.run
    monkeypatch.setattr(renderer.generator._one, "run", lambda *a, **k: runs.append(1) or run(*a, **k))
    mapping = renderer.generator.mapping
    assert mapping is not None
    mix = StyleMix(sample(2, 4), 1, 2)
    renderer.render(Scene(z=Z, truncation=0.7, mix=mix))
    before, _ = mapping.runs, runs.clear()
    for step in range(10):
        w = np.float32([step, 0, 0, 0, 0])
        renderer.render(Scene(z=Z, truncation=0.7, mix=mix, styled=StylePoint(w, Z)))
    assert mapping.runs == before
    assert len(runs) == 10


def test_truncating_and_mixing_map_nothing_again(renderer: StyleRenderer) -> None:
    mapping = renderer.generator.mapping
    assert mapping is not None
    other = sample(2, 4)
    renderer.render(Scene(z=Z, truncation=0.5, mix=StyleMix(other, 0, 1)))
    before = mapping.runs
    for psi in (0.1, 0.2, 0.3):
        renderer.render(Scene(z=Z, truncation=psi, mix=StyleMix(other, 0, 2)))
    assert mapping.runs == before
    renderer.render(Scene(z=Z.copy()))
    assert mapping.runs == before + 1


def test_two_threads_that_want_the_same_w_have_it_mapped_once(
    renderer: StyleRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, calls, found = Event(), [], []
    points_of, scene = renderer.generator.points_of, Scene(z=Z)
    other = Thread(target=lambda: found.append(renderer.drawn(scene)))

    def slowly(*what: Any) -> np.ndarray:
        calls.append(what)
        told.set() if len(calls) > 1 else other.start()
        assert told.wait(10)
        return points_of(*what)

    monkeypatch.setattr(renderer, "_lock", _TellingLock(told))
    monkeypatch.setattr(renderer.generator, "points_of", slowly)
    found.append(renderer.drawn(scene))
    other.join()
    assert len(calls) == 1
    assert found[0].tobytes() == found[1].tobytes()


class _TellingLock:
    """A lock that tells when somebody has to wait for it."""

    def __init__(self, told: Event) -> None:
        self._told, self._lock = told, Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self._told.set()
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_directions_of_z_are_mapped_and_those_of_w_added(renderer: StyleRenderer, tmp_path: Path) -> None:
    along_z, along_w = np.float32([0, 1, 0, 0]), np.float32([[0, 0, 1, 0, 0]])
    renderer.directions = {"z": along_z, "w": along_w}
    w = _mapped(tmp_path / "style", Z + 2 * along_z)
    wanted = w - 1.5 * renderer.generator.spread().width * along_w[0]
    drawn = renderer.drawn(Scene(z=Z, directions=(("z", 2.0), ("w", -1.5))))
    assert np.allclose(drawn, np.stack([wanted] * 3), atol=1e-5)


def test_a_direction_of_z_moves_a_point_of_w_too(renderer: StyleRenderer, tmp_path: Path) -> None:
    renderer.directions = {"z": np.float32([0, 1, 0, 0])}
    w = np.float32([1, 0, -1, 2, 0.5])
    change = _mapped(tmp_path / "style", Z + np.float32([0, 2, 0, 0])) - _mapped(tmp_path / "style", Z)
    scene = Scene(z=Z, styled=StylePoint(w, Z), directions=(("z", 2.0),))
    assert np.allclose(renderer.drawn(scene), w + change, atol=1e-5)


def test_another_vector_of_the_same_name_is_not_the_one_remembered(renderer: StyleRenderer) -> None:
    scene = Scene(z=Z, directions=(("z", 2.0),))
    renderer.directions = {"z": np.float32([0, 1, 0, 0])}
    before = renderer.drawn(scene)
    renderer.directions = {"z": np.float32([1, 0, 0, 0])}
    assert not np.allclose(renderer.drawn(scene), before)


@pytest.mark.parametrize("one_hot", [False, True])
def test_classes_are_the_mapping_s(tmp_path: Path, one_hot: bool) -> None:
    generator = _opened(tmp_path / "style", classes=3, one_hot=one_hot)
    assert generator.card.classes == ("class 0", "class 1", "class 2")
    label = np.eye(3, dtype=np.float32)[[2]] if one_hot else np.array([2])
    w = _mapped(tmp_path / "style", Z, label=label)
    assert np.allclose(StyleRenderer(generator).drawn(Scene(z=Z, label=2)), np.stack([w] * 3), atol=1e-5)
    with pytest.raises(Problem, match="no class 3"):
        generator.picture(Z, 3)


def test_classes_without_a_card_are_found_in_the_mapping(tmp_path: Path) -> None:
    generator = _opened(tmp_path / "style", classes=3, card=False)
    assert generator.card.classes == ("0", "1", "2")
    assert (generator.card.latent_size, generator.card.styles, generator.card.style_size) == (4, 3, 5)


@pytest.mark.parametrize("batch", [1, 4])
def test_files_of_a_fixed_batch_are_drawn(tmp_path: Path, batch: int) -> None:
    fixed, free = _opened(tmp_path / "fixed", batch=batch), _opened(tmp_path / "free")
    z = np.stack([sample(seed, 4) for seed in range(6)])
    assert fixed.batch == batch
    assert all(_near(a, b) for a, b in zip(fixed.pictures(z), free.pictures(z), strict=True))


def test_a_mapping_that_does_not_fit_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"gives a w of 5 numbers; generator.onnx takes one of 6") as told:
        _opened(tmp_path / "style", fits=False)
    assert "Export both again" in told.value.hint


def test_a_mapping_beside_an_ordinary_generator_is_told_in_a_sentence(tmp_path: Path) -> None:
    folder = tiny_style_model(tmp_path / "style")
    tiny_generator(folder / "generator.onnx", latent=9)
    with pytest.raises(Problem, match=r"gives a w of 5 numbers; generator.onnx takes one of 9"):
        Generator.open(folder / "generator.onnx", "cpu", trusted=True)


def test_what_is_no_mapping_is_told_in_a_sentence(tmp_path: Path) -> None:
    folder = tiny_style_model(tmp_path / "style")
    tiny_generator(folder / "mapping.onnx")
    with pytest.raises(Problem, match=r"mapping.onnx is not a mapping"):
        Generator.open(folder / "generator.onnx", "cpu", trusted=True)


def test_a_foreign_style_model_is_tried_in_a_child_with_both_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "passed.json"
    monkeypatch.setattr(guard, "cache_file", lambda: cache)
    folder = tiny_style_model(tmp_path / "style", card=False)
    generator = Generator.open(folder / "generator.onnx", "cpu")
    assert generator.batch == "dynamic"
    assert generator.card.value_range == (0.0, 1.0)
    assert cache.read_text().count('\\"outputs\\"') == 2
    monkeypatch.setattr(guard, "try_in_child", None)
    Generator.open(folder / "generator.onnx", "cpu")


def test_the_mean_is_that_of_ten_thousand_samples_and_is_measured_once(tmp_path: Path) -> None:
    generator, told = _opened(tmp_path / "style"), []
    spread = generator.spread(told.append)
    z = np.random.RandomState(0).standard_normal(SAMPLES * 4).astype(np.float32).reshape(-1, 4)
    w = np.asarray(ReferenceEvaluator(str(tmp_path / "style" / "mapping.onnx")).run(None, {"z": z})[0])
    assert np.allclose(spread.mean, w.mean(axis=0), atol=1e-4)
    assert np.allclose(spread.deviation, w.std(axis=0), atol=1e-4)
    assert told[-1] == 1.0
    assert len(told) > 10
    assert told == sorted(told)
    again = _opened(tmp_path / "style")
    assert again.mapping is not None
    runs = again.mapping.runs
    assert again.spread().mean.tobytes() == spread.mean.tobytes()
    assert again.mapping.runs == runs


def test_a_damaged_memory_of_the_mean_is_measured_anew(tmp_path: Path) -> None:
    mean = _opened(tmp_path / "style").spread().mean
    (kept,) = (tmp_path / "cache" / "w-spread").iterdir()
    kept.write_bytes(kept.read_bytes()[:-3])
    assert (_opened(tmp_path / "style").spread().mean == mean).all()


def test_a_mean_in_the_file_is_taken(tmp_path: Path) -> None:
    told = np.float32([1, 2, 3, 4, 5])
    assert (_opened(tmp_path / "style", told_mean=told).spread().mean == told).all()
    assert not (_opened(tmp_path / "other", told_mean=told[:3]).spread().mean == told).any()


def test_measuring_the_mean_can_be_cancelled(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="not measured to the end"):
        _opened(tmp_path / "style").spread(cancelled=lambda: True)


def test_where_w_does_not_vary_it_is_taken_as_wide_as_elsewhere(tmp_path: Path) -> None:
    folder = tiny_style_model(tmp_path / "style")
    model = onnx.load(folder / "mapping.onnx")
    tensor = next(t for t in model.graph.initializer if t.name == "B")
    values = onnx.numpy_helper.to_array(tensor).copy()
    values[:, 2] = 0
    tensor.CopyFrom(onnx.numpy_helper.from_array(values, "B"))
    onnx.save(model, folder / "mapping.onnx")
    spread = Generator.open(folder / "generator.onnx", "cpu", trusted=True).spread()
    assert (spread.deviation > 0.1).all()
    assert np.allclose(spread.point(spread.standard(spread.mean + 1)), spread.mean + 1, atol=1e-5)


def test_a_scene_of_w_comes_back_to_the_bit() -> None:
    w, other = sample(5, 6), sample(6, 6)
    scene = Scene(
        "h",
        "n",
        Z,
        1,
        0.5,
        3,
        (("smile", 1.0),),
        StylePoint(w, Z, 1),
        StyleMix(sample(2, 4), 1, 3, 0, 2, other),
        4,
    )
    back = scene_from_json(scene_to_json(scene))
    assert back.w is not None
    assert back.mix is not None
    assert back.mix.w is not None
    assert back.w.tobytes() == w.tobytes()
    assert back.mix.w.tobytes() == other.tobytes()
    assert back.mix.z.tobytes() == sample(2, 4).tobytes()
    assert (back.mix.first, back.mix.last, back.mix.label, back.mix.seed, back.cutoff) == (1, 3, 0, 2, 4)
    assert scene_to_json(back) == scene_to_json(scene)


def test_a_scene_without_w_is_the_text_it_always_was() -> None:
    scene = Scene("h", "n", np.float32([0.5, -1]), None, 0.7, 3, (("smile", 1.0),))
    assert scene_to_json(scene) == (
        '{"format": "latent-explorer/scene", "version": 1, "model": {"hash": "h", "name": "n"}, '
        '"latent": [0.5, -1.0], "class": null, "truncation": 0.7, "seed": 3, "directions": [["smile", 1.0]]}'
    )


def test_a_forgotten_point_of_w_is_not_written() -> None:
    scene = Scene(z=sample(2, 4), styled=StylePoint(sample(5, 6), Z))
    assert '"version": 1' in scene_to_json(scene)


@pytest.mark.parametrize(
    "damage",
    [
        {"w": "x"},
        {"w": [[1.0]]},
        {"w": [1e99]},
        {"mix": []},
        {"mix": {"latent": [1.0]}},
        {"mix": {"latent": [1.0], "first": 3, "last": 2}},
        {"mix": {"latent": [1.0], "first": -1, "last": 2}},
        {"mix": {"latent": [1.0], "first": 0, "last": 2, "seed": -4}},
        {"cutoff": -1},
        {"cutoff": "x"},
    ],
)
def test_damaged_scenes_of_w_are_refused_in_a_sentence(damage: dict[str, Any]) -> None:
    import json

    data = json.loads(scene_to_json(Scene(z=Z, cutoff=2))) | damage
    with pytest.raises(Problem, match="damaged"):
        scene_from_json(json.dumps(data))


def test_a_mix_of_layers_that_are_not_there_is_refused(renderer: StyleRenderer) -> None:
    with pytest.raises(Problem, match="style mixing of this scene does not fit"):
        renderer.render(Scene(z=Z, mix=StyleMix(Z, 1, 3)))


def test_a_model_without_a_mapping_has_no_w(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "g.onnx"), "cpu", trusted=True)
    assert generator.mapping is None
    assert not renderer_of(generator).has_w
    with pytest.raises(Problem, match="has no W space"):
        generator.spread()


def test_a_class_is_ignored_where_there_are_none(tmp_path: Path) -> None:
    for path in (tiny_generator(tmp_path / "plain.onnx"), tiny_style_model(tmp_path / "styled") / "generator.onnx"):
        generator = Generator.open(path, "cpu", trusted=True)
        z = sample(1, 4)
        assert np.array_equal(generator.picture(z, 5), generator.picture(z))
        generator.close()
    for path in (
        tiny_generator(tmp_path / "c.onnx", classes=3),
        tiny_style_model(tmp_path / "s", classes=3) / "generator.onnx",
    ):
        generator = Generator.open(path, "cpu", trusted=True)
        assert not np.array_equal(generator.picture(z, 2), generator.picture(z))
        for label in (3, -1):
            with pytest.raises(Problem, match="has 3 classes"):
                generator.picture(z, label)
        generator.close()

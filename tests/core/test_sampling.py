"""Models that paint in steps: what they paint, that it is the same everywhere, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from explorer.core.inference.generator import Generator
from explorer.core.models import guard
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.models.file_kinds import kind_of
from explorer.core.models.inspection import inspect
from explorer.core.models.model import model_files
from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer, renderer_of
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.core.sampling.abandoning import AbandonedError, abandoned_if
from explorer.core.sampling.diffusion import DiffusionPainter, KeptPart
from explorer.core.sampling.noise_errors import noise_errors
from explorer.core.sampling.records import ended_as_drawn, recorded
from explorer.core.sampling.sampler import Sampler, sampler_of
from explorer.core.sampling.schedules import DiffusionSchedule, RasterSchedule
from explorer.core.sampling.settings import Sampling
from tests.models import tiny_generator
from tests.steps import SPREAD, gaussian_step

Z = sample(5, 192)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sampler]:
    sampler = Sampler.open(gaussian_step(tmp_path_factory.mktemp("plain") / "g") / "step.onnx", "cpu", trusted=True)
    yield sampler
    sampler.close()


@pytest.fixture(scope="module")
def classed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sampler]:
    folder = gaussian_step(tmp_path_factory.mktemp("classed") / "g", classes=3)
    sampler = Sampler.open(folder / "step.onnx", "cpu", trusted=True)
    yield sampler
    sampler.close()


def diffusion(sampler: Sampler) -> DiffusionPainter:
    assert isinstance(sampler.painter, DiffusionPainter)
    return sampler.painter


def painted(sampler: Sampler, z: np.ndarray, sampling: Sampling, label: int | None = None) -> np.ndarray:
    *_, last = sampler.states(z[None], [label], sampling)
    return last.canvas[0]


def test_a_folder_with_a_step_alone_opens_as_a_generator_and_draws_as_one(tmp_path: Path) -> None:
    folder = gaussian_step(tmp_path / "g")
    assert kind_of(folder) == "model"
    files = model_files(folder)
    assert files.generator == files.step == folder / "step.onnx"
    assert model_files(folder / "step.onnx") == files
    generator = Generator.open(files.generator, "cpu", trusted=True)
    assert isinstance(generator, Sampler)
    one = renderer_of(generator).render(Scene(generator.hash, z=Z)).picture
    many = generator.pictures(np.stack([Z, Z, -Z]))
    generator.close()
    assert one.shape == (8, 8, 3)
    assert np.abs(many[:2].astype(int) - one).max() <= 1
    assert not np.array_equal(many[2], one)


def test_a_strangers_step_is_tried_in_a_child_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def look(file: Any, timeout_s: float = 0.0, *, styles: bool = False) -> Any:
        from explorer.core.models.probe import run_trial

        tried.append(file.path.name)
        return run_trial(file)

    monkeypatch.setattr(guard, "try_in_child", look)
    found = inspect(gaussian_step(tmp_path / "g") / "step.onnx")
    assert tried == ["step.onnx"]
    assert (found.kind, found.batch, found.problems) == ("sampler", "dynamic", ())


def test_many_steps_paint_what_the_noise_stands_for(plain: Sampler) -> None:
    wanted = SPREAD * Z.reshape(3, 8, 8)  # of a Gaussian, DDIM without chance only shrinks the noise
    off = [np.abs(painted(plain, Z, Sampling(steps)) - wanted).max() for steps in (4, 32, 256)]
    assert off[0] > off[1] > off[2]
    assert off[2] < 0.01


def test_every_step_says_how_much_noise_is_left_and_what_is_expected(plain: Sampler) -> None:
    states = list(plain.states(Z[None], [None], Sampling(5)))
    assert [state.step for state in states] == list(range(6))
    assert [state.time for state in states] == pytest.approx([1, 0.8, 0.6, 0.4, 0.2, 0])
    assert np.array_equal(states[0].canvas.reshape(-1), Z)
    assert np.abs(states[0].guess).max() < 1e-6  # of noise alone the mean is expected
    assert states[-1].is_last
    assert np.array_equal(states[-1].canvas, states[-1].guess)


def test_backwards_the_noise_of_a_picture_is_found(plain: Sampler) -> None:
    picture = (SPREAD * Z).reshape(1, 3, 8, 8)
    off = []
    for steps in (10, 100):
        *_, last = diffusion(plain).inverted(picture, None, Sampling(steps))
        again = painted(plain, last.canvas.reshape(-1), Sampling(steps))
        off.append(float(np.abs(again - picture[0]).mean()))
    assert off[1] < off[0] / 5
    *_, last = diffusion(plain).inverted(picture, None, Sampling(10), corrections=4)
    assert np.abs(painted(plain, last.canvas.reshape(-1), Sampling(10)) - picture[0]).mean() < off[0] / 20


def test_chance_keeps_the_spread_and_comes_of_the_latent_alone(plain: Sampler) -> None:
    latents = np.stack([sample(seed, 192) for seed in range(40)])
    *_, last = plain.states(latents, None, Sampling(400, eta=1.0))
    assert last.canvas.std() == pytest.approx(SPREAD, rel=0.02)
    alone = painted(plain, latents[7], Sampling(400, eta=1.0))
    assert np.abs(alone - last.canvas[7]).max() < 1e-3
    assert np.abs(alone - painted(plain, latents[7], Sampling(400))).mean() > 0.2


def test_what_is_kept_stays_and_the_hole_is_painted_anew(plain: Sampler) -> None:
    picture = np.full((1, 3, 8, 8), 0.7, np.float32)
    mask = np.ones((1, 1, 8, 8), np.float32)
    mask[..., 2:5, 3:7] = 0.0
    made = []
    for seed in (1, 2):
        noise = sample(seed, 192).reshape(1, 3, 8, 8)
        *_, last = diffusion(plain).painted(noise, noise, None, Sampling(8), kept=KeptPart(picture, mask))
        made.append(last.canvas)
        assert np.abs(np.where(mask > 0, last.canvas - picture, 0.0)).max() < 1e-6
    assert np.abs(np.where(mask > 0, 0.0, made[0] - made[1])).max() > 0.2


def test_part_of_the_noise_changes_part_of_the_picture(plain: Sampler) -> None:
    picture, noise = np.full((1, 3, 8, 8), 0.3, np.float32), Z.reshape(1, 3, 8, 8)
    changed = []
    for time in (0.1, 0.8):
        begun = diffusion(plain).mixed(picture, noise, time)
        *_, last = diffusion(plain).painted(begun, noise, None, Sampling(10), start=time)
        changed.append(float(np.abs(last.canvas - picture).mean()))
    assert changed[0] < changed[1] / 2


def test_guidance_holds_the_class_against_none(classed: Sampler) -> None:
    none, plain, strong = (painted(classed, Z, Sampling(8, guidance=g), 2).mean() for g in (0.0, 1.0, 3.0))
    assert strong - none == pytest.approx(3.0 * (plain - none), rel=1e-3)
    assert abs(plain - none) > 0.05


def test_the_same_scene_is_the_same_bytes_and_says_how_it_is_painted(plain: Sampler) -> None:
    renderer = Renderer(plain)
    scene = Scene(plain.hash, z=Z, sampling=Sampling(12, eta=0.5, temperature=0.8))
    back = scene_from_json(scene_to_json(scene))
    assert back.sampling == scene.sampling
    assert np.array_equal(renderer.render(scene).picture, renderer.render(back).picture)
    assert not np.array_equal(renderer.render(scene).picture, renderer.render(replace(scene, sampling=None)).picture)


def test_only_scenes_that_say_how_to_paint_are_of_the_new_version() -> None:
    plain = json.loads(scene_to_json(Scene(z=Z)))
    told = json.loads(scene_to_json(Scene(z=Z, sampling=Sampling())))
    assert (plain["version"], told["version"]) == (1, 4)
    assert "sampling" not in plain


@pytest.mark.parametrize(
    "changes", [{"steps": 0}, {"steps": 10**6}, {"eta": 2.0}, {"eta": None}, {"guidance": -1}, {"temperature": 0}]
)
def test_sampling_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    told = json.loads(scene_to_json(Scene(z=Z, sampling=Sampling())))
    told["sampling"] |= changes
    with pytest.raises(Problem, match="damaged"):
        scene_from_json(json.dumps(told))


def test_a_generator_without_steps_says_so(tmp_path: Path) -> None:
    generator = Generator.open(tiny_generator(tmp_path / "generator.onnx"), "cpu", trusted=True)
    with pytest.raises(Problem, match="paints in one go"):
        generator.picture(sample(0, 4), under=Scene(sampling=Sampling()).conditions)
    with pytest.raises(Problem, match="paints in one go"):
        sampler_of(generator)
    generator.close()


def test_steps_beside_a_generator_paint_where_a_scene_says_how(tmp_path: Path) -> None:
    folder = gaussian_step(tmp_path / "g")
    tiny_generator(folder / "generator.onnx", latent=192)
    generator = Generator.open(model_files(folder).generator, "cpu", trusted=True)
    scene = Scene(generator.hash, z=Z)
    usual = Renderer(generator).render(scene).picture
    stepped = Renderer(generator).render(replace(scene, sampling=Sampling(9))).picture
    assert np.array_equal(stepped, Renderer(sampler_of(generator)).render(replace(scene, sampling=Sampling(9))).picture)
    assert not np.array_equal(usual, stepped)
    states = recorded(sampler_of(generator), sampler_of(generator).states(Z[None]))
    assert np.array_equal(ended_as_drawn(states, Renderer(generator), scene)[-1].canvas, usual)
    otherwise = replace(scene, sampling=Sampling())
    assert ended_as_drawn(states, Renderer(generator), otherwise) is states
    generator.close()
    tiny_generator(folder / "generator.onnx", latent=4)
    generator = Generator.open(folder / "generator.onnx", "cpu", trusted=True)
    with pytest.raises(Problem, match="does not belong"):
        sampler_of(generator)
    generator.close()


def test_a_painting_that_nobody_wants_is_given_up_between_two_steps(plain: Sampler) -> None:
    asked: list[int] = []

    def unwanted() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(AbandonedError), abandoned_if(unwanted):
        plain.picture(Z)
    assert len(asked) == 4
    assert plain.picture(Z).shape == (8, 8, 3)


def test_the_error_of_an_exact_model_is_what_cannot_be_known(plain: Sampler) -> None:
    stream = np.random.RandomState(3)
    pictures = np.rint(np.clip(stream.standard_normal((200, 8, 8, 3)) * SPREAD, -1, 1) * 127.5 + 127.5).astype(np.uint8)
    for each in noise_errors(plain, pictures, [None] * 200, levels=3):
        angle = each.time * np.pi / 2
        wanted = SPREAD**2 / (np.cos(angle) ** 2 * SPREAD**2 + np.sin(angle) ** 2)
        assert each.error == pytest.approx(wanted, rel=0.1)
        assert 0.0 <= each.explained < 1.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schedule": None}, "lists none"),
        ({"schedule": RasterSchedule((-1.0, 1.0)), "distribution": "uniform"}, "a time t"),
        ({"distribution": "uniform"}, "normal, not uniform"),
        ({"latent_size": 5}, "latents of 5"),
        ({"height": 16}, "16 × 8"),
    ],
)
def test_a_card_that_does_not_fit_its_step_is_told_in_a_sentence(
    changes: dict[str, Any], said: str, tmp_path: Path
) -> None:
    folder = gaussian_step(tmp_path / "g", **changes)
    with pytest.raises(Problem, match=said):
        Generator.open(folder / "step.onnx", "cpu", trusted=True)


def test_classes_that_the_step_does_not_take_are_told(tmp_path: Path) -> None:
    path = gaussian_step(tmp_path / "g") / "step.onnx"
    _tell(path, {"classes": ["one", "two"]})
    with pytest.raises(Problem, match="names 2 classes, but its graph takes no class"):
        inspect(path, trusted=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "daydreamer"},
        {"schedule": {"kind": "spiral"}},
        {"schedule": {"kind": "diffusion", "prediction": "score", "signal": [1, 0]}},
    ],
)
def test_what_only_a_newer_version_knows_is_told_as_that(changes: dict[str, Any], tmp_path: Path) -> None:
    path = gaussian_step(tmp_path / "g") / "step.onnx"
    _tell(path, changes)
    with pytest.raises(Problem, match="newer version"):
        inspect(path, trusted=True)


@pytest.mark.parametrize(
    "schedule",
    [
        [],
        {"kind": "diffusion", "prediction": "v", "signal": [1.0]},
        {"kind": "diffusion", "prediction": "v", "signal": [0.0, 1.0]},
        {"kind": "diffusion", "prediction": "v", "signal": [1.0, 0.5]},
        {"kind": "diffusion", "prediction": "v", "signal": [1.0, "much", 0.0]},
        {"kind": "raster", "levels": [1.0, -1.0]},
    ],
)
def test_a_schedule_that_cannot_be_is_damage(schedule: Any) -> None:
    with pytest.raises(ValueError, match="schedule"):
        ModelCard.from_json(json.dumps({"kind": "sampler", "schedule": schedule}))


def test_a_schedule_comes_back_from_its_card_and_turns_evenly() -> None:
    card = ModelCard(kind="sampler", schedule=DiffusionSchedule.cosine())
    back = ModelCard.from_json(card.to_json()).schedule
    assert back == card.schedule
    assert isinstance(back, DiffusionSchedule)
    times = np.linspace(0, 1, 11)
    assert back.angles(times) == pytest.approx(np.pi / 2 * times, abs=1e-4)


def _tell(path: Path, changes: dict[str, Any]) -> None:
    model = onnx.load_model(path)
    entry = next(entry for entry in model.metadata_props if entry.key == CARD_KEY)
    entry.value = json.dumps(json.loads(entry.value) | changes)
    onnx.save_model(model, path)


def test_a_step_that_draws_numbers_of_its_own_or_gives_none_says_so(tmp_path: Path, tries_here: None) -> None:
    path = gaussian_step(tmp_path / "g") / "step.onnx"
    assert inspect(path).problems == ()
    model = onnx.load_model(path)
    model.graph.node.append(onnx.helper.make_node("RandomNormal", [], ["unused"], shape=[1]))
    onnx.save_model(model, path)
    assert any("random numbers of its own" in said for said in inspect(path).problems)
    model = onnx.load_model(gaussian_step(tmp_path / "broken") / "step.onnx")
    rest = next(tensor for tensor in model.graph.initializer if tensor.name == "rest")
    rest.CopyFrom(onnx.numpy_helper.from_array(np.float32(np.nan), "rest"))
    onnx.save_model(model, path)
    assert any("not finite numbers" in said for said in inspect(path).problems)

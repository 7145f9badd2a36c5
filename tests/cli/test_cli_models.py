"""inspect and render."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper
from PIL import Image

from explorer.cli.bench import BENCHES, usual
from explorer.core.inference.generator import Generator
from explorer.core.models.attribute import Attribute, AttributeFigures
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.rendering.latents import sample
from explorer.core.rendering.picture_files import png_bytes, scene_in_png
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene
from tests.cli.conftest import Verb, refused
from tests.models import tiny_encoder, tiny_generator


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", latent=5, size=8)
    return folder


@pytest.fixture
def classy(tmp_path: Path) -> Path:
    path = tmp_path / "classy.onnx"
    tiny_generator(path, latent=5, size=8, classes=3)
    return path


def test_inspect_tells_everything_in_one_json_object(verb: Verb, model: Path) -> None:
    outcome = verb("inspect", model, "--json")
    told = json.loads(outcome.out)
    assert outcome.code == 0
    assert told["kind"] == "generator"
    assert told["latent"] == {"size": 5, "distribution": "normal"}
    assert told["output"] == {"height": 8, "width": 8, "channels": 3, "range": [-1.0, 1.0], "layout": "NCHW"}
    assert told["batch"] == "dynamic"
    assert told["provider"] in ("CPU", "CUDA")
    assert told["card"]["latent_size"] == 5
    assert isinstance(told["problems"], list)


def test_inspect_knows_other_kinds_and_speaks_to_people(verb: Verb, tmp_path: Path) -> None:
    tiny_encoder(tmp_path / "encoder.onnx")
    told = json.loads(verb("inspect", tmp_path / "encoder.onnx", "--json").out)
    assert told["kind"] == "encoder"
    words = verb("inspect", tmp_path / "encoder.onnx").out
    assert "encoder" in words
    assert "runs on" in words


def test_inspect_tells_what_a_classifier_tells_and_how_well(verb: Verb, tmp_path: Path) -> None:
    path = tiny_encoder(tmp_path / "classifier.onnx", latent=2)
    told = (
        Attribute("smiling", held_out=AttributeFigures(50, 25, 0.9, 0.786, 0.957, 0.95)),
        Attribute("age", "number", 18, 54),
    )
    card = ModelCard("judge", "classifier", height=8, width=8, channels=3, attributes=told)
    model = onnx.load_model_from_string(path.read_bytes())
    helper.set_model_props(model, {CARD_KEY: card.to_json()})
    path.write_bytes(model.SerializeToString())
    words = verb("inspect", path).out
    assert "judge: classifier" in words
    assert "latent" not in words
    assert "smiling (yes/no): 90.0% right (78.6 to 95.7), AUC 0.950, 50 pictures, 25 yes" in words
    assert "age (number 18 to 54): not held out" in words
    assert json.loads(verb("inspect", path, "--json").out)["card"]["attributes"][0]["held_out"]["auc"] == 0.95


def test_render_saves_the_bytes_that_the_window_saves(verb: Verb, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "one.png"
    assert verb("render", model, "--seed", 7, "--psi", 0.7, "--out", out).code == 0
    generator = Generator.open(model / "generator.onnx", "auto", trusted=True)
    scene = Scene(generator.hash, generator.card.name, sample(7, 5), None, 0.7, 7)
    wanted = png_bytes(Renderer(generator).render(scene).picture, scene)
    generator.close()
    assert out.read_bytes() == wanted


def test_a_rendered_scene_renders_again_to_the_same_bytes(verb: Verb, classy: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "first.png", tmp_path / "again.png"
    assert verb("render", classy, "--seed", 3, "--class", 2, "--out", first).code == 0
    assert verb("render", classy, "--scene", first, "--out", again).code == 0
    assert first.read_bytes() == again.read_bytes()
    scene = scene_in_png(first)
    assert scene is not None
    assert (scene.label, scene.seed) == (2, 3)


def test_a_folder_gets_numbered_pictures_and_a_file_of_latents(verb: Verb, model: Path, tmp_path: Path) -> None:
    latents = tmp_path / "z.npz"
    words = ("--seed", 5, "--count", 3, "--out", tmp_path / "many", "--latents", latents)
    assert verb("render", model, *words).code == 0
    assert sorted(p.name for p in (tmp_path / "many").iterdir()) == ["00000.png", "00001.png", "00002.png"]
    with np.load(latents) as saved:
        np.testing.assert_array_equal(saved["z"], np.stack([sample(seed, 5) for seed in (5, 6, 7)]))


def test_several_pictures_in_one_file_are_a_sheet(verb: Verb, model: Path, tmp_path: Path) -> None:
    assert verb("render", model, "--count", 4, "--out", tmp_path / "sheet.png").code == 0
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (8 + 2 + 8, 8 + 2 + 8)


def test_classes_go_by_name_or_number(verb: Verb, classy: Path, tmp_path: Path) -> None:
    name = json.loads(verb("inspect", classy, "--json").out)["card"]["classes"][1]
    verb("render", classy, "--class", name, "--out", tmp_path / "name.png")
    verb("render", classy, "--class", 1, "--out", tmp_path / "number.png")
    assert (tmp_path / "name.png").read_bytes() == (tmp_path / "number.png").read_bytes()
    refused(verb("render", classy, "--class", 3, "--out", tmp_path / "x.png"), "no class 3", "0 to 2")


def test_wrong_arguments_are_refused_in_a_sentence(verb: Verb, model: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "x.png")
    refused(verb("render", model, "--seed", -1, *out), "-1", "out of range")
    refused(verb("render", model, "--count", 0, *out), "--count is 0")
    refused(verb("render", model, "--class", 0, *out), "no classes")
    refused(verb("render", model, "--out", tmp_path / "x.bmp"), ".bmp", ".png")
    refused(verb("render", model, "--scene", tmp_path / "none.png", *out), "none.png")
    refused(verb("render", tmp_path / "missing", *out), "missing")
    refused(verb("render", model, "--seed", "seven", *out), "seven")
    refused(verb("paint"), "paint")
    assert not (tmp_path / "x.png").exists()


def test_refused_files_are_told_in_a_sentence_each(verb: Verb, model: Path, tmp_path: Path) -> None:
    whole = (model / "generator.onnx").read_bytes()
    bad = {"empty": b"", "cut": whole[: len(whole) // 2], "picture": png_bytes(np.zeros((4, 4, 3), np.uint8))}
    sentences = set()
    for name, content in bad.items():
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(content)
        outcome = verb("inspect", path, "--json")
        refused(outcome, path.name)
        sentences.add(outcome.err.replace(name, ""))
    assert len(sentences) == len(bad)
    (tmp_path / "bare").mkdir()
    refused(verb("render", tmp_path / "bare", "--out", tmp_path / "x.png"), "bare", "generator.onnx")


def test_a_scene_of_another_model_is_refused(verb: Verb, model: Path, classy: Path, tmp_path: Path) -> None:
    verb("render", model, "--out", tmp_path / "tiny.png")
    words = ("render", classy, "--scene", tmp_path / "tiny.png", "--out", tmp_path / "x.png")
    refused(verb(*words), "another model")


@pytest.mark.parametrize(
    "word",
    [
        "inspect",
        "render",
        "grid",
        "walk",
        "map",
        "train",
        "export",
        "shoot",
        "bench",
        "direction",
        "project",
        "quiz",
    ],
)
def test_every_verb_has_help(verb: Verb, word: str) -> None:
    outcome = verb(word, "--help")
    assert outcome.code == 0
    assert "usage: latent-explorer" in outcome.out


def test_a_bench_that_takes_minutes_is_run_only_when_it_is_named(verb: Verb) -> None:
    assert set(usual()) == set(BENCHES) - {"memory", "projection", "stylegan_loop", "touch", "train", "train_loop"}
    told = " ".join(verb("bench", "--help").out.split())
    assert "all but memory, projection, stylegan_loop, touch, train, train_loop, which take minutes" in told


def test_how_a_model_without_a_card_is_read_can_be_said_and_forgotten(
    verb: Verb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    bare = tiny_generator(tmp_path / "bare.onnx", card=False, value_range=(-3.0, 3.0))
    said = json.loads(verb("inspect", bare, "--range", -1, 1, "--prior", "uniform", "--json").out)
    assert said["output"]["range"] == [-1.0, 1.0]
    later = json.loads(verb("inspect", bare, "--json").out)
    assert later["output"]["range"] == [-1.0, 1.0]
    assert later["latent"]["distribution"] == "uniform"
    forgotten = json.loads(verb("inspect", bare, "--as-guessed", "--json").out)
    assert forgotten["output"]["range"] != [-1.0, 1.0]
    assert forgotten["latent"]["distribution"] == "normal"


def test_classes_are_named_where_there_are_as_many_and_refused_where_not(
    verb: Verb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    bare = tiny_generator(tmp_path / "bare.onnx", card=False, classes=3)
    (tmp_path / "names.txt").write_text("cat\ndog, big\nhorse\n")
    said = json.loads(verb("inspect", bare, "--class-names", tmp_path / "names.txt", "--json").out)
    assert said["card"]["classes"] == ["cat", "dog, big", "horse"]
    assert verb("render", bare, "--class", "horse", "--seed", 1, "--out", tmp_path / "horse.png").code == 0
    refused(verb("inspect", bare, "--class-names", "a,b"), "It knows 3 classes, not 2")
    refused(verb("inspect", bare, "--class-names", "a,b,a"), "Two classes are called a")
    refused(verb("inspect", bare, "--class-names", "a,,b"), "A class has no name")
    assert json.loads(verb("inspect", bare, "--json").out)["card"]["classes"][0] == "cat"
    joined = tiny_generator(tmp_path / "joined.onnx", card=False, latent=14)
    for words in (("--classes", 10), ("--class-names", "a,b")):
        refused(verb("inspect", joined, *words), "It has no input for a class", "one-hot")


def test_a_card_is_not_contradicted(verb: Verb, model: Path) -> None:
    refused(verb("inspect", model, "--prior", "uniform"), "brings a card")


def test_start_is_written_into_the_card_and_changes_no_picture(verb: Verb, model: Path, tmp_path: Path) -> None:
    before = verb("render", model, "--seed", 3, "--out", tmp_path / "before.png")
    outcome = verb("start", model, "--seeds", "3, 14,15", "--psi", 0.7)
    assert (before.code, outcome.code) == (0, 0)
    assert "3, 14, 15 at psi 0.7" in outcome.out
    card = json.loads(verb("inspect", model, "--json").out)["card"]
    assert (card["seeds"], card["truncation"]) == ([3, 14, 15], 0.7)
    verb("render", model, "--seed", 3, "--out", tmp_path / "after.png")
    one, other = (np.asarray(Image.open(tmp_path / f"{name}.png")) for name in ("before", "after"))
    assert (one == other).all()


@pytest.mark.parametrize(
    "words", [(), ("--seeds", "1,x"), ("--seeds", "-1"), ("--seeds", "99999999999"), ("--psi", "9"), ("--psi", "nan")]
)
def test_a_start_that_cannot_be_is_a_sentence_and_the_file_stays(verb: Verb, model: Path, words: tuple[str]) -> None:
    file = model / "generator.onnx"
    before = file.read_bytes()
    outcome = verb("start", model, *words)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err
    assert file.read_bytes() == before

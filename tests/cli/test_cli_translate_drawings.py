"""translate: drawn scenes, films of their strokes, styles, and what a stranger's model takes."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.files import hash_of
from explorer.core.inference.perception import Encoder
from explorer.core.models.card import ModelCard
from explorer.core.rendering.picture_files import save_png, scene_in_png
from explorer.core.rendering.scene import Scene, scene_to_json
from tests.cli.conftest import Verb, refused
from tests.models import tiny_critic, tiny_encoder, tiny_stylist, tiny_translator
from tests.mp4 import read_mp4

SIDE = 16
CARD = ModelCard(name="styled", kind="translator", latent_size=2, height=SIDE, width=SIDE, channels=3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model's folder that holds a translator with a latent, and nothing else."""
    found = tmp_path / "styled"
    found.mkdir()
    tiny_stylist(found / "translator.onnx", SIDE, card=CARD)
    return found


@pytest.fixture
def scene(folder: Path) -> Scene:
    across = Stroke("pen", np.stack([np.linspace(0.1, 0.9, 60), np.full(60, 0.5)], 1), 0.2)
    drawing = Drawing((across, Stroke("dab", np.array([[0.5, 0.1]]), 0.2, (200, 40, 40))))
    return Scene(hash_of(folder / "translator.onnx"), "styled", np.array([0.2, 0.1], np.float32), drawing=drawing)


@pytest.fixture
def saved(scene: Scene, tmp_path: Path) -> Path:
    (tmp_path / "drawn.json").write_text(scene_to_json(scene))
    return tmp_path / "drawn.json"


def test_a_drawn_scene_gives_the_same_bytes_from_json_and_from_the_picture_saved_of_it(
    verb: Verb, folder: Path, saved: Path, scene: Scene, tmp_path: Path
) -> None:
    first, again = tmp_path / "first.png", tmp_path / "again.png"
    for source, out in ((saved, first), (first, again)):
        outcome = verb("translate", folder, source, "--out", out, "--device", "cpu")
        assert outcome.code == 0, outcome.err
    assert first.read_bytes() == again.read_bytes()
    carried = scene_in_png(first)
    assert carried is not None
    assert scene_to_json(carried) == scene_to_json(scene)
    answer = np.asarray(Image.open(first))
    assert answer[8, 8].min() > answer[1, 1].max()  # the negative of black ink and of white paper


def test_a_folder_may_hold_drawings_and_photos(verb: Verb, folder: Path, saved: Path, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    verb("translate", folder, saved, "--out", many / "drawn.png", "--device", "cpu")
    Image.fromarray(np.full((40, 30, 3), 60, np.uint8)).save(many / "photo.jpg")
    outcome = verb("translate", folder, many, "--out", tmp_path / "answers", "--device", "cpu")
    assert outcome.code == 0, outcome.err
    assert (tmp_path / "answers" / "drawn.png").read_bytes() == (many / "drawn.png").read_bytes()
    assert scene_in_png(tmp_path / "answers" / "photo.png") is None


def test_the_strokes_become_a_film_that_ends_with_the_answer(
    verb: Verb, folder: Path, saved: Path, tmp_path: Path
) -> None:
    film = tmp_path / "strokes.gif"
    outcome = verb("translate", folder, saved, "--film", film, "--out", tmp_path / "a.png", "--device", "cpu", "--json")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["film"] == str(film)
    with Image.open(film) as frames:
        assert frames.n_frames >= 8
        first = np.asarray(frames.convert("RGB")).astype(int)
        frames.seek(frames.n_frames - 1)
        last = np.asarray(frames.convert("RGB")).astype(int)
    height, half = last.shape[0], last.shape[1] // 2
    assert (first[:, :half] > 240).all()  # nothing is drawn
    assert (last[:, :half] < 60).any()
    answer = np.asarray(Image.open(tmp_path / "a.png").resize((half, height), Image.Resampling.NEAREST)).astype(int)
    assert np.abs(last[height // 2, half + half // 2] - answer[height // 2, half // 2]).max() < 30
    assert verb("translate", folder, saved, "--film", tmp_path / "strokes.mp4", "--device", "cpu").code == 0
    assert read_mp4(tmp_path / "strokes.mp4").frames >= 8


def test_a_style_is_that_of_a_seed_and_its_scene_is_kept(verb: Verb, folder: Path, saved: Path, tmp_path: Path) -> None:
    pictures = []
    for options in ((), ("--seed", "3"), ("--seed", "3")):
        out = tmp_path / "styled.png"
        assert verb("translate", folder, saved, "--out", out, "--device", "cpu", *options).code == 0
        pictures.append(out.read_bytes())
    assert pictures[0] != pictures[1] == pictures[2]
    refused(verb("translate", folder, saved, "--out", out, "--style", out), "it has no encoder.onnx")
    refused(verb("translate", folder, saved, "--out", out, "--backwards"), "translates one way only")
    plain = tiny_translator(tmp_path / "plain.onnx", SIDE)
    refused(verb("translate", plain, saved, "--out", out, "--seed", "3"), "no styles")


def test_a_style_can_be_taken_from_a_picture_and_the_way_back_is_a_translator_too(
    verb: Verb, folder: Path, saved: Path, tmp_path: Path
) -> None:
    tiny_encoder(folder / "encoder.onnx", latent=2, size=SIDE)
    tiny_translator(folder / "backwards.onnx", SIDE)
    photo, out = tmp_path / "photo.png", tmp_path / "out.png"
    save_png(photo, np.full((40, 30, 3), 200, np.uint8))
    assert verb("translate", folder, saved, "--style", photo, "--out", out, "--device", "cpu").code == 0
    scene = scene_in_png(out)
    assert scene is not None
    with closing(Encoder.open(folder / "encoder.onnx", "cpu")) as encoder:
        expected = encoder.latents(np.full((1, SIDE, SIDE, 3), 200, np.uint8))[0]
    np.testing.assert_allclose(scene.z, expected, atol=1e-6)
    assert verb("translate", folder, photo, "--backwards", "--out", out, "--device", "cpu").code == 0
    assert np.abs(np.asarray(Image.open(out)).astype(int) - 55).max() <= 1


def test_another_translator_answers_too_and_says_so(verb: Verb, saved: Path, tmp_path: Path) -> None:
    other = tiny_translator(tmp_path / "other.onnx", 8)
    outcome = verb("translate", other, saved, "--out", tmp_path / "a.png", "--device", "cpu", "--json")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["pictures"][0]["said"] == ["It was drawn for another model, styled."]
    assert np.asarray(Image.open(tmp_path / "a.png")).shape == (8, 8, 3)


def test_what_a_stranger_takes_is_guessed_can_be_said_and_is_remembered(verb: Verb, tmp_path: Path) -> None:
    model = tiny_translator(tmp_path / "edges2cats.onnx", SIDE)
    photo, out = tmp_path / "photo.png", tmp_path / "out.png"
    shown = np.zeros((SIDE, SIDE, 3), np.uint8)
    shown[4:12, 4:12] = (230, 120, 40)
    save_png(photo, shown)

    def told(*options: str) -> dict[str, str]:
        outcome = verb("translate", model, photo, "--out", out, "--device", "cpu", "--json", *options)
        assert outcome.code == 0, outcome.err
        return json.loads(outcome.out)

    guessed = told()
    assert (guessed["given"], guessed["guessed_by"]) == ("lines", "its name contains “edges”")
    plain = out.read_bytes()
    assert told("--spoil")["given"] == "lines"
    assert out.read_bytes() != plain  # of the lines
    assert told("--takes", "grey")["guessed_by"] == ""
    assert told("--spoil")["given"] == "grey"
    assert np.ptp(np.asarray(Image.open(out)).astype(int), axis=2).max() <= 1
    refused(verb("translate", model, photo, "--out", out, "--takes", "soup"), "cannot be given soup")


def test_what_cannot_be_is_refused_in_a_sentence(
    verb: Verb, folder: Path, saved: Path, scene: Scene, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.png"
    save_png(photo, np.zeros((SIDE, SIDE, 3), np.uint8), Scene("hash", "faces", np.zeros(4, np.float32)))
    out = tmp_path / "out.png"
    assert verb("translate", folder, photo, "--out", out, "--device", "cpu").code == 0  # a picture like any other
    refused(verb("translate", folder, photo, "--film", tmp_path / "a.gif"), "not a drawing that knows its strokes")
    refused(verb("translate", folder, saved), "No file was named")
    refused(verb("translate", folder, saved, "--film", tmp_path / "a.png"), "saved as .gif or .mp4, not as .png")
    (tmp_path / "plain.json").write_text(scene_to_json(Scene()))
    refused(verb("translate", folder, tmp_path / "plain.json", "--out", out), "no drawing in it")
    refused(verb("render", "fashion", "--scene", saved, "--out", out), "translate MODEL drawn.json")
    refused(verb("render", folder, "--out", out), "is a translator")
    four = tiny_translator(tmp_path / "four.onnx", SIDE, channels=4)
    refused(verb("translate", four, photo, "--out", out), "four.onnx is not a translator that is understood")
    refused(verb("translate", tiny_critic(tmp_path / "critic.onnx"), photo, "--out", out), "is a critic")


def test_an_empty_drawing_is_answered_as_white_paper(verb: Verb, folder: Path, scene: Scene, tmp_path: Path) -> None:
    empty = Scene(scene.model, scene.model_name, np.zeros(2, np.float32), drawing=Drawing())
    (tmp_path / "empty.json").write_text(scene_to_json(empty))
    assert verb("translate", folder, tmp_path / "empty.json", "--out", tmp_path / "a.png", "--device", "cpu").code == 0
    assert np.asarray(Image.open(tmp_path / "a.png")).max() == 0  # the negative

"""render takes a sentence, and draws what the window does."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli.model_arguments import open_model
from explorer.core.rendering.picture_files import scene_in_png
from explorer.core.rendering.saved_pictures import save_picture
from explorer.core.rendering.scene import Scene
from explorer.session.document import Document
from explorer.session.explore.scene_edits import SceneEdits
from tests.cli.conftest import Verb, refused
from tests.models import tiny_generator
from tests.sentences import NOISE, WORDS, tiny_sentence_model

SENTENCE = "A smiling one, with a red hat."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_sentence_model(tmp_path_factory.mktemp("sentences") / "tiny")


def scene_of(path: Path) -> Scene:
    found = scene_in_png(path)
    assert found is not None
    return found


def test_a_sentence_is_painted_and_kept_in_the_picture(verb: Verb, model: Path, tmp_path: Path) -> None:
    told = verb("render", model, "--seed", 5, "--set", f"text={SENTENCE}", "--out", tmp_path / "said.png")
    assert told.code == 0
    assert told.err.strip() == "It never learned: a, one, with."
    assert verb("render", model, "--seed", 5, "--out", tmp_path / "silent.png").code == 0

    said, silent = scene_of(tmp_path / "said.png"), scene_of(tmp_path / "silent.png")
    assert (said.sentence, said.seed) == (SENTENCE, 5)
    assert (said.z[:NOISE] == silent.z[:NOISE]).all()
    assert (said.z[NOISE:] != silent.z[NOISE:]).all()
    assert verb("render", model, "--scene", tmp_path / "said.png", "--out", tmp_path / "again.png").code == 0
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "said.png").read_bytes()


def test_saying_nothing_is_the_same_picture_as_not_speaking(verb: Verb, model: Path, tmp_path: Path) -> None:
    assert verb("render", model, "--seed", 5, "--set", "text=", "--out", tmp_path / "said.png").code == 0
    assert verb("render", model, "--seed", 5, "--out", tmp_path / "silent.png").code == 0

    assert (tmp_path / "said.png").read_bytes() == (tmp_path / "silent.png").read_bytes()


def test_the_window_says_it_with_the_same_bytes(verb: Verb, model: Path, tmp_path: Path) -> None:
    assert verb("render", model, "--seed", 5, "--set", f"text={SENTENCE}", "--out", tmp_path / "said.png").code == 0

    with open_model(str(model), "cpu") as opened:
        document = Document()
        edits = SceneEdits(document)
        edits.card, edits.text = opened.generator.card, opened.text
        document.begin(edits.first_scene(opened.generator.hash, opened.name, 9))
        edits.say("blue")
        edits.say(SENTENCE)
        edits.sample(5)
        save_picture(tmp_path / "window.png", opened.renderer.render(document.scene).whole, document.scene)
    assert (tmp_path / "window.png").read_bytes() == (tmp_path / "said.png").read_bytes()


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("red " * 300, f"has 300 words. This model takes up to {WORDS.longest}"),
        ("привет", "knows none of the words in “привет”"),
    ],
)
def test_sentences_that_cannot_be_said_are_refused(
    verb: Verb, model: Path, tmp_path: Path, sentence: str, said: str
) -> None:
    refused(verb("render", model, "--set", f"text={sentence}", "--out", tmp_path / "x.png"), said)
    assert not (tmp_path / "x.png").exists()


def test_models_without_words_say_so(verb: Verb, model: Path, tmp_path: Path) -> None:
    plain = tiny_generator(tmp_path / "plain.onnx")
    refused(verb("render", plain, "--set", "text=a hat", "--out", tmp_path / "x.png"), "does not take sentences")
    robbed = tiny_sentence_model(tmp_path / "robbed")
    (robbed / "text.onnx").unlink()
    refused(verb("render", robbed, "--set", "text=a hat", "--out", tmp_path / "x.png"), "lacks its text.onnx")
    (robbed / "text.onnx").write_bytes(b"no network")
    refused(verb("render", robbed, "--set", "text=a hat", "--out", tmp_path / "x.png"), "text.onnx")
    assert verb("render", robbed, "--out", tmp_path / "x.png").code == 0


def test_sentences_refuses_who_cannot_judge_and_too_few_captions(verb: Verb, model: Path) -> None:
    refused(verb("sentences", model, "portraits:50", "--judge", model), "has no classifier")
    refused(verb("sentences", model, "portraits:50", "--judge", model, "--count", 3), "3 captions cannot be judged")

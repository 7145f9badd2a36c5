"""``attack`` and ``dream`` on networks whose answers are known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import refused
from tests.models import tiny_generator
from tests.networks import convolving_critic, softmax_network

_SMALL = ("--octaves", 2, "--steps", 3, "--size", 32)


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "critical"
    convolving_critic(folder / "critic.onnx")
    tiny_generator(folder / "generator.onnx", size=16)
    return folder


@pytest.fixture
def reader(tmp_path):
    weights = np.random.RandomState(0).randn(784, 10)
    return softmax_network(tmp_path / "reader" / "digits.onnx", weights, 28, names=tuple("0123456789"))


def test_a_fake_is_taken_for_real(verb, model, tmp_path):
    out = tmp_path / "sheet.png"
    outcome = verb("attack", model, "--seed", 3, "--epsilon", 0.2, "--steps", 10, "--out", out, "--json")
    told = json.loads(outcome.out)
    assert told["told"]["after"] == "real"
    assert told["values"]["after"]["real"] > told["values"]["before"]["real"]
    assert told["largest_change"] <= 51
    with Image.open(out) as sheet:
        assert sheet.size == (4 * 16 + 6, 16)
    assert "Real: " in outcome.err


def test_errors_are_counted_on_pictures_whose_classes_are_known(verb, reader):
    outcome = verb("attack", reader, "digits:40:3", "--epsilon", 0.25, "--json")
    told = json.loads(outcome.out)
    assert told["truth_known"] is True
    assert told["pictures"] == 40
    assert told["errors"]["after"] == 1.0
    plain = verb("attack", reader, "digits:40:3", "--epsilon", 0.25)
    assert "with random signs" not in plain.out
    assert plain.out.splitlines()[1].startswith("after         errs on 100.0%")


def test_the_same_attack_gives_the_same_bytes(verb, reader, tmp_path):
    photo = tmp_path / "photo.png"
    Image.fromarray(np.random.RandomState(0).randint(0, 256, (40, 40, 3)).astype(np.uint8)).save(photo)
    for name in ("a.png", "b.png"):
        verb("attack", reader, "--from", photo, "--out", tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_layers_are_listed_and_a_dream_is_a_picture_or_a_film(verb, model, tmp_path):
    layers = json.loads(verb("dream", model, "--layers", "--json").out)["layers"]
    assert [layer["channels"] for layer in layers] == [4, 6, 1]
    told = json.loads(verb("dream", model, "--layer", 1, "--channel", 2, *_SMALL, "--json").out)
    assert told["pleased"][-1] > told["pleased"][0]
    assert (told["width"], told["height"]) == (32, 32)
    assert verb("dream", model, "--seed", 1, *_SMALL, "--out", tmp_path / "d.gif").code == 0
    with Image.open(tmp_path / "d.gif") as film:
        assert film.n_frames > 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("attack", "{model}", "--epsilon", 2), "An epsilon of 2 is out of range"),
        (("attack", "{model}", "--ask", "hat"), "cannot be asked about hat"),
        (("attack", "{model}", "--with", "classifier"), "has no classifier"),
        (("attack", "{reader}"), "No picture was named"),
        (("attack", "{reader}", "--seed", 1), "draws no pictures"),
        (("attack", "{model}", "--target", "lovely"), "lovely is not an answer"),
        (("dream", "{model}"), "No file was named for the dream"),
        (("dream", "{model}", "--layer", 9, "--json"), "has no layer 9"),
        (("dream", "{model}", "--channel", 99, "--json"), "has no channel 99"),
        (("dream", "{model}", "--channel", "nose", "--json"), "There is no channel nose"),
        (("dream", "{model}", "--out", "x.jpg"), "A dream is not saved as .jpg"),
        (("dream", "{model}", "--rate", "nan", "--json"), "A step cannot be as large as nan"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(verb, model, reader, words, said):
    outcome = verb(*(str(word).format(model=model, reader=reader) for word in words))
    refused(outcome, said)

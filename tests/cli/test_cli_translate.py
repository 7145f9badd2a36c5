"""translate: pictures through a model from picture to picture, one by one or a folder of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.training.families.translators.pix2pix import Config, Pix2Pix
from explorer.training.learning.family import TrainingTask
from explorer.training.runs.export import exported
from tests.cli.conftest import Verb, refused
from tests.models import tiny_translator

SIDE = 16


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a translator alone, and what it makes of grey, by torch, in ``grey.npy``."""
    folder = tmp_path_factory.mktemp("translator")
    learner = Pix2Pix(Config(given="small:4", width=0.2), TrainingTask(SIDE, 3), 0)
    export = learner.exports()["translator"]
    found = exported(export.module, export.inputs, export.output)
    entry = found.metadata_props.add()
    card = ModelCard(
        name="inked",
        kind="translator",
        height=SIDE,
        width=SIDE,
        channels=3,
        takes=export.takes,
        config={"given": "small:4"},
    )
    entry.key, entry.value = CARD_KEY, card.to_json()
    (folder / "translator.onnx").write_bytes(found.SerializeToString())
    given = torch.full((1, 3, SIDE, SIDE), 200 / 127.5 - 1)
    np.save(folder / "grey.npy", ((learner.translations(given) + 1) * 127.5)[0].permute(1, 2, 0).numpy())
    return folder


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    Image.fromarray(np.full((SIDE, SIDE, 3), 200, np.uint8)).save(tmp_path / "drawing.png")
    return tmp_path / "drawing.png"


def test_a_drawing_becomes_what_torch_makes_of_it(verb: Verb, model: Path, drawing: Path, tmp_path: Path) -> None:
    outcome = verb("translate", model, drawing, "--out", tmp_path / "answer.png", "--device", "cpu", "--json")
    assert outcome.code == 0, outcome.err
    answer = np.asarray(Image.open(tmp_path / "answer.png"))
    assert np.abs(answer - np.load(model / "grey.npy")).max() <= 1.0
    told = json.loads(outcome.out)
    assert told["takes"].startswith("a picture enlarged 4 times")
    assert told["pictures"][0]["picture"] == str(drawing)


def test_what_went_in_may_stand_beside_what_came_out(verb: Verb, model: Path, drawing: Path, tmp_path: Path) -> None:
    both = tmp_path / "both.png"
    assert verb("translate", model / "translator.onnx", drawing, "--out", both, "--beside", "--device", "cpu").code == 0
    shown = np.asarray(Image.open(both))
    assert shown.shape == (SIDE, 2 * SIDE, 3)
    assert (shown[:, :SIDE] == 200).all()


def test_of_a_folder_what_can_be_is_translated_and_the_rest_is_named(
    verb: Verb, model: Path, drawing: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "drawings"
    folder.mkdir()
    drawing.rename(folder / "good.png")
    (folder / "bad.png").write_bytes(b"nothing")
    outcome = verb("translate", model, folder, "--out", tmp_path / "answers", "--device", "cpu")
    assert outcome.code == 1
    assert "bad.png is not a picture" in outcome.err
    assert [path.name for path in (tmp_path / "answers").iterdir()] == ["good.png"]


def test_pictures_further_down_are_found_where_a_folder_has_none_itself(
    verb: Verb, model: Path, drawing: Path, tmp_path: Path
) -> None:
    deep = tmp_path / "deep" / "a" / "b"
    deep.mkdir(parents=True)
    drawing.rename(deep / "good.png")
    outcome = verb("translate", model, tmp_path / "deep", "--out", tmp_path / "answers", "--device", "cpu")
    assert outcome.code == 0, outcome.err
    assert [path.name for path in (tmp_path / "answers").iterdir()] == ["good.png"]


def test_what_cannot_be_asked_is_refused_in_a_sentence(verb: Verb, model: Path, drawing: Path, tmp_path: Path) -> None:
    refused(verb("translate", model, drawing, "--out", tmp_path / "a.gif"), "saved as PNG, not as .gif")
    refused(verb("translate", model, tmp_path, "--out", tmp_path / "a.png"), "a.png is one file")
    refused(verb("translate", "fashion", drawing, "--out", tmp_path / "a.png"), "does not turn pictures into others")
    refused(verb("translate", model, drawing, "--out", tmp_path / "a.png", "--against", model), "compared in strips")
    refused(verb("translate", model, tmp_path, "--strips", "--out", tmp_path / "a"), "Strips are one picture")


def test_without_pairs_there_is_no_right_picture_to_compare(verb: Verb, tmp_path: Path) -> None:
    card = ModelCard("worn", "translator", height=SIDE, width=SIDE, channels=3, config={"given": "any:A"})
    model = tiny_translator(tmp_path / "worn.onnx", size=SIDE, card=card)
    outcome = verb("translate", model, tmp_path, "--strips", "--out", tmp_path / "a.png", "--device", "cpu")
    refused(outcome, "learned without pairs")


def test_strips_show_given_answers_and_right_ones_below_each_other(verb: Verb, model: Path, tmp_path: Path) -> None:
    right = np.random.RandomState(0).randint(0, 256, (3, SIDE, SIDE, 3)).astype(np.uint8)
    (tmp_path / "right").mkdir()
    for number, picture in enumerate(right):
        Image.fromarray(picture).save(tmp_path / "right" / f"{number}.png")
    words = ("--strips", "--against", model / "translator.onnx", "--device", "cpu")
    outcome = verb("translate", model, tmp_path / "right", "--out", tmp_path / "s.png", *words, "--json")
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    assert found["pictures"] == 3
    one, other = found["models"]
    assert one["psnr"] == other["psnr"] != one["given_psnr"]
    assert one["given_detail"] < 0.5
    strips = np.asarray(Image.open(tmp_path / "s.png"))
    pitch = SIDE + 2
    assert strips.shape == (4 * pitch - 2, 3 * pitch - 2, 3)
    assert (strips[-SIDE:, :SIDE] == right[0]).all()
    assert (strips[pitch : pitch + SIDE] == strips[2 * pitch : 2 * pitch + SIDE]).all()
    plain = verb("translate", model, tmp_path / "right", "--out", tmp_path / "s.png", *words)
    assert "PSNR" in plain.out
    assert plain.out.splitlines()[-1].endswith("given, inked, inked and the right pictures, in strips")

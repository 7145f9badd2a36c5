"""pupils: eyes are found in photographs, faces are cut out alike, and how exactly is measured."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper
from PIL import Image

from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.photos.pupils import FRAME
from tests.cli.conftest import Verb, refused
from tests.faces import drawn_face, face_photo, save_photo
from tests.models import tiny_encoder, tiny_generator


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    save_photo(folder / "face.png", face_photo(2, side=150, turn=20)[0])
    Image.new("RGB", (60, 90), (90, 120, 80)).save(folder / "meadow.png")
    return folder


def test_eyes_are_told_in_pixels_and_the_face_is_written_as_models_want_it(
    verb: Verb, photos: Path, tmp_path: Path
) -> None:
    done = verb("pupils", photos, "--out", tmp_path / "out", "--size", 64, "--json")
    assert done.code == 1  # one was left out
    assert "meadow.png was left out: No face was found" in done.err
    told = json.loads(done.out)
    (row,) = told["pictures"]
    wanted = face_photo(2, side=150, turn=20)[1]
    assert max(math.dist(*pair) for pair in zip(row["pupils"], wanted, strict=True)) < 0.1 * math.dist(*wanted)
    assert [Path(left["picture"]).name for left in told["skipped"]] == ["meadow.png"]
    again = np.asarray(Image.open(tmp_path / "out" / row["file"]))
    assert again.shape == (64, 64, 3)
    assert np.abs(again[16:48, 16:48].astype(int) - drawn_face(2)[16:48, 16:48]).mean() < 14


def test_one_photo_without_a_face_is_refused_with_what_helps(verb: Verb, photos: Path) -> None:
    refused(verb("pupils", photos / "meadow.png"), "No face was found in meadow.png", "--pupils")


def test_its_words_can_be_given_to_project(verb: Verb, photos: Path) -> None:
    path, words = verb("pupils", photos / "face.png").out.rsplit(" (", 1)[0].rsplit(": ", 1)
    assert path.endswith("face.png")
    assert len([float(word) for word in words.split(",")]) == 4


def test_how_exact_it_is_is_told_by_scale_and_turn(verb: Verb, tmp_path: Path) -> None:
    (tmp_path / "aligned").mkdir()
    for seed in (2, 10):
        Image.fromarray(drawn_face(seed)).save(tmp_path / "aligned" / f"{seed}.png")
    done = verb("pupils", "--judge", tmp_path / "aligned", "--count", 3, "--json")
    told = json.loads(done.out)
    assert told["pictures"] == 2
    assert told["errors"]["all"]["faces"] == 3
    assert sum(told["errors"][f"scale {span}"]["faces"] for span in ("0.2 to 0.35", "0.35 to 0.6", "0.6 to 1")) == 3
    assert told["alarms"] == 0


def test_it_wants_either_photos_or_faces_to_judge_by(verb: Verb, photos: Path) -> None:
    refused(verb("pupils"), "--judge")
    refused(verb("pupils", photos, "--judge", photos), "--judge")


def test_faces_to_judge_by_must_have_been_held_out(verb: Verb, photos: Path) -> None:
    outcome = verb("pupils", "--judge", photos, "--hold-out", 0.001)
    assert outcome.code == 2
    assert "Nothing was held out" in outcome.err


def test_project_lays_a_photo_by_the_eyes_that_are_found(verb: Verb, photos: Path, tmp_path: Path) -> None:
    folder = tmp_path / "aligned"
    folder.mkdir()
    path = tiny_generator(folder / "generator.onnx", size=64)
    tiny_encoder(folder / "encoder.onnx", size=64)
    model = onnx.load(path)
    card = ModelCard.from_json(model.metadata_props[0].value)
    helper.set_model_props(model, {CARD_KEY: replace(card, pupils=FRAME).to_json()})
    onnx.save(model, path)
    told = json.loads(verb("project", folder, photos, "--out", tmp_path / "out", "--json").out)
    assert [row["eyes"] for row in told["pictures"]] == ["found", "guessed"]
    again = np.asarray(Image.open(tmp_path / "out" / "face-aligned.png"))
    assert np.abs(again[16:48, 16:48].astype(int) - drawn_face(2)[16:48, 16:48]).mean() < 14


@pytest.mark.parametrize("name", ["huge.ppm", "broken.jpg"])
def test_one_picture_that_cannot_be_read_is_refused_like_any_other(verb: Verb, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"P6\n60000 60000\n255\n" if name == "huge.ppm" else b"\xff\xd8\xff\xe0 no more")
    refused(verb("pupils", tmp_path / name), name)

"""likelihood: what pictures cost, by several models, and the class by Bayes' rule."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Verb, refused
from tests.models import tiny_generator, tiny_likelihood


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "squares"
    folder.mkdir()
    tiny_likelihood(folder / "likelihood.onnx")
    return folder


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for name, value in (("class 0/grey.png", 128), ("class 1/white.png", 255), ("class 0/dark.png", 32)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((8, 8), value, np.uint8)).save(folder / name)
    return folder


def test_pictures_are_told_with_what_they_cost_the_strangest_first(verb: Verb, model: Path, pictures: Path) -> None:
    outcome = verb("likelihood", model, pictures, "--sort", "--device", "cpu")
    head, *rows = outcome.out.splitlines()
    assert (outcome.code, head.split()) == (0, ["likelihood", "(exact)", "bits", "per", "dimension", "of"])
    assert [row.split(maxsplit=1)[1] for row in rows] == [
        "class 1/white.png", "class 0/dark.png", "class 0/grey.png", "mean of 3",
    ]  # fmt: skip
    assert rows[0].split()[0] == "1.0000"


def test_models_stand_side_by_side_in_one_json_object(verb: Verb, model: Path, pictures: Path, tmp_path: Path) -> None:
    other = tiny_likelihood(tmp_path / "double.onnx", value=2.0)
    told = json.loads(verb("likelihood", model, other, pictures, "--json", "--device", "cpu").out)
    assert [each["name"] for each in told["models"]] == ["likelihood", "double"]
    for row in told["pictures"]:
        assert row["bits"][1] == pytest.approx(2 * row["bits"][0], abs=1e-4)
    assert told["models"][0]["mean"] == pytest.approx(np.mean([row["bits"][0] for row in told["pictures"]]), abs=1e-4)
    assert told["models"][0]["measures"] == "exact"


def test_a_model_of_classes_tells_the_class_by_bayes_rule(verb: Verb, pictures: Path, tmp_path: Path) -> None:
    model = tiny_likelihood(tmp_path / "classes.onnx", classes=2)
    outcome = verb("likelihood", model, pictures, "--json", "--device", "cpu")
    told = json.loads(outcome.out)
    assert {row["told"][0] for row in told["pictures"]} == {"class 0"}  # which always costs a bit less
    assert told["models"][0]["bayes"] == {"right": 2, "of": 3, "accuracy": 0.66667}
    words = verb("likelihood", model, pictures, "--device", "cpu").out
    assert "gets the class of 66.7% (20.8 to 93.9) of 3 pictures right" in words


def test_a_large_photo_is_fitted_and_that_is_said(verb: Verb, model: Path, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (4096, 2000), "white").save(photo)
    outcome = verb("likelihood", model, photo, "--device", "cpu")
    assert outcome.out.splitlines()[1].split() == ["1.0000", "photo.jpg"]
    assert "Its middle was cut out and reduced to 8 × 8" in outcome.err


def test_what_cannot_be_measured_is_refused_in_a_sentence(
    verb: Verb, model: Path, pictures: Path, tmp_path: Path
) -> None:
    refused(verb("likelihood", model, tmp_path / "nowhere"), "nowhere")
    refused(verb("likelihood", model, pictures, "--count", 0), "0 pictures cannot be measured")
    refused(verb("likelihood", model, pictures, "--hold-out", 1.5), "cannot be held out")
    painter = tmp_path / "painter"
    painter.mkdir()
    tiny_generator(painter / "generator.onnx")
    refused(verb("likelihood", painter, pictures), "painter does not say how likely pictures are")
    broken = tiny_likelihood(tmp_path / "broken.onnx", value=float("nan"))
    outcome = verb("likelihood", broken, pictures, "--device", "cpu")
    assert (outcome.code, outcome.out) == (2, "")
    assert "a number of bits that is not finite" in outcome.err.splitlines()[-1]

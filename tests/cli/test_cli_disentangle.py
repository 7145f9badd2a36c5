"""disentangle: which dimensions stand for which factors."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Verb, refused
from tests.models import tiny_critic, tiny_encoder, tiny_generator


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", latent=3)
    tiny_encoder(folder / "encoder.onnx", latent=3)
    return folder


@pytest.fixture
def greys(tmp_path: Path) -> Path:
    """Grey pictures of which the brightness is known, and something that none of them shows."""
    rng, folder = np.random.RandomState(0), tmp_path / "greys"
    folder.mkdir()
    with (folder / "labels.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "brightness", "luck", "always"))
        for index in range(120):
            grey = rng.rand()
            Image.fromarray(np.full((8, 8, 3), round(255 * grey), np.uint8)).save(folder / f"{index}.png")
            rows.writerow((f"{index}.png", round(grey, 4), round(rng.rand(), 4), 1.5))
    return folder


def test_a_dimension_that_stands_for_a_factor_is_named(verb: Verb, model: Path, greys: Path) -> None:
    told = json.loads(verb("disentangle", model, greys, "--repeats", 1, "--json").out)
    assert told["factors"] == ["brightness", "luck"]
    assert told["left_out"] == ["always"]
    ours, themselves, zeros = told["rows"]
    assert themselves["mig"] > 0.4 > zeros["mig"] == 0.0  # few pictures: bins tell by chance as well
    tells = {each["factor"]: each["gap"] for each in ours["tells"]}
    assert set(tells) == {"brightness", "luck"}
    alone = verb("disentangle", model, greys, "--repeats", 1, "--factors", "brightness")
    assert "MIG" in alone.out


def test_what_cannot_be_measured_is_refused_in_a_sentence(verb: Verb, model: Path, greys: Path, tmp_path: Path) -> None:
    refused(verb("disentangle", model, greys, "--factors", "nose"), "known about nose")
    refused(verb("disentangle", model, greys, "--factors", "always"), "do not differ")
    refused(verb("disentangle", model, greys, "--count", 10), "10 pictures")
    plain = tmp_path / "plain"
    plain.mkdir()
    tiny_generator(plain / "generator.onnx")
    tiny_critic(plain / "critic.onnx")
    refused(verb("disentangle", plain, greys), "no encoder")
    for path in greys.glob("*.csv"):
        path.unlink()
    refused(verb("disentangle", model, greys), "which is too few")

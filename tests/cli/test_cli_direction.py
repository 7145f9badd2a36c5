"""direction: fitted to pictures, kept beside the model, listed and locked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.core.directions.book import load_directions
from explorer.core.generator import Generator
from explorer.core.latents import sample
from explorer.core.pictures import save_png
from tests.cli.conftest import Verb, refused
from tests.models import tiny_encoder, tiny_generator


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "seeing"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_encoder(folder / "encoder.onnx")
    return folder


@pytest.fixture
def data(model: Path, tmp_path: Path) -> Path:
    """Pictures of the model's own, which smile where z1 is positive; two of each person."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    generator = Generator.open(model / "generator.onnx", "cpu")
    rows = ["name,smile,tall,person"]
    for number in range(60):
        z = sample(number, 4)
        save_png(folder / f"{number:02d}.png", generator.picture(z))
        rows.append(
            f"{number:02d}.png,{'yes' if z[1] > 0 else 'no'},{'yes' if z[2] > 0 else 'no'},p{number // 2}"
        )
    generator.close()
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.mark.parametrize("method", ["mean", "logistic", "svm"])
def test_a_direction_is_fitted_kept_and_used(
    verb: Verb, model: Path, data: Path, tmp_path: Path, method: str
) -> None:
    done = verb(
        "direction", "fit", model, "--data", data, "--attribute", "smile", "--method", method, "--json"
    )
    assert done.code == 0
    told = json.loads(done.out)
    assert (told["name"], told["method"], told["attribute"]) == ("smile", method, "smile")
    assert told["held_out"]["examples"] + sum(told["examples"]) == 60
    (kept,) = load_directions(model / "directions.npz", 4)
    assert np.abs(kept.vector).argmax() == 1
    assert kept.vector[1] > 0
    assert verb("render", model, "--direction", "smile=2", "--out", tmp_path / "it.png").code == 0
    listed = json.loads(verb("direction", "list", model, "--json").out)
    assert [row["name"] for row in listed["directions"]] == ["smile"]


def test_one_of_the_same_name_is_replaced_only_when_asked(verb: Verb, model: Path, data: Path) -> None:
    way = ("direction", "fit", model, "--data", data, "--attribute")
    assert verb(*way, "smile").code == 0
    assert verb(*way, "tall", "--balance", "smile").code == 0
    before = (model / "directions.npz").read_bytes()
    refused(verb(*way, "tall", "--name", "smile"), "called smile", "--replace")
    assert (model / "directions.npz").read_bytes() == before
    assert verb(*way, "tall", "--name", "smile", "--replace").code == 0
    kept = {direction.name: direction for direction in load_directions(model / "directions.npz", 4)}
    assert set(kept) == {"smile", "tall"}
    assert kept["smile"].attribute == "tall"


def test_a_direction_is_locked_against_another(verb: Verb, model: Path, data: Path, tmp_path: Path) -> None:
    for name in ("smile", "tall"):
        assert verb("direction", "fit", model, "--data", data, "--attribute", name).code == 0
    done = verb("direction", "lock", model, "smile", "--against", "tall")
    assert done.code == 0
    assert done.out.startswith("smile, locked: locked")
    kept = {direction.name: direction.vector for direction in load_directions(model / "directions.npz", 4)}
    assert kept["smile, locked"] @ kept["tall"] == pytest.approx(0.0, abs=1e-6)
    out = tmp_path / "mine.npz"
    assert (
        verb("direction", "lock", model, "smile", "--against", "tall", "--name", "new", "--out", out).code
        == 0
    )
    assert [direction.name for direction in load_directions(out, 4)] == ["new"]
    refused(
        verb("direction", "lock", model, "beard", "--against", "tall"), "no direction called beard", "smile"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--attribute", "beard"), "no attribute called beard"),
        (("--attribute", "smile", "--balance", "beard"), "no attribute called beard"),
        (("--attribute", "smile", "--hold-out", "1.5"), "--hold-out is 1.5"),
        (("--attribute", "smile", "--method", "odd"), "--method"),
        (("--attribute", "smile", "--name", " "), "cannot be called"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    verb: Verb, model: Path, data: Path, words: tuple[str, ...], said: str
) -> None:
    done = verb("direction", "fit", model, "--data", data, *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
    assert not (model / "directions.npz").exists()


def test_a_model_without_an_encoder_or_directions_says_so(verb: Verb, data: Path, tmp_path: Path) -> None:
    bare = tiny_generator(tmp_path / "bare.onnx")
    refused(verb("direction", "fit", bare, "--data", data, "--attribute", "smile"), "has no encoder")
    done = verb("direction", "list", bare)
    assert (done.code, done.out) == (0, "")
    assert "no directions" in done.err
    refused(verb("direction", "odd"), "odd")

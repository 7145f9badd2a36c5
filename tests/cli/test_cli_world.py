"""``world``: judged as a table, filmed the same for the same keys, and refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.cli import run_verb
from explorer.cli.world.dream_folder import dream_folder
from explorer.training.worlds.whole import MODEL, WorldPlan, trained_world
from tests.worlds import tiny_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_world(tmp_path_factory.mktemp("world"))


def test_the_same_seed_and_keys_give_the_same_film(world: Path, tmp_path: Path) -> None:
    films = []
    for name, keys in (("one", "UL.R"), ("two", "ul.r"), ("other", "UUUR")):
        out = tmp_path / f"{name}.gif"
        assert run_verb(["world", "drive", str(world), "--out", str(out), "--frames", "6", "--keys", keys]) == 0
        films.append(out.read_bytes())
    assert films[0] == films[1] != films[2]


def test_judging_tells_steps_and_drivers(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--data", "drive:200:9", "--roads", "2", "--frames", "5", "--json"]
    assert run_verb(["world", "judge", str(world), *asked]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["drivers"].keys() == {"scripted", "random", "controller"}
    assert set(told["off by"]["20"]) == {"dream", "frozen", "eyes"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["drive", "{}", "--out", "film.mov"], "saved as .mp4 or .gif"),
        (["drive", "{}", "--out", "film.mp4", "--keys", "LXR"], "not a row of keys to drive with"),
        (["drive", "{}", "--out", "film.mp4", "--temperature", "9"], "out of range"),
        (["drive", "{}", "--out", "film.mp4", "--seed", "-1"], "The seed -1 is out of range"),
        (["drive", "{}", "--out", "film.mp4", "--keys", "L", "--actions", "drive.json"], "its own keys"),
        (["judge", "{}", "--roads", "0"], "at least one road"),
        (["drive", "portraits-gan", "--out", "film.mp4"], "does not dream"),
        (["train", "{}-new", "--steps", "1,2"], "not three numbers of steps"),
        (["train", "{}-new", "--set", "width=3"], "not a setting of a part"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    more: list[str], says: str, world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_verb(["world", *(word.format(world) for word in more)]) == 2
    assert says in capsys.readouterr().err


def test_only_what_is_missing_of_a_world_is_trained(tmp_path: Path, exports_here: None) -> None:
    model = tiny_world(tmp_path / "tiny" / MODEL)
    (model / "controller.onnx").unlink()
    settings = {"controller": {"population": 4, "batch_size": 2, "frames": 3}}
    plan = WorldPlan("drive:60:1", 32, hold_out=0.0, steps={"controller": 2}, settings=settings)
    told: list[int] = []
    written = (model / "dream.onnx").read_bytes()
    assert trained_world(tmp_path / "tiny", plan, report=lambda done, _total: told.append(done)) == model
    assert told == [1, 2]
    assert (model / "controller.onnx").is_file()
    assert (model / "dream.onnx").read_bytes() == written
    assert sorted(path.name for path in (tmp_path / "tiny").iterdir()) == ["controller", MODEL]
    assert trained_world(tmp_path / "tiny", plan, report=lambda *_: told.append(0)) == model
    assert told == [1, 2]


def test_what_train_wrote_leads_to_its_model(tmp_path: Path) -> None:
    (tmp_path / "run" / "model").mkdir(parents=True)
    assert dream_folder(str(tmp_path / "run")) == tmp_path / "run"
    (tmp_path / "run" / "model" / "dream.onnx").touch()
    assert dream_folder(str(tmp_path / "run")) == tmp_path / "run" / "model"

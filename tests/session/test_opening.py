from __future__ import annotations

import os

import numpy as np
import pytest

from explorer.core.directions.direction import Direction, unit
from explorer.core.directions.files.store import save_directions
from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.session.models.opening import Opener, _fingerprint, holds_scene, scene_in_file
from tests.models import tiny_encoder, tiny_generator


@pytest.fixture
def run(tmp_path):
    checkpoint = tmp_path / "run" / "checkpoints" / "step-00000002"
    checkpoint.mkdir(parents=True)
    for file in (tmp_path / "run" / "run.json", checkpoint / "state.json", checkpoint / "state.safetensors"):
        file.touch()
    (tmp_path / "run" / "samples").mkdir()
    (tmp_path / "run" / "samples" / "step.png").touch()
    return tmp_path / "run"


@pytest.mark.parametrize(
    "inside", [".", "run.json", "checkpoints/step-00000002", "checkpoints/step-00000002/state.safetensors"]
)
def test_a_run_is_known_by_any_of_its_parts(run, inside):
    assert run_of(run / inside) == run
    assert not holds_scene(run / inside)


def test_what_lies_in_no_run_belongs_to_none(run, tmp_path):
    (tmp_path / "model").mkdir()
    assert run_of(tmp_path / "model") is None
    assert run_of(tmp_path / "model" / "generator.onnx") is None
    assert run_of(run / "generator.onnx") is None


def test_pictures_and_loose_scene_files_hold_scenes(run, tmp_path):
    (tmp_path / "scene.json").touch()
    assert holds_scene(run / "samples" / "step.png")
    assert holds_scene(tmp_path / "scene.json")
    assert not holds_scene(tmp_path / "missing.png")


@pytest.mark.parametrize("inside", ["model", "model/generator.onnx", "model/mine.onnx"])
def test_a_model_in_the_folder_of_a_run_opens_itself(run, tmp_path, inside):
    (run / "model").mkdir()
    for name in ("generator", "mine"):
        tiny_generator(run / "model" / f"{name}.onnx")
    assert run_of(run / inside) is None
    files = Opener(tmp_path / "exports").files(run / inside)
    assert files.generator == run / ("model/mine.onnx" if "mine" in inside else "model/generator.onnx")
    assert not (tmp_path / "exports").exists()


def test_a_run_that_gives_an_encoder_says_so_by_its_name(run, tmp_path):
    exported = tmp_path / "exports" / _fingerprint(run)
    exported.mkdir(parents=True)
    tiny_encoder(exported / "encoder.onnx")
    with pytest.raises(Problem, match="The run run trains an encoder") as refused:
        Opener(tmp_path / "exports").files(run)
    assert "Export it into the folder of the generator" in refused.value.hint


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["scene", "scene.json", "scene.png"])
def test_a_scene_is_not_awaited_from_a_pipe(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(Problem, match=f"{name} is a device or a pipe"):
        scene_in_file(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"[" * (5 << 20), "is larger than 4 MB"), (b"\xff\xfe", "holds no scene"), (b"{}", "holds no scene")],
)
def test_a_file_that_is_no_scene_is_refused(tmp_path, content, said):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(Problem, match=said):
        scene_in_file(tmp_path / "a.json")


def test_directions_beside_a_model_open_with_it(tmp_path):
    generator = tiny_generator(tmp_path / "generator.onnx")
    save_directions(tmp_path / "directions.npz", [Direction("brighter", unit([0, 3, 0, 0]), "imported")])
    opened = Opener(tmp_path / "exports").open(tmp_path, "cpu")
    opened.generator.close()
    assert [direction.name for direction in opened.directions] == ["brighter"]
    assert opened.renderer.directions["brighter"].tolist() == [0, 1, 0, 0]
    assert opened.directions_problem is None
    assert Opener(tmp_path / "exports").files(generator).directions == tmp_path / "directions.npz"


@pytest.mark.parametrize("size", [None, 5])
def test_directions_that_cannot_be_read_do_not_keep_a_model_from_opening(tmp_path, size):
    tiny_generator(tmp_path / "generator.onnx")
    if size is None:
        (tmp_path / "directions.npz").write_bytes(b"PK, and then nothing")
    else:
        save_directions(tmp_path / "directions.npz", [Direction("other", unit(np.ones(size)), "imported")])
    opened = Opener(tmp_path / "exports").open(tmp_path, "cpu")
    opened.generator.close()
    assert opened.directions == ()
    assert opened.renderer.directions == {}
    assert "directions.npz" in opened.directions_problem.what


def test_a_checkpoint_that_was_written_anew_is_another_state_of_the_run(run, tmp_path):
    opener = Opener(tmp_path / "exports")
    file = run / "checkpoints" / "step-00000002" / "state.safetensors"
    before = opener.generator_of(run)
    assert opener.generator_of(run) == before
    when = file.stat().st_mtime_ns + 1_000_000_000
    os.utime(file, ns=(when, when))
    later = opener.generator_of(run)
    file.write_bytes(b"more")
    os.utime(file, ns=(when, when))
    larger = opener.generator_of(run)
    assert len({before, later, larger}) == 3

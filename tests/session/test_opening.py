from __future__ import annotations

import pytest

from explorer.session.opening import holds_scene, run_of


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

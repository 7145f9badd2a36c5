from __future__ import annotations

import pytest

from explorer.core.models.model import ModelFiles
from explorer.core.problem import Problem
from explorer.session.models.companion_links import Attached, CompanionLinks, hash_or_nothing
from explorer.session.models.folders import models_in
from tests.models import tiny_encoder, tiny_generator


@pytest.fixture
def encoder(tmp_path):
    return tiny_encoder(tmp_path / "mine.onnx")


def attached(path):
    return Attached(path, hash_or_nothing(path))


def test_what_a_model_was_given_is_remembered_by_both_hashes(tmp_path, encoder):
    CompanionLinks(tmp_path / "data" / "parts.json").attach("model", "encoder", attached(encoder))
    again = CompanionLinks(tmp_path / "data" / "parts.json")
    assert again.of("model") == {"encoder": attached(encoder)}
    assert not again.of("another")
    files, problem = again.added_to(ModelFiles("m", tmp_path / "m.onnx"), "model")
    assert (files.encoder, problem) == (encoder, None)


def test_a_part_that_is_taken_off_is_forgotten(tmp_path, encoder):
    parts = CompanionLinks(tmp_path / "parts.json")
    for part in ("encoder", "critic"):
        parts.attach("model", part, attached(encoder))
    parts.detach("model", "encoder")
    assert list(CompanionLinks(tmp_path / "parts.json").of("model")) == ["critic"]


@pytest.mark.parametrize("change", ["moved", "changed"])
def test_another_file_in_the_place_of_a_part_is_not_used(tmp_path, encoder, change):
    parts = CompanionLinks(tmp_path / "parts.json")
    parts.attach("model", "encoder", attached(encoder))
    if change == "moved":
        encoder.unlink()
    else:
        encoder.write_bytes(b"something else")
    own = tmp_path / "own.onnx"
    files, problem = parts.added_to(ModelFiles("m", tmp_path / "m.onnx", encoder=own), "model")
    assert files.encoder == own
    assert isinstance(problem, Problem)
    assert "mine.onnx" in problem.what


@pytest.mark.parametrize("text", ["", "[]", "{", '{"models": {"m": {"encoder": {"path": 3}}}}'])
def test_a_damaged_list_is_set_aside(tmp_path, encoder, text):
    (tmp_path / "parts.json").write_text(text)
    parts = CompanionLinks(tmp_path / "parts.json")
    assert not parts.of("m")
    parts.attach("m", "encoder", attached(encoder))
    assert CompanionLinks(tmp_path / "parts.json").of("m")
    assert list(tmp_path.glob("parts.damaged-*.json"))


def test_the_models_of_a_folder_are_files_and_folders_of_models_and_runs(tmp_path):
    for name in ("a", "run", "empty"):
        (tmp_path / "all" / name).mkdir(parents=True)
    tiny_generator(tmp_path / "all" / "a" / "generator.onnx")
    (tmp_path / "all" / "run" / "run.json").touch()
    tiny_generator(tmp_path / "all" / "z.onnx")
    (tmp_path / "all" / "notes.txt").touch()
    assert [path.name for path in models_in(tmp_path / "all")] == ["a", "run", "z.onnx"]
    assert models_in(tmp_path / "all" / "a") == (tmp_path / "all" / "a",)
    assert models_in(tmp_path / "all" / "empty") == ()
    assert models_in(tmp_path / "missing") == ()


def test_where_a_folder_has_no_models_those_in_its_folders_are_found(tmp_path):
    for name in ("chairs", "digits"):
        (tmp_path / "all" / name).mkdir(parents=True)
        (tmp_path / "all" / name / "model.pt").touch()
    (tmp_path / "all" / "again").symlink_to(tmp_path / "all" / "chairs")
    assert models_in(tmp_path / "all") == tuple(tmp_path / "all" / name / "model.pt" for name in ("chairs", "digits"))

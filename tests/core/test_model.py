"""A model is a folder with its parts, or a bare file."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.models.model import directions_beside, mapping_beside, model_files
from explorer.core.problem import Problem


def _folder(parent: Path, *names: str) -> Path:
    (parent / "faces").mkdir()
    for name in names:
        (parent / "faces" / name).touch()
    return parent / "faces"


def test_a_folder_gives_its_parts(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "generator.onnx", "encoder.onnx", "preview.png", "classifier.onnx")
    files = model_files(folder)
    assert files.name == "faces"
    assert files.generator == folder / "generator.onnx"
    assert files.encoder == folder / "encoder.onnx"
    assert files.preview == folder / "preview.png"
    assert files.classifier == folder / "classifier.onnx"
    assert (files.critic, files.directions) == (None, None)


def test_the_generator_of_a_folder_stands_for_the_folder(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "generator.onnx", "encoder.onnx")
    assert model_files(folder / "generator.onnx") == model_files(folder)


def test_a_bare_file_stands_alone(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "mine.onnx", "encoder.onnx")
    files = model_files(folder / "mine.onnx")
    assert (files.name, files.generator, files.encoder) == ("mine", folder / "mine.onnx", None)


def test_a_folder_without_a_generator_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"The folder faces has no generator\.onnx"):
        model_files(_folder(tmp_path, "encoder.onnx"))


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no model"):
        model_files(tmp_path / "gone")


def test_every_part_of_a_folder_is_found_by_its_name(tmp_path: Path) -> None:
    names = ("generator.onnx", "encoder.onnx", "critic.onnx", "directions.npz", "classifier.onnx", "mapping.onnx")
    folder = _folder(tmp_path, *names)
    files = model_files(folder)
    found = (files.generator, files.encoder, files.critic, files.directions, files.classifier, files.mapping)
    assert [path.name for path in found if path] == list(names)
    assert mapping_beside(folder / "generator.onnx") == files.mapping
    assert mapping_beside(folder / "mine.onnx") is None
    assert directions_beside(folder / "generator.onnx") == files.directions
    assert directions_beside(folder / "mine.onnx") == folder / "mine.directions.npz"


def test_a_bare_file_has_the_directions_beside_it(tmp_path: Path) -> None:
    folder = _folder(tmp_path, "mine.onnx", "directions.npz")
    assert model_files(folder / "mine.onnx").directions is None
    (folder / "mine.directions.npz").touch()
    assert model_files(folder / "mine.onnx").directions == folder / "mine.directions.npz"


def test_a_folder_that_only_says_how_likely_pictures_are_paints_none(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="only says how likely") as refused:
        model_files(_folder(tmp_path, "likelihood.onnx"))
    assert "explorer likelihood" in refused.value.hint

"""What a file is, by its name and first bytes: of every kind, one table."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from explorer.core.models.file_kinds import kind_of, refuse_other_kinds
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene, scene_to_json
from tests.kinds import KINDS, made


@pytest.mark.parametrize("name", KINDS)
def test_every_file_and_folder_is_of_its_kind(tmp_path: Path, name: str) -> None:
    assert kind_of(made(tmp_path, name)) == KINDS[name][0]


@pytest.mark.parametrize(
    ("name", "what", "where"),
    [
        ("labels.csv", "labels.csv is a table of labels.", "when you train"),
        ("me.jpg", "me.jpg is a picture, not a model.", "Your picture"),
        ("z.npy", "z.npy holds numbers for a model: directions or latents.", "direction import MODEL z.npy"),
    ],
)
def test_what_is_no_model_is_told_where_it_can_go(tmp_path: Path, name: str, what: str, where: str) -> None:
    with pytest.raises(Problem) as refused:
        refuse_other_kinds(made(tmp_path, name))
    assert refused.value.what == what
    assert where in refused.value.hint


def test_no_more_than_the_beginning_of_a_file_is_read(tmp_path: Path) -> None:
    late = json.dumps({"rest": "x" * 70_000, "scene": json.loads(scene_to_json(Scene()))})
    (tmp_path / "late.json").write_text('{"rows": [1], ' + late[1:])
    assert kind_of(tmp_path / "late.json") == "numbers"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert kind_of(tmp_path / "pipe.json") == "scene"


def test_what_is_not_there_goes_by_its_name(tmp_path: Path) -> None:
    assert [kind_of(tmp_path / name) for name in ("a.npy", "a.png", "a.pt")] == [
        "numbers",
        "picture",
        "weights",
    ]


@pytest.mark.parametrize(
    ("name", "words"), [("m.keras", "a Keras model"), ("m.pt2", "torch.export"), ("m.tflite", "a TensorFlow model")]
)
def test_models_of_other_programs_are_called_what_they_are(name, words, tmp_path):
    (tmp_path / name).write_bytes(b"PK\x03\x04")
    with pytest.raises(Problem, match=words):
        refuse_other_kinds(tmp_path / name)

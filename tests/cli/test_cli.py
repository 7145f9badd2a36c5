"""What every verb says alike, and what is no verb."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.__main__ import main
from explorer.cli import is_mistyped
from tests.cli.conftest import Verb


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("inspect", "gone.onnx"), "There is no file gone.onnx."),
        (("export", "gone.onnx", "--out", "o"), "There is no file gone.onnx."),
        (("convert", "gone.pt", "--out", "o"), "There is no file gone.pt."),
        (("direction", "list", "gone"), "There is no file gone."),
        (("convert", "t.csv", "--out", "o"), "t.csv is a table of labels."),
        (("inspect", "me.jpg"), "project MODEL me.jpg"),
        (("inspect", "x.json"), "x.json is JSON, not an ONNX model."),
        (("inspect", "z.zip"), "train FAMILY --data z.zip"),
        (("train", "dcgan", "--resume", "here"), "See latent-explorer train --help."),
    ],
)
def test_what_is_no_model_or_not_there_is_said_alike_by_all_verbs(
    verb: Verb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, data in {
        "t.csv": b"a,b\n",
        "me.jpg": b"\xff\xd8\xff",
        "x.json": b'{"a": 1}',
        "z.zip": b"PK\x03\x04",
    }.items():
        (tmp_path / name).write_bytes(data)
    outcome = verb(*words)
    assert outcome.code == 2
    assert said in outcome.err


def test_a_mistyped_verb_is_told_from_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["explorer", "rendr"])
    assert main() == 2
    assert "Did you mean render?" in capsys.readouterr().err
    (tmp_path / "rendr").touch()
    assert not is_mistyped("rendr")
    assert not is_mistyped("faces")

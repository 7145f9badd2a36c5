"""``explain`` prints Markdown about a family, a run or a model, and refuses what is none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.cli import run_verb
from tests.models import tiny_generator


def test_a_family_is_explained_with_the_settings_that_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_verb(["explain", "gan", "--size", "16", "--set", "width=0.25", "--set", "loss=minimax"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# GAN\n")
    assert "| `loss` | minimax |" in text
    assert "$$ \\mathbb{E}\\log(1-\\sigma(D(G(z)))) $$" in text
    assert "1 × 16 × 16" in text


def test_a_model_is_explained_and_written_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tiny_generator(tmp_path / "mine.onnx"), tmp_path / "mine.md"
    assert run_verb(["explain", str(path), "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    assert "| dense" in out.read_text(encoding="utf-8")


def test_what_is_neither_family_nor_run_nor_model_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_verb(["explain", "dcgam"]) == 2
    said = capsys.readouterr().err
    assert "no family, run or model called dcgam" in said
    assert "Runs and models can be explained, too" in said


def test_settings_are_for_families_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tiny_generator(tmp_path / "mine.onnx")
    assert run_verb(["explain", str(path), "--size", "32"]) == 2
    assert "for families" in capsys.readouterr().err

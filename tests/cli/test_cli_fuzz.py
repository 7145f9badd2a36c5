"""fuzz: damaged models, always the same ones, opened where they can do no harm."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.cli.fuzzing.mutants import mutant
from explorer.cli.fuzzing.onnx_damage import ONNX
from tests.models import tiny_generator


def test_a_seed_stands_for_one_damage(tmp_path: Path) -> None:
    model = tiny_generator(tmp_path / "g.onnx").read_bytes()
    found = [mutant(model, seed, ONNX) for seed in range(60)]
    assert found == [mutant(model, seed, ONNX) for seed in range(60)]
    assert len({name for name, _ in found}) > 12
    assert sum(data != model for _, data in found) > 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_damaged_models_are_opened_or_refused_in_a_sentence(tmp_path: Path) -> None:
    model = tiny_generator(tmp_path / "g.onnx")
    words = [
        sys.executable,
        "-m",
        "explorer",
        "fuzz",
        str(model),
        "--mutants",
        "40",
        "--keep",
        str(tmp_path / "harm"),
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
    assert "40 damaged models" in done.stdout
    assert "0 without a sentence, 0 killed the program, 0 hung it" in done.stdout
    assert not (tmp_path / "harm").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(("kind", "what"), [("npz", "files of numbers"), ("scene", "scenes"), ("source", "sources")])
def test_other_kinds_are_damaged_through_their_structure(kind: str, what: str) -> None:
    words = [sys.executable, "-m", "explorer", "fuzz", "--kind", kind, "--mutants", "12"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=100)
    assert f"12 damaged {what}" in done.stdout, done.stderr
    assert "0 killed the program, 0 hung it" in done.stdout
    assert " 0 without a sentence" in done.stdout

"""fuzz: damaged models, always the same ones, opened where they can do no harm."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from explorer.cli.fuzzing.fuzzed_opening import opened
from explorer.cli.fuzzing.mutants import mutant
from explorer.cli.fuzzing.onnx_damage import ONNX
from explorer.core.inference import wrapping
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
    assert "0 opened and silently wrong" in done.stdout
    assert not (tmp_path / "harm").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_all_other_kinds_are_harmless_too() -> None:
    kinds = ("npz", "scene", "run", "source", "weights")
    runs = f"[run_verb(['fuzz', '--kind', kind, '--mutants', '12']) for kind in {kinds}]"
    words = [sys.executable, "-c", f"import sys; from explorer.cli import run_verb; sys.exit(any({runs}))"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("0 without a sentence, 0 killed the program, 0 hung it") == len(kinds)
    assert done.stdout.count("0 opened and silently wrong") == len(kinds)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_picture_that_is_not_onnxruntime_s_is_silent_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_generator(tmp_path / "g.onnx")
    assert (opened(model).kind, opened(model).compared) == ("opened", True)
    monkeypatch.setattr(wrapping, "_as_bytes", _inverted(wrapping._as_bytes))
    assert opened(model).kind == "silent"


def _inverted(as_bytes: Any) -> Any:
    return lambda after, name, _range, opset: as_bytes(after, name, (-9.0, 9.0), opset)

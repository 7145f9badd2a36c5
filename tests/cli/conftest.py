"""Verbs run in this process, as `python -m explorer` runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from explorer.cli import run_verb


@dataclass(frozen=True)
class Outcome:
    """What a verb left: its exit code and what it printed."""

    code: int
    out: str
    err: str


Verb = Callable[..., Outcome]


@pytest.fixture
def verb(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, remembered_trials: None
) -> Verb:
    """Runs a verb with its words; caches lie in the test's folder, but for that of models that passed their trial."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(*words: object) -> Outcome:
        try:
            code = run_verb([str(word) for word in words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        told = capsys.readouterr()
        return Outcome(code, told.out, told.err)

    return run


def refused(outcome: Outcome, *words: str) -> None:
    """Assert that a verb refused in a sentence that holds these words, without a traceback."""
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    assert outcome.err.strip().count("\n") == 0
    for word in words:
        assert word in outcome.err

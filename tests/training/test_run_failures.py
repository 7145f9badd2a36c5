"""Why a run failed is kept beside it, so that it is still known after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.session.train.run_summaries import EarlierFailure, changes_in
from explorer.training.runs.run import Run
from explorer.training.runs.run_folder import FAILURE_FILE, RunFailure, failure_of, note_failure, read_facts
from explorer.training.runs.spec import RunSpec

FAILURE = RunFailure("The networks have diverged.", "Lower the rate.", (("learning_rate", 1e-4),))


def test_a_failure_is_read_again_and_forgotten_when_the_run_goes_on(tmp_path: Path) -> None:
    run = Run.create(tmp_path / "run", RunSpec("gan", "portraits:8", 16, 4))
    assert read_facts(run.folder).failure is None
    note_failure(run.folder, FAILURE)
    kept = read_facts(run.folder).failure
    assert kept == FAILURE
    assert changes_in(EarlierFailure(FAILURE)) == {"learning_rate": 1e-4}
    note_failure(run.folder, None)
    assert read_facts(run.folder).failure is None


@pytest.mark.parametrize("text", ["", "[]", '{"what": 1}', '{"what": "a", "hint": "b", "changes": [["x"]]}', "{" * 99])
def test_a_damaged_note_of_a_failure_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / FAILURE_FILE).write_text(text)
    assert failure_of(tmp_path) is None


def test_a_folder_that_is_gone_is_not_made_again_for_a_note(tmp_path: Path) -> None:
    note_failure(tmp_path / "gone", FAILURE)
    assert not (tmp_path / "gone").exists()

"""Why runs failed: those of now, and those that their folders tell of."""

from __future__ import annotations

from pathlib import Path

from explorer.core.problem import Problem
from explorer.session.train.run_summaries import EarlierFailure, changes_in
from explorer.training.runs.run_folder import FolderGone, RunFacts, RunFailure, note_failure


class RunFailures:
    """Knows why each run failed, and keeps it beside the run."""

    def __init__(self) -> None:
        self._problems: dict[Path, Problem] = {}

    def add(self, folder: Path, error: Exception) -> None:
        """A run has failed."""
        problem = error if isinstance(error, Problem) else Problem(f"Training stopped: {error}", "")
        self._problems[folder] = problem
        if not isinstance(problem, FolderGone):
            note_failure(folder, RunFailure(problem.what, problem.hint, tuple(changes_in(problem).items())))

    def of(self, facts: RunFacts) -> Problem | None:
        """Why a run failed, now or before the program was started; None where it did not."""
        kept = facts.failure
        return self._problems.get(facts.folder) or (EarlierFailure(kept) if kept is not None else None)

    def forget(self, folder: Path) -> None:
        """A run goes on."""
        self._problems.pop(folder, None)
        note_failure(folder, None)

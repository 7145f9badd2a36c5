"""The folders of runs at hand, and what each looks like in a list."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from explorer.core.files import made_folder
from explorer.core.json_store import JsonStore
from explorer.core.problem import Problem
from explorer.session.settings import Settings, paths_from, paths_text
from explorer.training.runs.foreign_links import refuse_links
from explorer.training.runs.run_folder import SPEC_FILE, RunFacts, RunFailure, read_facts, read_spec

State = Literal["waiting", "preparing", "training", "paused", "stopping", "elsewhere", "stopped", "done", "failed"]
_ACTIVE = ("waiting", "preparing", "training", "paused", "stopping", "elsewhere")
_OPENED = "train/opened"
_LONGEST_NAME = 60
_DELETED = ".deleted-"


@dataclass(frozen=True)
class Training:
    """A run as the list shows it.

    Attributes
    ----------
    facts : RunFacts
    state : str
        ``elsewhere`` means that another process trains it.
    rate_per_s : float
        Steps a second; 0 where that is not known.
    share : float
        How much of its pictures has been opened, while it prepares.
    problem : Problem or None
        Why it failed.
    """

    facts: RunFacts
    state: State
    rate_per_s: float = 0.0
    share: float = 0.0
    problem: Problem | None = None

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.facts.folder

    @property
    def is_active(self) -> bool:
        """Whether it is being trained, or will be as soon as it is its turn."""
        return self.state in _ACTIVE

    @property
    def seconds_left(self) -> float | None:
        """About how long it will take still; None where that is not known."""
        left = self.facts.steps - self.facts.done_steps
        return left / self.rate_per_s if self.rate_per_s > 0 and left >= 0 else None


class EarlierFailure(Problem):
    """Why a run failed before the program was started, as its folder tells."""

    def __init__(self, failure: RunFailure) -> None:
        super().__init__(failure.what, failure.hint)
        self.changes = dict(failure.changes)


class RunFolders:
    """Knows the folders of runs: those in the user's own folder, and those that were opened from elsewhere."""

    def __init__(self, own: Path, settings: Settings) -> None:
        self.own = own
        self._settings = settings

    def all(self) -> list[Path]:
        """Every folder that may hold a run, newest first. Reads folders: not for the GUI thread."""
        found = [*self.own.glob(f"*/{SPEC_FILE}"), *(folder / SPEC_FILE for folder in self.opened())]
        seen = {spec for spec in found if not spec.parent.name.startswith(_DELETED)}
        return [spec.parent for spec in sorted(seen, key=_age, reverse=True)]

    def facts(self) -> tuple[list[RunFacts], list[Problem]]:
        """What every run tells, and what is wrong with those that are damaged. Reads files: not for the GUI thread."""
        found, problems = [], []
        for folder in self.all():
            try:
                found.append(read_facts(folder))
            except Problem as problem:
                if (folder / SPEC_FILE).exists():  # else it was deleted, or lies on a disk that is away
                    problems.append(problem)
        return found, problems

    def opened(self) -> tuple[Path, ...]:
        """The folders from elsewhere."""
        return paths_from(self._settings.choice(_OPENED))

    def add(self, folder: Path) -> None:
        """Remember a run that lies elsewhere.

        Raises
        ------
        Problem
            There is no run in the folder.
        """
        read_facts(folder)
        if folder.parent != self.own:
            self._remember((*(other for other in self.opened() if other != folder), folder))

    def forget(self, folder: Path) -> None:
        """List a run from elsewhere no more."""
        self._remember(tuple(other for other in self.opened() if other != folder))

    def free(self, name: str) -> Path:
        """A folder for a new run called ``name``, which nothing has yet.

        Raises
        ------
        Problem
            The user's folder cannot be made.
        """
        made_folder(self.own)
        plain = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip(".-")[:_LONGEST_NAME] or "run"
        number, folder = 1, self.own / plain
        while folder.exists():
            number += 1
            folder = self.own / f"{plain}-{number}"
        return folder

    def _remember(self, folders: tuple[Path, ...]) -> None:
        self._settings.remember_choice(_OPENED, paths_text(folders))


def changes_in(problem: Exception | None) -> dict[str, float]:
    """Settings that may keep a run from failing so again, as the problem itself proposes them."""
    return dict(getattr(problem, "changes", {}))


def rename(folder: Path, name: str) -> None:
    """Give the model of a run another name; the folder keeps its own.

    Raises
    ------
    Problem
        ``run.json`` cannot be read or written.
    """
    spec = read_spec(folder) | {"name": name}
    refuse_links(folder)
    JsonStore(folder / SPEC_FILE).write(spec, indent=1)


def to_trash(folder: Path) -> Path:
    """Put a run into the system's trash, or beside the others under a hidden name where there is none.

    Gives where it lies now, for `out_of_trash`.

    Raises
    ------
    Problem
        It can be moved nowhere.
    """
    from PySide6.QtCore import QFile  # which takes a while to get ready

    file = QFile(str(folder))
    if file.moveToTrash() and file.fileName() != str(folder):
        return Path(file.fileName())
    hidden = folder.with_name(f"{_DELETED}{folder.name}-{time.time_ns():x}")
    try:
        os.replace(folder, hidden)
    except OSError as error:
        raise Problem(f"{folder.name} could not be deleted ({error.strerror}).", "Close what uses its files.") from None
    return hidden


def out_of_trash(place: Path, folder: Path) -> None:
    """Put a run back where it lay.

    Raises
    ------
    Problem
        The trash has been emptied, or something else lies there now.
    """
    try:
        if folder.exists():
            raise FileExistsError(0, "something else lies there now")
        os.replace(place, folder)
    except OSError as error:
        raise Problem(f"{folder.name} could not be put back ({error.strerror}).", f"It was in {place}.") from None


def _age(spec: Path) -> float:
    try:
        return spec.stat().st_ctime
    except OSError:
        return 0.0

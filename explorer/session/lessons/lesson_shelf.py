"""The lessons at hand: those that came with the program, and those in folders that somebody added."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from explorer.core.digits import whole_number
from explorer.core.lessons.lesson_markdown import read_lesson
from explorer.core.lessons.lesson_plan import LessonPlan
from explorer.core.problem import Problem
from explorer.session.settings import Settings, paths_from, paths_text

MOST_LESSONS = 200
"""Of one folder, the first by name."""
_FOLDERS = "lesson_folders"


@dataclass(frozen=True)
class ShelvedLesson:
    """A file on the shelf: a lesson, or what is wrong with it.

    Attributes
    ----------
    file : Path
    plan : LessonPlan or None
    problem : Problem or None
        One of the two is there.
    """

    file: Path
    plan: LessonPlan | None = None
    problem: Problem | None = None


class LessonShelf:
    """Finds lessons, and remembers how far one got in each.

    Parameters
    ----------
    shipped : Path
        The folder of the lessons that came with the program.
    settings : Settings
    """

    def __init__(self, shipped: Path, settings: Settings) -> None:
        self._shipped, self._settings = shipped, settings

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that were added."""
        return paths_from(self._settings.choice(_FOLDERS))

    def add(self, folder: Path) -> None:
        """Have the lessons of a folder too, from now on.

        Raises
        ------
        Problem
            There is none in it.
        """
        if not _files_of(folder):
            raise Problem(f"{folder.name} has no lessons.", "A lesson is a file of Markdown, its name ending in .md.")
        others = [other for other in self.folders if other != folder]
        self._settings.remember_choice(_FOLDERS, paths_text([*others, folder]))

    def remove(self, folder: Path) -> None:
        """Have the lessons of a folder no longer; its files stay."""
        self._settings.remember_choice(_FOLDERS, paths_text(other for other in self.folders if other != folder))

    def lessons(self, known: Collection[str]) -> tuple[ShelvedLesson, ...]:
        """All lessons, in the order of their files' names, the program's own first; reads files.

        Parameters
        ----------
        known : collection of str
            The names of the actions that there are.
        """
        files = [file for folder in (self._shipped, *self.folders) for file in _files_of(folder)]
        return tuple(_shelved(file, known) for file in files)

    def pages_seen(self, plan: LessonPlan) -> int:
        """How many of its pages were reached; at most as many as it has."""
        return min(whole_number(self._settings.choice(_key(plan))) or 0, len(plan.pages))

    def remember_page(self, plan: LessonPlan, page: int) -> None:
        """Remember that page ``page``, from 0, was reached."""
        if page >= self.pages_seen(plan):
            self._settings.remember_choice(_key(plan), str(page + 1))


def _key(plan: LessonPlan) -> str:
    return f"lesson/{plan.file.parent.name}/{plan.file.stem}"


def _files_of(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.glob("*.md") if file.is_file())[:MOST_LESSONS]
    except OSError:  # the folder went away, or is not ours to read
        return []


def _shelved(file: Path, known: Collection[str]) -> ShelvedLesson:
    try:
        return ShelvedLesson(file, read_lesson(file, known))
    except Problem as problem:
        return ShelvedLesson(file, problem=problem)

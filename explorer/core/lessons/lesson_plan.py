"""What a lesson is: pages to read, each of which may set the program up and ask something."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LessonAction:
    """Something that the program does by itself.

    Attributes
    ----------
    name, argument : str
        Such as ``seed`` and ``12``; the argument may be empty.
    line : int
        Where in the file it stands, from 1.
    """

    name: str
    argument: str
    line: int


@dataclass(frozen=True)
class LessonAnswer:
    """One of the answers to choose from."""

    words: str
    is_right: bool


@dataclass(frozen=True)
class LessonPage:
    """One step of a lesson.

    Attributes
    ----------
    title, text : str
        The text is Markdown.
    answers : tuple of LessonAnswer
        Empty where nothing is asked; any number of them may be right, but at least one is.
    why : str
        Markdown, shown once something was answered.
    first, afterwards : tuple of LessonAction
        What is set up when the page comes into sight, and what shows how it is once something was answered.
    """

    title: str
    text: str
    answers: tuple[LessonAnswer, ...] = ()
    why: str = ""
    first: tuple[LessonAction, ...] = ()
    afterwards: tuple[LessonAction, ...] = ()

    @property
    def right(self) -> frozenset[int]:
        """Which of the answers are right."""
        return frozenset(place for place, answer in enumerate(self.answers) if answer.is_right)


@dataclass(frozen=True)
class LessonPlan:
    """A whole lesson.

    Attributes
    ----------
    title, summary : str
        The summary is one sentence.
    pages : tuple of LessonPage
        At least one.
    file : Path
        Where it was read from.
    """

    title: str
    summary: str
    pages: tuple[LessonPage, ...]
    file: Path

    @property
    def questions(self) -> int:
        """How many pages ask something."""
        return sum(bool(page.answers) for page in self.pages)

"""Lessons as Markdown, so that a teacher writes them in any editor.

A file is one lesson::

    # What a direction does
    One sentence on what it is about.

    ## A smile
    Words for the person, in Markdown.

    ```do
    open faces
    seed 10
    ```

    Where will the face change?

    - [ ] Everywhere alike
    - [x] Mostly around the mouth

    ```then
    direction smiling 3
    ```

    > Why it is so.

Each ``##`` begins a page. What stands in a ``do`` block is done when the page comes into sight. A list of tasks is a
question, those that are ticked are its right answers; ``then`` is done once it was answered, and the quoted lines are
shown then.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from explorer.core.files import read_file
from explorer.core.lessons.lesson_plan import LessonAction, LessonAnswer, LessonPage, LessonPlan
from explorer.core.problem import Problem

LARGEST_BYTES = 1_000_000
_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*(\S*)\s*$")
_TASK = re.compile(r"\s*[-*+]\s+\[([ xX])\]\s+(.+)$")
_QUOTE = re.compile(r"\s*>\s?(.*)$")
_BLOCKS = ("do", "then")


def read_lesson(file: Path, known: Collection[str]) -> LessonPlan:
    """The lesson that a file holds.

    Parameters
    ----------
    file : Path
        Markdown in UTF-8.
    known : collection of str
        The names of the actions that there are.

    Raises
    ------
    Problem
        The file cannot be read, or something in it is not as it has to be; says in which line.
    """
    try:
        text = read_file(file, LARGEST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(f"The lesson {file.name} is not text in UTF-8.", "Save it in that encoding.") from None
    return _Reader(file, known).read(text)


@dataclass
class _Draft:
    title: str
    line: int
    text: list[str] = field(default_factory=list)
    answers: list[LessonAnswer] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    actions: dict[str, list[LessonAction]] = field(default_factory=lambda: {name: [] for name in _BLOCKS})


class _Reader:
    """Reads line by line, and knows in which block it is."""

    def __init__(self, file: Path, known: Collection[str]) -> None:
        self._file, self._known = file, known
        self._title = ""
        self._summary: list[str] = []
        self._drafts: list[_Draft] = []
        self._block = self._fence = ""
        self._opened = 0

    def read(self, text: str) -> LessonPlan:
        for number, line in enumerate(text.splitlines(), 1):
            self._take(number, line)
        if self._fence:
            self._fail(self._opened, "the block that begins here does not end", f"End it with {self._fence}.")
        if not self._title:
            self._fail(1, "there is no title", "Start with a line such as: # What a latent is")
        if not self._drafts:
            self._fail(1, "it has no pages", "Each page starts with a line such as: ## A first look")
        pages = tuple(self._page(draft) for draft in self._drafts)
        return LessonPlan(self._title, " ".join(self._summary), pages, self._file)

    def _take(self, number: int, line: str) -> None:
        fence = _FENCE.match(line)
        if self._fence:
            self._inside(number, line, ends=fence is not None and fence[1] == self._fence and not fence[2])
        elif fence is not None:
            self._begin(number, line, fence)
        elif line.startswith("# "):
            if self._title:
                self._fail(number, "there is a second title", "Pages start with ##, and only the lesson with #.")
            self._title = line[2:].strip()
        elif line.startswith("## "):
            self._drafts.append(_Draft(line[3:].strip(), number))
        elif self._drafts:
            self._into(self._drafts[-1], number, line)
        elif line.strip():
            self._summary.append(line.strip())

    def _begin(self, number: int, line: str, fence: re.Match[str]) -> None:
        self._fence, self._block, self._opened = fence[1], fence[2], number
        if self._block in _BLOCKS and not self._drafts:
            self._fail(number, f"a {self._block} block stands before the first page", "Start a page with ## first.")
        if self._block not in _BLOCKS and self._drafts:  # code to be read
            self._drafts[-1].text.append(line)

    def _inside(self, number: int, line: str, *, ends: bool) -> None:
        if self._block in _BLOCKS:
            if not ends and line.strip():
                self._drafts[-1].actions[self._block].append(self._action(number, line.strip()))
        elif self._drafts:
            self._drafts[-1].text.append(line)
        if ends:
            self._fence = self._block = ""

    def _action(self, number: int, words: str) -> LessonAction:
        name, _, argument = words.partition(" ")
        if name not in self._known:
            self._fail(number, f"there is no action called {name}", f"Actions are: {', '.join(sorted(self._known))}.")
        return LessonAction(name, argument.strip(), number)

    def _into(self, draft: _Draft, number: int, line: str) -> None:
        task, quote = _TASK.match(line), _QUOTE.match(line)
        if task is not None:
            draft.answers.append(LessonAnswer(task[2].strip(), task[1] != " "))
        elif quote is not None:
            draft.why.append(quote[1])
        elif draft.answers and line[:1] in (" ", "\t") and line.strip() and not draft.why:  # an answer goes on
            last = draft.answers[-1]
            draft.answers[-1] = LessonAnswer(f"{last.words} {line.strip()}", last.is_right)
        elif draft.answers and line.strip():
            self._fail(number, "there are words after the answers", "Put them before, or begin them with > to explain.")
        else:
            draft.text.append(line)

    def _page(self, draft: _Draft) -> LessonPage:
        answers, actions = tuple(draft.answers), draft.actions
        if len(answers) == 1:
            self._fail(draft.line, f"the question of {draft.title} has a single answer", "Give two or more.")
        if answers and not any(answer.is_right for answer in answers):
            self._fail(draft.line, f"no answer of {draft.title} is right", "Mark those that are: - [x] like this.")
        if actions["then"] and not answers:
            self._fail(draft.line, f"{draft.title} has a then block but asks nothing", "Call it do, or add answers.")
        text, why = "\n".join(draft.text).strip(), "\n".join(draft.why).strip()
        return LessonPage(draft.title, text, answers, why, tuple(actions["do"]), tuple(actions["then"]))

    def _fail(self, line: int, what: str, hint: str) -> NoReturn:
        raise Problem(f"In the lesson {self._file.name}, line {line}: {what}.", hint)

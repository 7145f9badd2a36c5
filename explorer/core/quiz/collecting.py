"""Answers of a class: tables that pages and other computers wrote, added to the results, none of them twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path

from explorer.core.files import read_file
from explorer.core.problem import Problem
from explorer.core.quiz.answer_table import FORMULA
from explorer.core.quiz.answers import Answer
from explorer.core.quiz.questions import MODES, Difficulty, QuizModel, QuizPlan
from explorer.core.quiz.store import QuizStore, Row
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.core.words import plain_name

_LARGEST_FILE = 32 << 20  # bytes
_NEEDED = ("mode", "session_seed", "question", "truth", "answer", "response_ms", "answered_utc")
_LARGEST_CLASS = 2**31 - 1
_NOBODY = "Somebody"
_SEPARATORS = ",;\t"  # of the page, and of spreadsheets that kept a table anew

Key = tuple[str, int, int, int, float]


@dataclass(frozen=True)
class CollectedSession:
    """One quiz of a table.

    Attributes
    ----------
    player : str
        "" where no name was given.
    plan : QuizPlan
        As far as a table tells it: how it was played, with which models, and how hard it was.
    answers : tuple of (Answer, float)
        In the order of the questions, with when each was given, in seconds since 1970, UTC.
    """

    player: str
    plan: QuizPlan
    answers: tuple[tuple[Answer, float], ...]


@dataclass(frozen=True)
class Collected:
    """What became of some tables.

    Attributes
    ----------
    sessions, answers : int
        Added now.
    doubles : int
        Answers that were there already.
    problems : tuple of Problem
        Tables that could not be read; nothing of these was added.
    """

    sessions: int
    answers: int
    doubles: int
    problems: tuple[Problem, ...]

    def sentence(self) -> str:
        """What became of them, in a sentence."""
        added = f"{_counted(self.answers, 'answer')} of {_counted(self.sessions, 'quiz', 'quizzes')} collected"
        known = f"; {_counted(self.doubles, 'answer')} had been collected before" if self.doubles else ""
        return f"{added}{known}."


def collect(
    store: QuizStore,
    files: Sequence[Path],
    report: Callable[[int, int], object] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Collected:
    """Add the answers in these tables to the results: those of the page, or of ``quiz export``.

    An answer is known by its quiz, its question, and when it was given, to the millisecond; one that is there already,
    under whatever name, is left out. Raises `Problem` where nothing can be written.
    """
    known = {key for row in store.rows() for key in _keys_of_row(row)}
    sessions = answers = doubles = 0
    problems = []
    for number, file in enumerate(files):
        report(number, len(files))
        if cancelled():
            break
        try:
            found = sessions_in(file)
        except Problem as problem:
            problems.append(problem)
            continue
        for session in found:
            fresh = [each for each in session.answers if _key(session.plan, *each) not in known]
            doubles += len(session.answers) - len(fresh)
            if fresh:
                store.add(session.player or _nobody(store), session.plan, fresh)
                known |= {_key(session.plan, *each) for each in fresh}
                sessions, answers = sessions + 1, answers + len(fresh)
    return Collected(sessions, answers, doubles, tuple(problems))


def sessions_in(file: Path) -> tuple[CollectedSession, ...]:
    """The quizzes in a table of answers.

    Raises
    ------
    Problem
        It cannot be read, is no such table, or a row of it cannot be.
    """
    try:
        text = read_file(file, _LARGEST_FILE).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _no_table(file, "it is not text in UTF-8") from None
    head = text.splitlines()[0] if text.strip() else ""
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    names = reader.fieldnames or []
    if lacking := [name for name in _NEEDED if name not in names]:
        raise _no_table(file, f"it has no column “{lacking[0]}”")
    sessions: dict[tuple[str, str, str, str], list[Mapping[str, str]]] = {}
    try:
        for row in reader:
            told = {name: _unquoted(value) for name, value in row.items() if isinstance(name, str)}
            key = (told.get("player", ""), told.get("session", ""), told["mode"], told["session_seed"])
            sessions.setdefault(key, []).append(told)
        return tuple(_session(rows) for rows in sessions.values())
    except (ValueError, KeyError, csv.Error, OverflowError) as error:
        raise _no_table(file, f"row {reader.line_num} or one above: {error}") from None
    except Problem as problem:
        raise _no_table(file, problem.what) from None


def _session(rows: Sequence[Mapping[str, str]]) -> CollectedSession:
    answers = sorted(((_answer(row), _moment(row["answered_utc"])) for row in rows), key=lambda each: each[0].index)
    if len({answer.index for answer, _ in answers}) < len(answers):
        raise ValueError("a question is answered twice in one quiz")
    first, mode = rows[0], rows[0]["mode"]
    if mode not in MODES:
        raise ValueError(f"there is no mode called {mode[:20]}")
    models = dict.fromkeys(QuizModel(answer.model_hash, answer.model_name) for answer, _ in answers)
    psis = [answer.made_psi for answer, _ in answers if answer.made_psi is not None]
    hard = Difficulty(psis[0] if psis else 1.0, int(first.get("size_px") or 0), float(first.get("blur_px") or 0.0), 0.0)
    form = answers[0][0].form
    plan = QuizPlan(mode, answers[-1][0].index + 1, int(first["session_seed"]), tuple(models), hard, form)
    return CollectedSession(plain_name(first.get("player", "")).strip()[:60], plan, tuple(answers))


def _answer(row: Mapping[str, str]) -> Answer:
    def number(name: str, most: int) -> int | None:
        return _within(row[name], name, most) if row.get(name) else None

    def real(name: str) -> float | None:
        return _finite(row[name], name) if row.get(name) else None

    return Answer(
        index=_within(row["question"], "question", _LARGEST_CLASS),
        truth=row["truth"],
        said=row["answer"],
        response_ms=float(row["response_ms"]),
        confidence=number("confidence", 5),
        exposure_ms=real("exposure_ms"),
        model_hash=plain_name(row.get("model_hash", "")),
        model_name=plain_name(row.get("model", "")),
        real_name=row.get("real_name", ""),
        real_hash=plain_name(row.get("real_hash", "")),
        made_seed=number("made_seed", LARGEST_SEED),
        made_psi=real("made_psi"),
        made_label=number("made_class", _LARGEST_CLASS),
        critic=row.get("critic", ""),
    )


def _within(word: str, name: str, most: int) -> int:
    """The whole number that a cell says; a ValueError where it is none, or none that the results can hold."""
    number = int(word)
    if not 0 <= number <= most:
        raise ValueError(f"{name} is {word.strip()[:20]}, and runs from 0 to {most}")
    return number


def _finite(word: str, name: str) -> float:
    number = float(word)
    if not isfinite(number):
        raise ValueError(f"{name} is {word.strip()[:20]}, which is not a number")
    return number


def _moment(text: str) -> float:
    """Seconds since 1970 of an ISO time; without a zone it is UTC."""
    when = datetime.fromisoformat(text)
    seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    if seconds < 0.0:  # the results hold none: they would be added anew each time
        raise ValueError(f"answered_utc is {text[:20]}, before the year 1970")
    return seconds


def _unquoted(value: object) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    text = value if isinstance(value, str) else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def _key(plan: QuizPlan, answer: Answer, answered: float) -> Key:
    return plan.mode, plan.seed, answer.index, round(1000 * answered), round(answer.response_ms, 1)


def _keys_of_row(row: Row) -> Iterable[Key]:
    """Tables tell milliseconds, and ours cuts what is finer off."""
    answer = row.answer
    for moment in {int(1000 * row.answered), round(1000 * row.answered)}:
        yield row.session.mode, row.session.seed, answer.index, moment, round(answer.response_ms, 1)


def _nobody(store: QuizStore) -> str:
    """A name that nobody has yet, for somebody who gave none."""
    taken = {player.name for player in store.players()}
    return next(name for name in _numbered() if name not in taken)


def _numbered() -> Iterable[str]:
    number = 0
    while True:
        number += 1
        yield f"{_NOBODY} {number}"


def _no_table(file: Path, why: str) -> Problem:
    return Problem(
        f"{file.name} is not a table of answers that can be read: {why.rstrip('.')}.",
        "Collect the CSV files that the quiz's page or quiz export wrote.",
    )


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one}" if count == 1 else f"{count:,} {many or one + 's'}"

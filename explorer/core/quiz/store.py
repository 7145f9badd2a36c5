"""Players, sessions and answers on disk: what was acknowledged is there, whatever happens next."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.core.problem import Problem
from explorer.core.quiz.answers import Answer
from explorer.core.quiz.database import limit, opened, unwritable
from explorer.core.quiz.plan_json import plan_from_json, plan_to_json
from explorer.core.quiz.questions import QuizPlan


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is not a number")
    return number


_LONGEST_NAME = 60
_ANSWER_COLUMNS = (
    *("question", "truth", "said", "response_ms", "confidence", "exposure_ms", "model_hash", "model_name"),
    *("real_name", "real_hash", "made_seed", "made_psi", "made_label", "critic"),
)

_NUMBERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("question", "confidence", "made_seed", "made_label"), int),
    **dict.fromkeys(("response_ms", "exposure_ms", "made_psi"), _finite),
}
_END_OF_TIME_S = 253_402_300_800.0  # the year 10000


@dataclass(frozen=True)
class Player:
    """Somebody who plays: a number, a name, and how much there is of them."""

    id: int
    name: str
    sessions: int
    answers: int


@dataclass(frozen=True)
class Session:
    """One quiz that was begun.

    Attributes
    ----------
    id : int
    player : int
    player_name : str
    plan : QuizPlan or None
        None where it cannot be read.
    mode : str
    seed : int
        Those of the plan.
    started, finished : float
        Seconds since 1970, UTC; ``finished`` is None while it can go on.
    source : str
        Where its real pictures came from, as `open_pictures` takes it; "" where that was not kept.
    """

    id: int
    player: int
    player_name: str
    plan: QuizPlan | None
    mode: str
    seed: int
    started: float
    finished: float | None
    source: str = ""


@dataclass(frozen=True)
class Row:
    """An answer with the session it belongs to, and when it was given, in seconds since 1970, UTC."""

    session: Session
    answer: Answer
    answered: float


class QuizStore:
    """The results in one SQLite file. Any thread may use it, and several processes at once; who opened it closes it.

    Every change is on the disk when its method returns (write-ahead log, synchronous FULL).

    Parameters
    ----------
    path : Path
        Made with its folders where it is not there.

    Attributes
    ----------
    path : Path
    notice : Problem or None
        What was out of the ordinary: a damaged or newer file that was set aside.

    Raises
    ------
    Problem
        Nothing can be written there, here as in every method.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._database, self.notice = opened(path)

    def close(self) -> None:
        """Let go of the file. May be called again."""
        with self._lock:
            self._database.close()

    def player(self, name: str) -> int:
        """The number of the player called ``name``, who is added where there is none."""
        wanted = " ".join(name.split())
        if not 1 <= len(wanted) <= _LONGEST_NAME or not wanted.isprintable():
            raise Problem(
                f"A player cannot be called “{wanted[:20]}”.",
                f"Choose a name of 1 to {_LONGEST_NAME} characters.",
            )
        with self._changing() as database:
            database.execute(
                "INSERT INTO players (name, created) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
                (wanted, time.time()),
            )
            return int(database.execute("SELECT id FROM players WHERE name = ?", (wanted,)).fetchone()[0])

    def players(self) -> tuple[Player, ...]:
        """Everybody who has played, by name."""
        rows = self._asked(
            "SELECT p.id, p.name, count(DISTINCT s.id), count(a.question) FROM players p "
            "LEFT JOIN sessions s ON s.player = p.id LEFT JOIN answers a ON a.session = s.id "
            "GROUP BY p.id ORDER BY p.name COLLATE NOCASE"
        )
        return tuple(Player(row[0], str(row[1]), *row[2:]) for row in rows)

    def begin(self, player: int, plan: QuizPlan, source: str = "") -> int:
        """Begin a session with real pictures from ``source``; gives its number."""
        with self._changing() as database:
            added = database.execute(
                "INSERT INTO sessions (player, plan, mode, seed, started, source) VALUES (?, ?, ?, ?, ?, ?)",
                (player, plan_to_json(plan), plan.mode, plan.seed, time.time(), source),
            )
            return int(added.lastrowid or 0)

    def record(self, session: int, answer: Answer) -> None:
        """Keep an answer. When this returns it is on the disk.

        Raises
        ------
        Problem
            The question was answered already, the session is not there any more, or the disk is full.
        """
        with self._changing() as database:
            _insert(database, session, answer, time.time())

    def add(self, player: str, plan: QuizPlan, answers: Sequence[tuple[Answer, float]], source: str = "") -> int:
        """Add a finished session that was played elsewhere, whole or not at all; gives its number.

        Parameters
        ----------
        player : str
            Added where there is nobody of this name.
        answers : sequence of (Answer, float)
            One at least, each with when it was given, in seconds since 1970, UTC.
        """
        number, times = self.player(player), [when for _, when in answers]
        with self._changing() as database:
            added = database.execute(
                "INSERT INTO sessions (player, plan, mode, seed, started, finished, source) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, plan_to_json(plan), plan.mode, plan.seed, min(times), max(times), source),
            )
            session = int(added.lastrowid or 0)
            for answer, when in answers:
                _insert(database, session, answer, when)
            return session

    def finish(self, session: int) -> None:
        """Say that a session is at its end."""
        with self._changing() as database:
            database.execute("UPDATE sessions SET finished = ? WHERE id = ?", (time.time(), session))

    def sessions(self, player: int | None = None) -> tuple[Session, ...]:
        """The sessions of a player, or all, oldest first. One that is damaged is left out."""
        where, words = ("WHERE s.player = ?", (player,)) if player is not None else ("", ())
        rows = self._asked(
            "SELECT s.id, s.player, p.name, s.plan, s.mode, s.seed, s.started, s.finished, s.source FROM sessions s "
            f"JOIN players p ON p.id = s.player {where} ORDER BY s.id",
            words,
        )
        return tuple(session for row in rows if (session := _session(row)) is not None)

    def rows(
        self, *, player: int | None = None, session: int | None = None, mode: str = "", model: str = ""
    ) -> tuple[Row, ...]:
        """Answers with their sessions, oldest session first, each in its order.

        Parameters
        ----------
        player, session : int, optional
        mode : str
            ``pair``, ``single``, ``flash`` or ``critic``; "" for all.
        model : str
            Hash of a generator; "" for all.
        """
        found = {each.id: each for each in self.sessions(player)}
        asked = (("session", session), ("model_hash", model or None))
        chosen = [(name, value) for name, value in asked if value is not None]
        where = " AND ".join(f"{name} = ?" for name, _ in chosen) or "1"
        rows = self._asked(
            f"SELECT session, answered, {', '.join(_ANSWER_COLUMNS)} FROM answers "
            f"WHERE {where} ORDER BY session, question",
            tuple(value for _, value in chosen),
        )
        asked_for = {number: each for number, each in found.items() if mode in ("", each.mode)}
        return tuple(row for each in rows if (row := _row(asked_for.get(each[0]), each)) is not None)

    def delete_player(self, player: int) -> None:
        """Remove a player with all sessions and answers, so that their bytes are gone from the file as well.

        Raises
        ------
        Problem
            Another window reads the file. The player is gone, but traces may be in the file; call this again.
        """
        with self._changing() as database:
            database.execute("DELETE FROM players WHERE id = ?", (player,))
        if not self._cleaned():
            raise Problem(
                "The player was deleted, but another window keeps traces of it in the file.",
                "Close the other window, then delete again.",
            )

    def _cleaned(self) -> bool:
        """Write the file anew without what was deleted; False where another process stands in the way."""
        with self._lock, self._errors_in_words():
            try:
                self._database.execute("VACUUM")
                busy = self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                return False
            return not busy

    def _asked(self, question: str, words: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock, self._errors_in_words():
            return self._database.execute(question, words).fetchall()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of the block reaches the disk, or nothing."""
        with self._lock, self._errors_in_words():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors_in_words(self) -> Iterator[None]:
        """What SQLite refuses, in words."""
        try:
            limit(self._database)
            yield
        except sqlite3.IntegrityError as error:
            if "FOREIGN KEY" in str(error):
                raise Problem("This player or session was deleted meanwhile.", "Start a new quiz.") from None
            raise Problem("This question has been answered already.", "Go on with the next one.") from None
        except sqlite3.Error as error:
            raise unwritable(self.path, error) from None


def _insert(database: sqlite3.Connection, session: int, answer: Answer, answered: float) -> None:
    names = ", ".join(_ANSWER_COLUMNS)
    marks = ", ".join("?" * (len(_ANSWER_COLUMNS) + 3))
    values = [answer.index if name == "question" else getattr(answer, name) for name in _ANSWER_COLUMNS]
    database.execute(
        f"INSERT INTO answers ({names}, session, correct, answered) VALUES ({marks})",
        (*values, session, answer.correct, answered),
    )


# SQLite keeps any type in any column, and a damaged file has any number in it.
def _session(row: Any) -> Session | None:
    number, player, name, plan, mode, seed, started, finished, source = row
    try:
        finished = None if finished is None else _moment(finished)
        return Session(
            number,
            player,
            str(name),
            _plan(plan),
            str(mode),
            int(seed),
            _moment(started),
            finished,
            str(source),
        )
    except (ValueError, TypeError, OverflowError):
        return None


def _plan(text: Any) -> QuizPlan | None:
    try:
        return plan_from_json(str(text))
    except Problem:
        return None


def _row(session: Session | None, row: Any) -> Row | None:
    """An answer as it was kept; None where it is damaged or of no session."""
    if session is None:
        return None
    try:
        values: list[Any] = [_cell(name, value) for name, value in zip(_ANSWER_COLUMNS, row[2:], strict=True)]
        return Row(session, Answer(*values), _moment(row[1]))
    except (Problem, ValueError, TypeError, OverflowError):
        return None


def _cell(name: str, value: Any) -> Any:
    kind = _NUMBERS.get(name, str)
    if value is None:
        return "" if kind is str else None
    return kind(value)


def _moment(value: Any) -> float:
    """Seconds since 1970 of a time that a calendar has."""
    seconds = float(value)
    if not 0.0 <= seconds < _END_OF_TIME_S:
        raise ValueError(f"{seconds:g} is not a time")
    return seconds

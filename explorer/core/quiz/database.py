"""A database file opened for keeps: checked, brought up to date, and set aside where it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from explorer.core.files import made_folder, set_aside
from explorer.core.problem import Problem
from explorer.core.quiz.schema import COLUMNS, VERSION, migrate, version_of

WAIT_S = 10.0
"""How long another process may keep the file locked before that is a problem."""

_LONGEST_S = 20.0  # of one question, which a file can have answered without end
# What can be wrong besides the file itself; every other error is its damage.
_NO_DAMAGE = ("locked", "readonly", "read-only", "unable to open", "full", "disk i/o")
_TABLES = ("players", "sessions", "answers")
_Identity = tuple[int, int] | None
_JOURNAL = ("-wal", "-shm")


class _UnusableError(Exception):
    """Why a file is set aside: what it is, and the word that its new name gets."""

    def __init__(self, what: str, word: str) -> None:
        super().__init__(what)
        self.what, self.word = what, word


def opened(path: Path) -> tuple[sqlite3.Connection, Problem | None]:
    """The database at ``path``, made where there was none, and what is to be told about it.

    A file that is damaged, of a newer version or somebody else's is given another name beside the old one, with its
    journal, and an empty one takes its place; nothing is ever overwritten.

    Raises
    ------
    Problem
        The folder or file may not be written, or another process does not let go of it.
    """
    made_folder(path.parent)
    seen = _identity(path)
    try:
        try:
            return _connected(path), None
        except _UnusableError as found:
            notice = _moved_away(path, found, seen)
            return _connected(path), notice
    except _UnusableError as again:
        raise Problem(again.what, "Close other windows of this program, and try again.") from None
    except (sqlite3.Error, OSError) as error:
        raise unwritable(path, error) from None


def limit(database: sqlite3.Connection) -> None:
    """Have what is asked from now on end with an error after `_LONGEST_S`."""
    until = time.monotonic() + _LONGEST_S
    database.set_progress_handler(lambda: time.monotonic() > until, 100_000)


def unwritable(path: Path, error: Exception) -> Problem:
    """What to say where the database does not take what it should."""
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return Problem(f"{path.name} is in use by another window.", "Close it, or wait, and try again.")
    if "full" in str(error):
        return Problem(f"{path.name} cannot grow: the disk is full.", "Make room, and answer again.")
    return Problem(f"{path} cannot be used ({error}).", "Allow writing there.")


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    database.text_factory = lambda text: text.decode("utf-8", "replace")  # damaged text is still text
    limit(database)
    try:
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        _check(database, path)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")  # an answer that was taken survives a power cut, too
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA secure_delete = ON")
        if version_of(database) != VERSION:
            migrate(database)
        _touch(database)
    except BaseException as error:
        database.close()
        if isinstance(error, sqlite3.Error) and not any(word in str(error).lower() for word in _NO_DAMAGE):
            raise _UnusableError(f"The quiz results in {path.name} are damaged.", "damaged") from None
        raise
    return database


def _check(database: sqlite3.Connection, path: Path) -> None:
    version = version_of(database)
    if version is None:
        raise _UnusableError(f"{path.name} is a database of another program.", "foreign")
    if version > VERSION:
        raise _UnusableError(
            f"The quiz results in {path.name} were written by a newer version of this program.", "newer"
        )
    verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise _UnusableError(f"The quiz results in {path.name} are damaged.", "damaged")


def _touch(database: sqlite3.Connection) -> None:
    """Ask every table for a row, so that what is missing shows now; what is no table of ours could do anything."""
    kinds = dict(database.execute("SELECT name, type FROM sqlite_master WHERE type <> 'index'").fetchall())
    if kinds != dict.fromkeys(_TABLES, "table"):
        raise sqlite3.DatabaseError("malformed: a table is missing, or something is there besides")
    for table, columns in COLUMNS.items():
        database.execute(f"SELECT {columns} FROM {table} LIMIT 1").fetchone()


def _moved_away(path: Path, found: _UnusableError, seen: _Identity) -> Problem:
    """Rename the file that was seen, and its journal; not one that another process has put there meanwhile."""
    if _identity(path) != seen:
        return Problem(found.what, "Another window has set it aside; new results were started.")
    aside = set_aside(path, found.word, _JOURNAL)
    return Problem(found.what, f"It was kept as {aside}; new results were started.")


def _identity(path: Path) -> _Identity:
    """What tells a file from another of its name; None where there is none."""
    try:
        state = os.stat(path)
    except FileNotFoundError:
        return None
    return state.st_dev, state.st_ino

"""A database file opened for keeps: checked, brought up to date, and set aside where it cannot be used."""

from __future__ import annotations

import os
import secrets
import sqlite3
from pathlib import Path

from explorer.core.files import made_folder
from explorer.core.problem import Problem
from explorer.core.quiz.schema import VERSION, migrate, version_of

WAIT_S = 10.0
"""How long another process may keep the file locked before that is a problem."""

_DAMAGE = ("malformed", "not a database", "corrupt", "disk image")
_Identity = tuple[int, int] | None
_PARTS = ("", "-wal", "-shm")


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
            notice = _set_aside(path, found, seen)
            return _connected(path), notice
    except _UnusableError as again:
        raise Problem(again.what, "Close other windows of this program, and try again.") from None
    except (sqlite3.Error, OSError) as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: Exception) -> Problem:
    """What to say where the database does not take what it should."""
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return Problem(f"{path.name} is in use by another window.", "Close it, or wait, and try again.")
    if "full" in str(error):
        return Problem(f"{path.name} cannot grow: the disk is full.", "Make room, and answer again.")
    return Problem(f"{path} cannot be used ({error}).", "Allow writing there.")


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    try:
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
        if isinstance(error, sqlite3.DatabaseError) and any(word in str(error) for word in _DAMAGE):
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
    """Ask every table for a row, so that what is missing shows now and not at the first answer."""
    try:
        for table in ("players", "sessions", "answers"):
            database.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            raise sqlite3.DatabaseError("malformed: a table is missing") from None
        raise


def _set_aside(path: Path, found: _UnusableError, seen: _Identity) -> Problem:
    """Rename the file that was seen, and its journal; not one that another process has put there meanwhile."""
    if _identity(path) != seen:
        return Problem(found.what, "Another window has set it aside; new results begin.")
    aside = path.with_name(f"{path.stem}.{found.word}-{secrets.token_hex(4)}{path.suffix}")
    for part in _PARTS:
        if os.path.exists(f"{path}{part}"):
            os.rename(f"{path}{part}", f"{aside}{part}")
    return Problem(found.what, f"It was kept as {aside}; new results begin.")


def _identity(path: Path) -> _Identity:
    """What tells a file from another of its name; None where there is none."""
    try:
        state = os.stat(path)
    except FileNotFoundError:
        return None
    return state.st_dev, state.st_ino

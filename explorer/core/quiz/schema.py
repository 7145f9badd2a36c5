"""The tables of the quiz, and how older ones become newer ones."""

from __future__ import annotations

import sqlite3

APPLICATION = 0x4C_58_51_5A  # "LXQZ", which SQLite keeps in the file's head
VERSION = 3

_FIRST = """
CREATE TABLE players (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created REAL NOT NULL
);
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    player INTEGER NOT NULL REFERENCES players (id) ON DELETE CASCADE,
    plan TEXT NOT NULL,
    mode TEXT NOT NULL,
    seed INTEGER NOT NULL,
    started REAL NOT NULL,
    finished REAL
);
CREATE TABLE answers (
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    question INTEGER NOT NULL,
    truth TEXT NOT NULL,
    said TEXT NOT NULL,
    correct INTEGER NOT NULL,
    confidence INTEGER,
    response_ms REAL NOT NULL,
    model_hash TEXT NOT NULL,
    model_name TEXT NOT NULL,
    real_name TEXT NOT NULL,
    real_hash TEXT NOT NULL,
    made_seed INTEGER,
    made_psi REAL,
    answered REAL NOT NULL,
    PRIMARY KEY (session, question)
) WITHOUT ROWID;
CREATE INDEX sessions_of_player ON sessions (player);
"""

_SECOND = """
ALTER TABLE answers ADD COLUMN exposure_ms REAL;
ALTER TABLE answers ADD COLUMN made_label INTEGER;
ALTER TABLE answers ADD COLUMN critic TEXT NOT NULL DEFAULT '';
CREATE INDEX answers_of_model ON answers (model_hash);
"""

_THIRD = """
ALTER TABLE sessions ADD COLUMN source TEXT NOT NULL DEFAULT '';
"""

STEPS = (_FIRST, _SECOND, _THIRD)
"""What leads from each version to the next: the first from an empty file to version 1."""


COLUMNS = {
    "players": "id, name, created",
    "sessions": "id, player, plan, mode, seed, started, finished, source",
    "answers": "session, question, truth, said, correct, confidence, response_ms, model_hash, model_name, real_name, "
    "real_hash, made_seed, made_psi, answered, exposure_ms, made_label, critic",
}
"""The columns that each table has in the present version."""


def version_of(database: sqlite3.Connection) -> int | None:
    """The version of the tables in an open file: 0 where it is empty, None where they are not the quiz's.

    All is read at one moment: another process may just be making the tables.
    """
    if not database.in_transaction:
        database.execute("BEGIN")
        try:
            return version_of(database)
        finally:
            database.execute("ROLLBACK")  # nothing was written
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if database.execute("PRAGMA application_id").fetchone()[0] == APPLICATION:
        return version
    tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return 0 if tables == version == 0 else None


def migrate(database: sqlite3.Connection) -> None:
    """Bring an open file to the present version, whole or not at all, whoever else tries the same."""
    database.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(database) or 0
        for step in STEPS[version:]:
            for statement in filter(str.strip, step.split(";")):
                database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise

"""What was acknowledged is kept: through crashes, damage, newer files and other processes."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from explorer.core.problem import Problem
from explorer.core.quiz import database
from explorer.core.quiz.answer_table import COLUMNS, by_difficulty, by_mode, by_model, by_session, csv_bytes
from explorer.core.quiz.answers import Answer
from explorer.core.quiz.plan_json import plan_to_json
from explorer.core.quiz.questions import Difficulty, QuizModel, QuizPlan
from explorer.core.quiz.schema import APPLICATION, STEPS, VERSION, migrate, version_of
from explorer.core.quiz.scoring import accuracy, grouped
from explorer.core.quiz.store import QuizStore

ROOT = Path(__file__).parents[2]
PLAN = QuizPlan("pair", 20, 1, (QuizModel("a" * 64, "faces"),), Difficulty(psi=0.7))
WHOLE = Answer(*(0, "left", "right", 812.5, 4, 250.0, "a" * 64, "faces", "london/1.jpg", "b" * 64, 77, 0.7, 3, "left"))


def aside(folder: Path, word: str) -> list[Path]:
    return sorted(folder.glob(f"quiz.{word}-????????.sqlite"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "quiz.sqlite"


def test_answers_come_back_as_they_were_given(path: Path) -> None:
    store = QuizStore(path)
    assert store.notice is None
    player = store.player("  Ada   Lovelace ")
    session = store.begin(player, PLAN)
    store.record(session, WHOLE)
    store.record(session, Answer(1, "right", "right", 300.0))
    store.finish(session)
    store.close()
    again = QuizStore(path)
    assert again.player("Ada Lovelace") == player
    (kept,) = again.sessions()
    assert (kept.plan, kept.player_name, kept.finished is not None) == (PLAN, "Ada Lovelace", True)
    assert [row.answer for row in again.rows()] == [WHOLE, Answer(1, "right", "right", 300.0)]
    (told,) = again.players()
    assert (told.name, told.sessions, told.answers) == ("Ada Lovelace", 1, 2)
    again.close()


def test_results_are_asked_by_player_mode_model_difficulty_and_time(path: Path) -> None:
    store = QuizStore(path)
    single = QuizPlan("single", 4, 2, (QuizModel("c" * 64, "other"),), Difficulty(blur=2.0, exposure_ms=500.0))
    first = store.begin(store.player("a"), PLAN)
    second = store.begin(store.player("b"), single)
    store.record(first, WHOLE)
    store.record(second, Answer(0, "made", "made", 1.0, model_hash="c" * 64, model_name="other"))
    rows = store.rows()
    assert len(rows) == 2
    assert [row.session.id for row in store.rows(player=store.player("b"))] == [second]
    assert [row.session.id for row in store.rows(session=first)] == [first]
    assert [row.session.id for row in store.rows(mode="single")] == [second]
    assert [row.session.id for row in store.rows(model="a" * 64)] == [first]
    assert store.rows(mode="single", model="a" * 64) == ()
    assert list(grouped(rows, by_mode)) == ["pair", "single"]
    assert list(grouped(rows, by_model)) == ["faces (aaaaaaaa)", "other (cccccccc)"]
    assert list(grouped(rows, by_difficulty)) == [
        "ψ 0.7, model’s size",
        "ψ 1, model’s size, blur 2 px, 500 ms",
    ]
    assert list(grouped(rows, by_session)) == [str(first), str(second)]
    assert accuracy(row.answer for row in rows).hits == 1
    store.close()


def test_an_answer_counts_once_and_only_for_a_session_that_is_there(path: Path) -> None:
    store = QuizStore(path)
    session = store.begin(store.player("a"), PLAN)
    store.record(session, WHOLE)
    with pytest.raises(Problem, match="answered already"):
        store.record(session, WHOLE)
    with pytest.raises(Problem, match="deleted meanwhile"):
        store.record(session + 1, WHOLE)
    assert len(store.rows()) == 1
    for name in ("", "   ", "x" * 61, "a\x00b"):
        with pytest.raises(Problem, match="cannot be called"):
            store.player(name)
    store.close()


WRITER = """
import sys
from pathlib import Path
from explorer.core.quiz.answers import Answer
from explorer.core.quiz.questions import QuizModel, QuizPlan
from explorer.core.quiz.store import QuizStore
store = QuizStore(Path(sys.argv[1]))
session = store.begin(store.player(sys.argv[2]), QuizPlan("pair", 9999, 1, (QuizModel("h", "m"),)))
print("begun", session, flush=True)
for index in range(int(sys.argv[3])):
    store.record(session, Answer(index, "left", "left", float(index)))
    print(index, flush=True)
store.close()
"""


def writer(path: Path, player: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), player, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of POSIX")
@pytest.mark.parametrize("after", [1, 7, 40])
def test_nothing_that_was_acknowledged_is_lost_when_the_process_is_killed(path: Path, after: int) -> None:
    with writer(path, "ada", 9999) as child:
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(after + 1)]
        os.kill(child.pid, signal.SIGKILL)
        told += child.stdout.readlines()
    acknowledged = [int(line) for line in told[1:] if line.endswith("\n")]
    store = QuizStore(path)
    assert store.notice is None
    kept = [row.answer.index for row in store.rows()]
    assert kept[: len(acknowledged)] == acknowledged
    assert len(acknowledged) >= after
    assert len(kept) <= len(acknowledged) + 1
    assert store.sessions()[0].finished is None
    store.close()


def test_several_processes_write_at_once(path: Path) -> None:
    children = [writer(path, f"player {number}", 60) for number in range(3)]
    for child in children:
        child.communicate()
        assert child.returncode == 0
    store = QuizStore(path)
    assert [(player.name, player.answers) for player in store.players()] == [
        (f"player {number}", 60) for number in range(3)
    ]
    store.close()


def test_tables_that_are_being_made_are_not_taken_for_those_of_others(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mine, other = (sqlite3.connect(path, timeout=0.1, isolation_level=None) for _ in range(2))
    mine.execute("PRAGMA journal_mode = WAL")

    class Watched:
        """Has the other process make its tables between two things that are asked."""

        in_transaction = property(lambda _self: mine.in_transaction)
        asked = 0

        def execute(self, words: str) -> sqlite3.Cursor:
            found = mine.execute(words)
            self.asked += words == "PRAGMA application_id"
            if words == "PRAGMA application_id" and self.asked == 1:
                migrate(other)
            return found

    assert version_of(Watched()) == 0  # type: ignore[arg-type]
    assert version_of(mine) == VERSION
    mine.close()
    other.close()


def filled(path: Path, count: int = 300) -> None:
    store = QuizStore(path)
    session = store.begin(store.player("Grace Hopper"), PLAN)
    for index in range(count):
        store.record(session, Answer(index, "left", "left", 1.0, real_name=f"hopper-{index}.png"))
    store.close()


def test_a_damaged_file_is_set_aside_and_told(path: Path) -> None:
    filled(path)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    store = QuizStore(path)
    assert store.notice is not None
    assert "damaged" in store.notice.what
    assert store.players() == ()
    (kept,) = aside(path.parent, "damaged")
    assert kept.read_bytes() == data
    assert kept.name in store.notice.hint
    store.player("new")
    store.close()
    assert names_in(path) == ("new",)


def names_in(path: Path) -> tuple[str, ...]:
    store = QuizStore(path)
    assert store.notice is None
    names = tuple(player.name for player in store.players())
    store.close()
    return names


@pytest.mark.parametrize("data", [b"not a database at all, but long enough to look at" * 20, b"\x00" * 4096])
def test_what_is_no_database_is_set_aside(path: Path, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)
    store = QuizStore(path)
    assert store.notice is not None
    (kept,) = aside(path.parent, "damaged")
    assert kept.read_bytes() == data
    store.close()


def test_a_newer_file_and_one_of_another_program_are_set_aside_untouched(path: Path) -> None:
    filled(path, 2)
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    store = QuizStore(path)
    assert store.notice is not None
    assert "newer version" in store.notice.what
    (kept,) = aside(path.parent, "newer")
    with sqlite3.connect(kept) as database:
        assert database.execute("SELECT count(*) FROM answers").fetchone() == (2,)
        assert database.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)
    database.close()
    store.close()
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE recipes (name)")
    database.close()
    store = QuizStore(path)
    assert store.notice is not None
    assert "another program" in store.notice.what
    assert len(aside(path.parent, "foreign")) == 1
    store.close()


def first_version(path: Path) -> None:
    """A file as version 1 left it, made by hand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path)
    database.executescript(STEPS[0])
    database.execute("INSERT INTO players VALUES (1, 'old hand', 1.0)")
    database.execute("INSERT INTO sessions VALUES (5, 1, ?, 'pair', 1, 2.0, NULL)", (plan_to_json(PLAN),))
    database.execute(
        "INSERT INTO answers VALUES (5, 0, 'left', 'right', 0, 3, 700.0, 'h', 'm', 'r.png', 'rh', 9, 0.5, 3.0)"
    )
    database.execute(f"PRAGMA application_id = {APPLICATION}")
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()


def test_a_file_of_version_1_becomes_one_of_version_2(path: Path) -> None:
    first_version(path)
    store = QuizStore(path)
    assert store.notice is None
    (row,) = store.rows()
    expected = Answer(0, "left", "right", 700.0, 3, None, "h", "m", "r.png", "rh", 9, 0.5, None, "")
    assert row.answer == expected
    store.record(5, Answer(1, "left", "left", 1.0, exposure_ms=16.7, critic="right"))
    assert store.rows()[1].answer.critic == "right"
    store.close()
    fresh = path.with_name("fresh.sqlite")
    QuizStore(fresh).close()
    assert columns(path) == columns(fresh)


def columns(path: Path) -> list[tuple[object, ...]]:
    database = sqlite3.connect(path)
    found = [
        row for table in ("players", "sessions", "answers") for row in database.execute(f"PRAGMA table_info({table})")
    ]
    database.close()
    return found


def test_a_migration_that_fails_leaves_the_old_file_as_it_was(path: Path) -> None:
    first_version(path)
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE answers_of_model (x)")  # in the way of the second step's last statement
    database.commit()
    database.close()
    QuizStore(path).close()
    (kept,) = aside(path.parent, "damaged")
    database = sqlite3.connect(kept)
    assert database.execute("PRAGMA user_version").fetchone() == (1,)
    assert "critic" not in [row[1] for row in database.execute("PRAGMA table_info(answers)")]
    database.close()


def test_a_deleted_player_is_gone_from_the_bytes_of_the_file(path: Path) -> None:
    filled(path)
    store = QuizStore(path)
    other = store.begin(store.player("Alan Turing"), PLAN)
    store.record(other, Answer(0, "left", "left", 1.0))
    window = QuizStore(path)  # another one has the file open
    assert len(window.rows()) == 301
    store.delete_player(store.player("Grace Hopper"))
    files = [file for file in path.parent.iterdir() if file.name.startswith("quiz.sqlite")]
    assert all(word not in file.read_bytes() for file in files for word in (b"Hopper", b"hopper-"))
    assert [player.name for player in window.players()] == ["Alan Turing"]
    assert len(store.rows()) == 1
    window.close()
    store.close()


def test_a_path_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem):
        QuizStore(tmp_path / "file" / "quiz.sqlite")
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(Problem):
        QuizStore(tmp_path / "folder.sqlite")


def test_the_table_has_a_row_for_each_answer_and_no_formulas(path: Path) -> None:
    store = QuizStore(path)
    for name in ('=HYPERLINK("http://x")', "+1", "-2", "@SUM(A1)", "plain, with comma"):
        store.record(store.begin(store.player(name), PLAN), WHOLE)
    rows = list(csv.DictReader(io.StringIO(csv_bytes(store.rows()).decode(), newline="")))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["player"] for row in rows] == [
        *('\'=HYPERLINK("http://x")', "'+1", "'-2", "'@SUM(A1)", "plain, with comma")
    ]
    first = rows[0]
    assert (first["truth"], first["answer"], first["correct"], first["critic_correct"]) == (
        "left",
        "right",
        "0",
        "1",
    )
    assert (first["made_seed"], first["made_psi"], first["made_class"], first["exposure_ms"]) == (
        "77",
        "0.7",
        "3",
        "250.0",
    )
    store.close()


def _used(path: Path) -> None:
    """All that a window does with results."""
    store = QuizStore(path)
    try:
        store.players()
        rows = store.rows()
        csv_bytes(rows)
        for key in (by_difficulty, by_mode, by_model, by_session):
            grouped(rows, key)
        with contextlib.suppress(Problem):  # an index can be damaged where nobody looked
            store.record(store.begin(store.player("Ada"), PLAN), WHOLE)
    finally:
        store.close()


@pytest.mark.parametrize("seed", range(4))
def test_a_file_with_any_damage_opens_or_is_set_aside(path: Path, seed: int) -> None:
    filled(path, 12)
    whole, draw = path.read_bytes(), np.random.RandomState(seed)
    for _ in range(50):
        data = bytearray(whole)
        for _ in range(draw.choice([1, 3, 30])):
            data[draw.randint(draw.choice([100, 512, len(data)]))] = draw.randint(256)
        for old in path.parent.iterdir():
            old.unlink()
        path.write_bytes(data[: draw.choice([len(data), draw.randint(1, len(data))])])
        _used(path)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE answers SET truth = 'nowhere' WHERE question = 0",
        "UPDATE answers SET response_ms = 'soon' WHERE question = 0",
        "UPDATE answers SET answered = 1e300 WHERE question = 0",
        "UPDATE answers SET confidence = x'ff00' WHERE question = 0",
        "UPDATE answers SET made_psi = 9e999 WHERE question = 0",
    ],
)
def test_one_damaged_answer_leaves_the_others(path: Path, harm: str) -> None:
    filled(path)
    _changed(path, harm)
    store = QuizStore(path)
    rows = store.rows()
    csv_bytes(rows)
    assert rows
    assert 0 not in [row.answer.index for row in rows]
    store.close()


def test_answers_to_a_plan_that_cannot_be_read_are_exported(path: Path) -> None:
    filled(path)
    _changed(path, "UPDATE sessions SET plan = '" + "[" * 100_000 + "'")
    store = QuizStore(path)
    rows = store.rows(mode="pair")
    first = next(csv.DictReader(io.StringIO(csv_bytes(rows).decode())))
    assert (first["mode"], first["session_seed"], first["size_px"]) == ("pair", "1", "")
    assert set(grouped(rows, by_difficulty)) == {"not known"}
    store.close()


@pytest.mark.parametrize(
    "harm",
    [
        "CREATE TRIGGER t AFTER INSERT ON answers BEGIN DELETE FROM answers; END",
        "CREATE VIEW v AS SELECT 1",
        (
            "DROP TABLE answers; CREATE VIEW answers AS "
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS question FROM n"
        ),
        "ALTER TABLE answers DROP COLUMN critic",
    ],
)
def test_tables_that_are_not_ours_are_set_aside(path: Path, harm: str) -> None:
    filled(path)
    _changed(path, harm)
    store = QuizStore(path)
    assert store.notice is not None
    assert aside(path.parent, "damaged")
    store.close()


def test_a_question_without_end_is_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LONGEST_S", 0.2)
    store = QuizStore(path)
    with pytest.raises(Problem, match="interrupted"):
        store._asked("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
    store.close()


def _changed(path: Path, harm: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.executescript(harm)

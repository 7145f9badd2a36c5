"""Answers of a class are added to the results from many tables, none of them twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.core.problem import Problem
from explorer.core.quiz.answer_table import COLUMNS, csv_bytes
from explorer.core.quiz.answers import Answer
from explorer.core.quiz.collecting import collect, sessions_in
from explorer.core.quiz.questions import Difficulty, QuizModel, QuizPlan
from explorer.core.quiz.store import QuizStore
from explorer.session.quiz.result_tables import summary

MODEL = QuizModel("a" * 64, "faces")
_OF_PAGE = [name for name in COLUMNS if name not in ("critic", "critic_correct", "exposure_ms")]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[QuizStore]:
    opened = QuizStore(tmp_path / "quiz.sqlite")
    yield opened
    opened.close()


def of_page(path: Path, player: str, right: int, minute: int = 0, count: int = 8, separator: str = ",") -> Path:
    """What the page downloads: ``right`` of ``count`` right, the first ones."""
    lines = [_OF_PAGE]
    for at in range(count):
        truth = "left" if at % 2 else "right"
        said = truth if at < right else {"left": "right", "right": "left"}[truth]
        told = {
            **{"player": player, "session": "1", "mode": "pair", "session_seed": "5", "question": str(at)},
            **{"answered_utc": f"2026-03-04T10:{minute:02d}:{at:02d}.123Z", "truth": truth, "answer": said},
            **{"correct": str(int(truth == said)), "response_ms": f"{700 + at}.5", "model": "faces"},
            **{"model_hash": MODEL.hash, "real_name": f"{at}.png", "real_hash": f"{at:064x}", "made_seed": str(at)},
            **{"made_psi": "0.7", "size_px": "64", "blur_px": "0"},
        }
        lines.append([told.get(name, "") for name in _OF_PAGE])
    path.write_text("".join(separator.join(line) + "\r\n" for line in lines), encoding="utf-8")
    return path


def test_a_class_is_collected_file_by_file_and_nothing_twice(store: QuizStore, tmp_path: Path) -> None:
    files = [of_page(tmp_path / f"{name}.csv", name, right, at) for at, (name, right) in enumerate(CLASS)]
    found = collect(store, files)
    assert (found.sessions, found.answers, found.doubles, found.problems) == (3, 24, 0, ())
    again = collect(store, [*files, of_page(tmp_path / "copy (1).csv", "Ada again", 8, 0)])
    assert (again.sessions, again.answers, again.doubles) == (0, 0, 32)
    assert "had been collected before" in again.sentence()
    assert [player.name for player in store.players()] == ["Ada", "Bob", "Cy"]
    row = store.rows()[0]
    assert row.session.plan is not None
    assert row.session.plan.difficulty == Difficulty(0.7, 64, 0.0, 0.0)
    assert row.answered == pytest.approx(1772618400.123)
    assert row.answer.response_ms == 700.5


CLASS = (("Ada", 8), ("Bob", 6), ("Cy", 4))


def test_the_results_of_a_class_tell_each_question(store: QuizStore, tmp_path: Path) -> None:
    collect(store, [of_page(tmp_path / f"{name}.csv", name, right, at) for at, (name, right) in enumerate(CLASS)])
    told = summary(store.rows(), store.rows())
    assert dict(told.facts)["Right"].startswith("75 %")
    title, bars = told.parts[-1]
    assert title == "By question"
    assert [bar.share.hits for bar in bars] == [3, 3, 3, 3, 2, 2, 1, 1]
    assert told.fooling[0].seed in (6, 7)
    alone = store.rows(player=store.players()[0].id)
    assert summary(alone, alone).parts[-1][1] == ()


def test_what_the_program_itself_wrote_is_known_again(store: QuizStore, tmp_path: Path) -> None:
    """The table cuts what is finer than a millisecond off."""
    plan = QuizPlan("single", 4, 9, (MODEL,))
    session = store.begin(store.player("=Eve"), plan)
    for question in plan.questions:
        store.record(session, Answer(question.index, question.truth, "real", 512.3456, 3, model_hash=MODEL.hash))
    (tmp_path / "own.csv").write_bytes(csv_bytes(store.rows()))
    assert collect(store, [tmp_path / "own.csv"]).doubles == 4
    assert sessions_in(tmp_path / "own.csv")[0].player == "=Eve"

    other = QuizStore(tmp_path / "other.sqlite")
    assert collect(other, [tmp_path / "own.csv"]).answers == 4
    assert [row.answer.confidence for row in other.rows()] == [3] * 4
    other.close()


def test_a_table_that_a_spreadsheet_kept_with_semicolons_is_read(store: QuizStore, tmp_path: Path) -> None:
    assert collect(store, [of_page(tmp_path / "a.csv", "Ada", 5, separator=";")]).answers == 8


def test_players_without_a_name_are_told_apart(store: QuizStore, tmp_path: Path) -> None:
    collect(store, [of_page(tmp_path / f"{at}.csv", "", 4, at) for at in range(2)])
    assert [player.name for player in store.players()] == ["Somebody 1", "Somebody 2"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("truth", "lies", 1),
        lambda text: text.replace("700.5", "soon"),
        lambda text: text.replace(",left,", ",up,"),
        lambda text: text.replace("pair,5", "pair,-5"),
        lambda text: text.replace("2026-03-04", "yesterday"),
        lambda text: text.replace("2026-03-04", "0001-03-04"),
        lambda text: text.replace(",3,0.7,", f",{2**63},0.7,"),
        lambda text: text.replace(",3,0.7,", ",-3,0.7,"),
        lambda text: text.replace(",0.7,,", f",0.7,{2**63},"),
        lambda text: text.replace(",0.7,", ",inf,"),
        lambda text: text + text.splitlines()[-1] + "\r\n",
        lambda _text: "",
        lambda _text: "\x00\x01",
    ],
)
def test_a_table_that_cannot_be_is_named_and_the_others_are_collected(
    store: QuizStore, tmp_path: Path, damage: object
) -> None:
    bad, good = of_page(tmp_path / "bad.csv", "Mallory", 4), of_page(tmp_path / "good.csv", "Ada", 4, 30)
    bad.write_text(damage(bad.read_bytes().decode()), encoding="utf-8", newline="")  # type: ignore[operator]
    found = collect(store, [bad, good, tmp_path / "gone.csv"])
    assert found.answers == 8
    assert len(found.problems) == 2
    assert "bad.csv is not a table of answers" in found.problems[0].what
    assert not found.problems[0].what.endswith("..")
    with pytest.raises(Problem):
        sessions_in(bad)

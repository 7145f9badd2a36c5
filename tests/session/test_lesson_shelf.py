"""The shelf of lessons: the program's own, those of added folders, broken ones told, progress remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.problem import Problem
from explorer.session.lessons.lesson_shelf import LessonShelf
from explorer.session.settings import Settings

_LESSON = "# {}\nWords.\n## One\n## Two\n"


@pytest.fixture
def shelf(tmp_path: Path) -> LessonShelf:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "2.md").write_text(_LESSON.format("Second"))
    (shipped / "1.md").write_text(_LESSON.format("First"))
    return LessonShelf(shipped, Settings(tmp_path / "settings.ini"))


def _titles(shelf: LessonShelf) -> list[str]:
    return [each.plan.title if each.plan else str(each.problem) for each in shelf.lessons(())]


def test_the_programs_own_come_first_in_the_order_of_their_names(shelf: LessonShelf, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "0.md").write_text(_LESSON.format("Mine"))
    shelf.add(own)
    assert _titles(shelf) == ["First", "Second", "Mine"]
    shelf.remove(own)
    assert _titles(shelf) == ["First", "Second"]


def test_a_broken_lesson_is_told_and_the_others_are_there(shelf: LessonShelf, tmp_path: Path) -> None:
    (tmp_path / "shipped" / "1.md").write_text("Nothing\n")
    assert _titles(shelf) == ["In the lesson 1.md, line 1: there is no title.", "Second"]


def test_a_folder_without_lessons_is_refused(shelf: LessonShelf, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="has no lessons"):
        shelf.add(tmp_path / "settings.ini")
    assert shelf.folders == ()


def test_a_folder_that_went_away_is_passed_over(shelf: LessonShelf, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "0.md").write_text(_LESSON.format("Mine"))
    shelf.add(own)
    (own / "0.md").unlink()
    own.rmdir()
    assert _titles(shelf) == ["First", "Second"]


def test_the_farthest_page_is_remembered(shelf: LessonShelf) -> None:
    plan = shelf.lessons(())[0].plan
    assert plan is not None
    assert shelf.pages_seen(plan) == 0
    shelf.remember_page(plan, 1)
    shelf.remember_page(plan, 0)
    assert shelf.pages_seen(plan) == 2

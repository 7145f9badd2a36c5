"""Lessons in the window: each of the program's own is walked through, its actions performed, its questions answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from explorer.app import build
from explorer.core.lessons.lesson_markdown import read_lesson
from explorer.core.lessons.lesson_plan import LessonAction, LessonPlan
from explorer.paths import models_folder, resources_folder
from explorer.session.notices import Notice
from explorer.ui.lessons.lesson_actions import KNOWN, OF_VIEWS
from explorer.ui.lessons.lesson_side import LessonSide
from explorer.ui.window.clipboard import leave
from explorer.ui.window.main_window import MainWindow
from tests.ui.conftest import without_style

LESSONS = sorted((resources_folder() / "lessons").glob("*.md"))


@pytest.fixture
def bundled(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """The window with the models that come with the program, none of them open."""
    without_style()
    window = build(tmp_path / "settings.ini", models_folder=models_folder())
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    window.deleteLater()
    leave()


def _opened(window: MainWindow) -> LessonSide:
    window.commands["lessons"].trigger()
    assert window.lessons.side is not None
    return window.lessons.side


def _problems(window: MainWindow) -> list[Notice]:
    QCoreApplication.sendPostedEvents(window.studio.notices)
    return [notice for _, notice in window.studio.notices.log if notice.kind in ("problem", "bug")]


def test_there_are_sixteen_of_five_to_eight_steps_and_three_questions() -> None:
    assert len(LESSONS) == 16
    for file in LESSONS:
        plan = read_lesson(file, KNOWN)
        closing = [page for page in plan.pages if page.title.startswith("Question")]
        assert plan.pages[-3:] == tuple(closing), file.name
        assert 5 <= len(plan.pages) - 3 <= 8, file.name
        assert all(page.why for page in plan.pages if page.answers), file.name
        assert any(page.answers for page in plan.pages[:-3]), file.name


@pytest.mark.parametrize("file", LESSONS, ids=[file.stem for file in LESSONS])
def test_a_lesson_sets_the_program_up_on_each_page(file: Path, bundled: MainWindow, qtbot: QtBot) -> None:
    side = _opened(bundled)
    side.begin(read_lesson(file, KNOWN))
    assert side.plan is not None
    for place, page in enumerate(side.plan.pages):
        if place:
            side.show_page(place)
        _let_perform(bundled, page.first, qtbot)
        if page.answers:
            _answer(side, page.right)
            _let_perform(bundled, page.afterwards, qtbot)
            assert side.question.verdict.text() == "That is right."
    assert _problems(bundled) == []


def _let_perform(window: MainWindow, actions: tuple[LessonAction, ...], qtbot: QtBot) -> None:
    """Wait until the program is as the actions want it; the last of each kind counts."""
    movers = [action for action in actions if action.name == "show" or action.name in OF_VIEWS]
    others = {action.name: action for action in actions if action not in movers}
    for action in (*movers[-1:], *others.values()):
        wanted = _outcome(window, action)
        if wanted is not None:
            qtbot.waitUntil(wanted, timeout=30_000)


def _outcome(window: MainWindow, action: LessonAction) -> Callable[[], bool] | None:
    studio, words = window.studio, action.argument
    panel = lambda: f"{window.panel.title}:{window.panel.view_title}".lower().rstrip(":")  # noqa: E731
    outcomes: dict[str, Callable[[], bool]] = {
        "show": lambda: panel().startswith(words),
        "open": lambda: studio.models.current is not None and studio.models.current.path == models_folder() / words,
        "seed": lambda: studio.document.scene.seed == int(words),
        "psi": lambda: studio.document.scene.truncation == float(words),
        "direction": lambda: (
            dict(studio.document.scene.directions).get(words.rpartition(" ")[0], 0.0) == float(words.rpartition(" ")[2])
        ),
        "class": lambda: studio.document.scene.label == int(words),
    }
    if action.name in OF_VIEWS:
        return lambda: panel() == OF_VIEWS[action.name]
    return outcomes.get(action.name)


def _answer(side: LessonSide, right: frozenset[int]) -> None:
    for place in right:
        side.question.answers[place].box.setChecked(True)
    side.question.check.click()


def _plan(tmp_path: Path, text: str) -> LessonPlan:
    file = tmp_path / "mine.md"
    file.write_text(text, "utf-8")
    return read_lesson(file, KNOWN)


def test_every_action_of_a_view_is_one_that_it_has(window: MainWindow) -> None:
    for name, place in OF_VIEWS.items():
        panel, view = place.split(":")
        at = next(each for each in window.panels if each.title.lower() == panel)
        found = at.every_view()[[title.lower() for title in at.views].index(view)]
        assert name in found.lesson_actions()


def test_the_command_opens_the_list_and_closes_it(opened: MainWindow, qtbot: QtBot) -> None:
    side = _opened(opened)
    titles = [button.text() for button in side.list.findChildren(QPushButton) if button.property("link")]
    assert len(titles) == len(LESSONS)
    assert side.isVisible()
    assert opened.commands["lessons"].isChecked()
    opened.commands["lessons"].trigger()
    assert not side.isVisible()
    assert not opened.commands["lessons"].isChecked()


def test_a_wrong_answer_is_told_and_what_is_right_is_shown(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    side = _opened(opened)
    side.begin(_plan(tmp_path, "# T\n## P\nAsk.\n- [x] Yes\n- [ ] No\n- [x] Both\n\n> Since.\n"))
    question = side.question
    assert not question.check.isEnabled()
    assert not question.why.isVisible()
    qtbot.mouseClick(question.answers[1].words, Qt.MouseButton.LeftButton)
    question.check.click()
    assert question.verdict.text() == "Not quite."
    assert [answer.mark.text() for answer in question.answers] == ["right", "wrong", "right"]
    assert question.why.toPlainText() == "Since."


def test_what_a_page_does_to_the_picture_is_undone_like_any_step(opened: MainWindow, tmp_path: Path) -> None:
    before = opened.studio.document.scene
    side = _opened(opened)
    side.begin(_plan(tmp_path, "# T\n## P\n```do\nseed 7\n```\n"))
    assert opened.studio.document.scene.seed == 7
    opened.studio.document.history.undo()
    assert opened.studio.document.scene is before


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("open nobody", "There is no model called nobody."),
        ("show attic", "There is no page called attic."),
        ("show traverse:attic", "Traverse has no view called attic."),
        ("seed few", "few is not a seed."),
        ("value 99 1", "There is no z99."),
        ("psi much", "much is not a number from 0 to 2."),
        ("direction smiling 1", "There is no direction called smiling."),
        ("class shoe", "There is no class called shoe."),
    ],
)
def test_what_cannot_be_done_is_a_notice_and_the_rest_waits_for_nobody(
    opened: MainWindow, tmp_path: Path, action: str, said: str
) -> None:
    here = opened.studio.document.scene.seed
    _opened(opened).begin(_plan(tmp_path, f"# T\n## P\n```do\n{action}\nseed 123\n```\n"))
    assert _problems(opened)[-1].what == f"Line 4 of this lesson: {said}"
    assert opened.studio.document.scene.seed == here


def test_words_of_files_load_nothing(opened: MainWindow, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    QImage(40, 400, QImage.Format.Format_RGB32).save(str(picture))
    side = _opened(opened)
    side.begin(_plan(tmp_path, f"# T\n## P\n![x](file://{picture}) <b>bold</b>\n"))
    assert side.text.height() < 100
    assert "<b>" in side.text.toPlainText()


def test_a_lesson_goes_on_where_one_left(opened: MainWindow, tmp_path: Path) -> None:
    side = _opened(opened)
    plan = _plan(tmp_path, "# T\n## A\n## B\n## C\n")
    side.begin(plan)
    side.next.click()
    side.show_list()
    side.begin(plan)
    assert side.place == 1
    side.next.click()
    assert side.next.text() == "Done"
    side.next.click()
    side.begin(plan)
    assert side.place == 0


def test_a_folder_of_lessons_is_added(opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    side = _opened(opened)
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "a.md").write_text("# Mine\n## P\n")
    (folder / "b.md").write_text("# Broken\n## P\n```do\nfly\n```\n")
    monkeypatch.setattr("explorer.ui.lessons.lesson_side.ask_folder", lambda *_: folder)
    side.list.folder_wanted.emit()
    assert [each.plan.title if each.plan else "" for each in side.shelf.lessons(KNOWN)[-2:]] == ["Mine", ""]
    next(button for button in side.list.findChildren(QPushButton) if button.text() == "Remove mine").click()
    assert len(side.shelf.lessons(KNOWN)) == len(LESSONS)


def test_a_seed_shows_the_sample_with_nothing_of_what_was_done_before(opened: MainWindow, tmp_path: Path) -> None:
    studio = opened.studio
    studio.edits.set_truncation(0.25)
    studio.edits.set_value(1, 2.5)
    _opened(opened).begin(_plan(tmp_path, "# T\n## P\n```do\nseed 7\n```\n"))
    wanted = studio.edits.first_scene(studio.document.scene.model, studio.document.scene.model_name, 7)
    assert studio.document.scene.truncation == wanted.truncation
    assert (studio.document.scene.z == wanted.z).all()


def test_in_a_narrow_window_a_lesson_has_room_and_leaves_the_sliders(opened: MainWindow, qtbot: QtBot) -> None:
    opened.resize(960, 600)
    side = _opened(opened)
    controls, latent = opened.explore.controls, opened.explore.latent
    assert not controls.isVisible()
    assert latent.isVisible()
    qtbot.waitUntil(lambda: opened.workbench.minimumSizeHint().width() + side.width() <= 960, timeout=5000)
    opened.commands["lessons"].trigger()
    assert controls.isVisible()
    opened.resize(1280, 720)
    opened.commands["lessons"].trigger()
    assert controls.isVisible()
    assert side.width() <= 0.4 * opened.width()


def test_in_a_narrow_window_nothing_of_the_lab_and_of_the_list_is_cut_beside_a_lesson(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(960, 600)
    window.show_panel([panel.title for panel in window.panels].index("Train"))
    window.panel.show_view(1)
    bench = window.panel.view.bench
    side = _opened(window)
    page = window.panel._pages[1]
    qtbot.waitUntil(lambda: page.horizontalScrollBar().maximum() == 0, timeout=5000)
    qtbot.waitUntil(lambda: side.list.minimumSizeHint().width() <= side.width(), timeout=5000)
    assert bench.controls.isVisible()
    assert bench.side.isVisible()
    assert bench.side.mapTo(window, QPoint()).x() < bench.plane.mapTo(window, QPoint()).x()  # below the settings
    window.toasts.show_notice("info", "Saved.")
    assert window.toasts.geometry().right() < side.mapTo(window, QPoint()).x()
    window.commands["lessons"].trigger()
    assert bench.side.mapTo(window, QPoint()).x() > bench.plane.mapTo(window, QPoint()).x()
    assert window.width() - window.toasts.geometry().right() < 40


def test_panels_out_of_sight_make_room_for_a_lesson_too(opened: MainWindow, qtbot: QtBot) -> None:
    opened.show_panel([panel.title for panel in opened.panels].index("Train"))
    opened.panel.show_view(1)
    for size in ((1600, 900), (960, 600)):
        opened.resize(*size)
        qtbot.wait(50)
    side = _opened(opened)
    qtbot.waitUntil(lambda: opened.workbench.width() + side.width() <= 960, timeout=5000)


def test_titles_of_the_list_are_broken_into_lines_and_never_cut(opened: MainWindow, qtbot: QtBot) -> None:
    opened.resize(960, 600)
    side = _opened(opened)
    titles = [button for button in side.list.findChildren(QPushButton) if button.property("link")]
    assert [title.text().replace("\n", " ") for title in titles] == [title.accessibleName() for title in titles]
    assert any("\n" in title.text() for title in titles)
    qtbot.waitUntil(lambda: all(title.size().boundedTo(title.sizeHint()) == title.sizeHint() for title in titles))


def test_the_curves_of_the_lab_are_presented_with_the_plane(window: MainWindow) -> None:
    window.show_panel([panel.title for panel in window.panels].index("Train"))
    window.panel.show_view(1)
    bench = window.panel.view.bench
    window.commands["present"].trigger()
    assert bench.side.plot.isVisible()
    assert not bench.controls.isVisible()
    window.commands["present"].trigger()
    assert bench.controls.isVisible()

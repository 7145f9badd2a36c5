"""The Quiz panel, played by keyboard with tiny models."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from explorer.core.models.card import CARD_KEY
from explorer.core.models.inspection import inspect
from explorer.core.quiz.answers import Answer
from explorer.core.quiz.questions import QuizModel, QuizPlan
from explorer.core.quiz.store import QuizStore
from explorer.session.quiz.result_tables import summary
from explorer.ui.quiz.panel import QuizPanel
from explorer.ui.quiz.question_board import Caption, QuestionBoard
from explorer.ui.quiz.quiz_view import QuizView
from explorer.ui.quiz.results_view import ResultsView, _Page
from explorer.ui.window.main_window import MainWindow
from tests.core.test_quiz_collecting import of_page
from tests.models import tiny_critic, tiny_generator
from tests.pictures import labelled_folder
from tests.ui.conftest import BuildWindow, open_and_wait

Play = Callable[..., QuizView]


@pytest.fixture
def reals(tmp_path: Path) -> Path:
    return labelled_folder(tmp_path / "reals", 16)


@pytest.fixture
def view(opened: MainWindow) -> QuizView:
    """The view Play with ``faces`` open."""
    return _quiz(opened)


@pytest.fixture
def play(view: QuizView, reals: Path, qtbot: QtBot) -> Play:
    """Starts a quiz of four questions and waits for its first pictures."""

    def start(mode: str = "pair", count: int = 4, *, tells: bool = True, exposure_ms: float = 0.0) -> QuizView:
        view.set_up.source_chosen.emit(str(reals))
        view.set_up.mode.show_index(("pair", "single", "flash", "critic").index(mode))
        view.set_up.count.show_value(count)
        view.set_up.exposure.show_value(exposure_ms)
        view.set_up.tells.setChecked(tells)
        qtbot.mouseClick(view.set_up.start, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: view.play._seen_ms is not None, timeout=20_000)
        return view

    return start


def _quiz(window: MainWindow) -> QuizView:
    place = next(index for index, panel in enumerate(window.panels) if isinstance(panel, QuizPanel))
    window.show_panel(place)
    panel = window.panel
    assert isinstance(panel, QuizPanel)
    assert isinstance(panel.view, QuizView)
    return panel.view


def _results(window: MainWindow) -> ResultsView:
    panel = window.panel
    assert isinstance(panel, QuizPanel)
    panel.show_view(1)
    assert isinstance(panel.view, ResultsView)
    return panel.view


def _key(view: QuizView, key: Qt.Key, qtbot: QtBot) -> None:
    qtbot.keyClick(view.stage, key)


def _answer(view: QuizView, qtbot: QtBot, *, right: bool = True) -> None:
    qtbot.waitUntil(lambda: view.play._seen_ms is not None, timeout=10_000)
    question = view.game.question
    assert question is not None
    is_left = question.truth in ("left", "real")
    _key(view, Qt.Key.Key_Left if is_left is right else Qt.Key.Key_Right, qtbot)


def _rows(window: MainWindow) -> int:
    store = QuizStore(window.studio.quiz_results.path)
    try:
        return len(store.rows())
    finally:
        store.close()


def test_a_whole_quiz_goes_by_keyboard(play: Play, qtbot: QtBot, opened: MainWindow) -> None:
    view = play()
    for number in range(4):
        _answer(view, qtbot, right=number != 2)
        assert view.stage.title.text() == ("✗ Wrong" if number == 2 else "✓ Right")
        _key(view, Qt.Key.Key_Space, qtbot)
    assert view.page is view.end
    assert view.end.title.text() == "3 of 4 right"
    qtbot.waitUntil(lambda: _rows(opened) == 4)


def test_single_pictures_ask_how_sure_one_is(play: Play, qtbot: QtBot, opened: MainWindow) -> None:
    view = play("single", 2)
    for key in (Qt.Key.Key_5, Qt.Key.Key_1):
        _answer(view, qtbot)
        _key(view, key, qtbot)
        _key(view, Qt.Key.Key_Space, qtbot)
    assert [answer.confidence for _, answer in view.game.answers] == [5, 1]


def test_without_feedback_the_next_question_comes_at_once(play: Play, qtbot: QtBot) -> None:
    view = play(tells=False)
    for _ in range(4):
        _answer(view, qtbot)
    assert view.page is view.end


def test_both_pictures_are_painted_in_one_frame(play: Play, qtbot: QtBot) -> None:
    view = play(tells=False)
    board = view.stage.board
    qtbot.waitUntil(lambda: not view.game.is_busy)
    states: list[str] = []
    board.painted.connect(states.append)
    _answer(view, qtbot)
    qtbot.waitUntil(lambda: len(states) == 1)
    assert states == ["pictures"]
    grabbed = board.grab().toImage()
    for place in board.places():
        line = [QPoint(int(place.x() + part * place.width() / 20), int(place.center().y())) for part in range(1, 20)]
        seen = {grabbed.pixelColor(point).name() for point in line}
        assert len(seen) > 4


def test_what_was_told_of_a_question_is_not_read_out_with_the_next(play: Play, qtbot: QtBot) -> None:
    view = play()
    assert view.stage.board.accessibleDescription() == ""
    _answer(view, qtbot)
    assert "Made by faces" in view.stage.board.accessibleDescription()
    _key(view, Qt.Key.Key_Space, qtbot)
    qtbot.waitUntil(lambda: view.play._seen_ms is not None, timeout=10_000)
    assert view.stage.board.accessibleDescription() == ""


def test_what_is_told_of_both_pictures_has_letters_of_one_height(qtbot: QtBot) -> None:
    board = QuestionBoard()
    qtbot.addWidget(board)
    board.resize(400, 300)
    picture = np.zeros((8, 8, 3), np.uint8)
    board.load([picture, picture], picture)
    board.show_captions([Caption("Real", True, False)] * 2)
    lone = board._letters_px(board.places())
    board.show_captions([Caption("Real", True, False), Caption("Made by faces · your choice", False, True)])
    assert board._letters_px(board.places()) < lone


def test_all_models_are_in_sight_where_there_is_room(view: QuizView, opened: MainWindow, qtbot: QtBot) -> None:
    opened.resize(1280, 720)
    tree = view.set_up.models
    view.set_up.show_models([(f"model {number}", Path(str(number))) for number in range(15)], None)
    last = tree.topLevelItem(14)
    qtbot.waitUntil(lambda: tree.viewport().rect().contains(tree.visualItemRect(last)))


def test_a_lesson_that_cannot_be_given_is_told_and_the_answer_stays(
    view: QuizView, tmp_path: Path, qtbot: QtBot
) -> None:
    few = labelled_folder(tmp_path / "few", 2)
    view.set_up.source_chosen.emit(str(few))
    view.set_up.mode.show_index(1)
    view.set_up.count.show_value(4)
    view.set_up.seed.show_value(_seed_that_begins_with_made(4))
    view.begin()
    qtbot.waitUntil(lambda: view.play._seen_ms is not None, timeout=20_000)
    _answer(view, qtbot)
    _key(view, Qt.Key.Key_3, qtbot)
    with qtbot.waitSignal(view.game.broke, timeout=10_000):
        _key(view, Qt.Key.Key_L, qtbot)
    assert view.play.phase == "told"
    assert view.stage.title.text() == "✓ Right"
    _key(view, Qt.Key.Key_Space, qtbot)
    qtbot.waitUntil(lambda: view.play._seen_ms is not None, timeout=10_000)


def _seed_that_begins_with_made(count: int) -> int:
    plans = (QuizPlan("single", count, seed, (QuizModel("h", "m"),)) for seed in range(100))
    return next(plan.seed for plan in plans if plan.questions[0].truth == "made")


def test_nobody_answers_what_has_not_been_painted(play: Play, qtbot: QtBot) -> None:
    view = play()
    view.play._seen_ms = None
    _key(view, Qt.Key.Key_Left, qtbot)
    assert view.game.answers == []


def test_the_response_time_runs_from_the_paint(play: Play, qtbot: QtBot) -> None:
    view = play()
    now = [1000.0]
    view.play.now_ms = lambda: now[0]
    view.stage.board.show_state("pictures")
    view.play._seen_ms = None
    view.stage.board.repaint()
    now[0] += 321.0
    _key(view, Qt.Key.Key_Left, qtbot)
    assert view.game.answers[0][1].response_ms == 321.0


def test_esc_pauses_and_never_quits(play: Play, qtbot: QtBot, opened: MainWindow) -> None:
    view = play()
    _key(view, Qt.Key.Key_Escape, qtbot)
    assert view.stage.is_paused
    assert not view.stage.board.isVisible()
    _key(view, Qt.Key.Key_Left, qtbot)
    assert view.game.answers == []
    _key(view, Qt.Key.Key_Space, qtbot)
    qtbot.waitUntil(lambda: view.play._seen_ms is not None)
    assert view.stage.board.isVisible()
    assert opened.isVisible()


def test_a_pause_takes_no_time_of_the_answer(play: Play, qtbot: QtBot) -> None:
    view = play()
    now = [view.play._seen_ms or 0.0]
    view.play.now_ms = lambda: now[0]
    now[0] += 200.0
    _key(view, Qt.Key.Key_Escape, qtbot)
    now[0] += 60_000.0
    _key(view, Qt.Key.Key_Space, qtbot)
    qtbot.waitUntil(lambda: view.play._seen_ms is not None)
    now[0] += 300.0
    _key(view, Qt.Key.Key_Left, qtbot)
    assert view.game.answers[0][1].response_ms == pytest.approx(500.0)


def test_stopping_in_a_pause_keeps_what_was_answered(play: Play, qtbot: QtBot, opened: MainWindow) -> None:
    view = play()
    _answer(view, qtbot)
    _key(view, Qt.Key.Key_Space, qtbot)
    _key(view, Qt.Key.Key_Escape, qtbot)
    stop = view.stage.findChild(QPushButton, "stop")
    assert stop is not None
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)
    assert view.page is view.end
    qtbot.waitUntil(lambda: _rows(opened) == 1)


def test_going_to_another_panel_pauses(play: Play, opened: MainWindow) -> None:
    view = play()
    opened.show_panel(0)
    assert view.stage.is_paused


def test_closing_the_window_in_the_middle_keeps_the_answers(
    play: Play, qtbot: QtBot, opened: MainWindow, build_window: BuildWindow
) -> None:
    view = play()
    _answer(view, qtbot)
    opened.close()
    again = build_window()
    assert len(again.studio.quiz_results.store.rows()) == 1


def test_the_quiz_makes_no_undo_steps(play: Play, qtbot: QtBot, opened: MainWindow) -> None:
    scene, steps = opened.studio.document.scene, opened.studio.document.history.count()
    view = play(tells=False)
    for _ in range(4):
        _answer(view, qtbot)
    assert opened.studio.document.scene is scene
    assert opened.studio.document.history.count() == steps


def test_space_and_letters_are_the_quizs_while_it_is_played(play: Play, qtbot: QtBot, opened: MainWindow) -> None:
    view = play()
    view.stage.setFocus()
    marks = opened.studio.bookmarks.of(opened.studio.models.hash)
    scene = opened.studio.document.scene
    for key in (Qt.Key.Key_Space, Qt.Key.Key_B, Qt.Key.Key_S):
        qtbot.keyClick(view.stage, key)
    assert opened.studio.document.scene is scene
    assert opened.studio.bookmarks.of(opened.studio.models.hash) == marks


def test_a_flash_is_followed_by_the_mask_and_its_measured_time_is_kept(
    play: Play, view: QuizView, qtbot: QtBot
) -> None:
    now, waiting = [0.0], []
    view.play.now_ms = lambda: now[0]
    view.play.later = lambda wait_ms, do: waiting.append((wait_ms, do))
    board = view.stage.board
    view.set_up.exposure.show_value(500)
    view.game.asked.connect(lambda _shown: qtbot.waitUntil(lambda: bool(waiting)))
    view.game.asked.connect(lambda _shown: waiting.pop(0)[1]())  # the cross has been looked at
    play("flash", 5, exposure_ms=500)
    qtbot.waitUntil(lambda: bool(waiting))
    assert board.state == "pictures"
    assert waiting[0][0] == pytest.approx(500.0, abs=1.5 * board.frame_ms)
    now[0] += 517.0
    waiting.pop(0)[1]()
    assert board.state == "mask"
    now[0] += 400.0
    _key(view, Qt.Key.Key_Left, qtbot)
    answer = view.game.answers[0][1]
    assert answer.exposure_ms == 517.0
    assert answer.response_ms == 917.0


def test_the_learn_page_shows_where_to_look_and_leads_back(play: Play, qtbot: QtBot) -> None:
    view = play()
    _answer(view, qtbot)
    _key(view, Qt.Key.Key_L, qtbot)
    qtbot.waitUntil(lambda: view.play.phase == "learn", timeout=10_000)
    assert view.stage.lesson.isVisible()
    assert "the real picture differ most" in view.stage.words.text()
    _key(view, Qt.Key.Key_L, qtbot)
    assert view.play.phase == "told"
    assert view.stage.board.isVisible()


def test_the_quiz_is_presented_through_to_its_results(play: Play, opened: MainWindow, qtbot: QtBot) -> None:
    view = play(count=1)
    qtbot.mouseClick(view.stage.full, Qt.MouseButton.LeftButton)
    assert opened.window_actions.look.presentation.is_on
    assert not view.stage.is_paused
    _answer(view, qtbot)
    _key(view, Qt.Key.Key_Space, qtbot)
    assert view.page is view.end
    assert not opened.top_bar.isVisible()
    assert QFontInfo(view.end.words.font()).pixelSize() >= 24
    view.end.buttons["results"].click()
    results = opened.panel.view_in_sight
    assert isinstance(results, ResultsView)
    assert results.sides[0].isHidden()
    qtbot.keyClick(opened, Qt.Key.Key_Escape)
    assert opened.top_bar.isVisible()
    assert not results.sides[0].isHidden()


def test_a_question_can_be_looked_at_again_at_the_end(play: Play, qtbot: QtBot) -> None:
    view = play(count=2, tells=False)
    for _ in range(2):
        _answer(view, qtbot)
    view.end.review.setFocus()
    qtbot.keyClick(view.end.review, Qt.Key.Key_Right)
    qtbot.keyClick(view.end.review, Qt.Key.Key_Return)
    assert view.page is view.stage
    assert view.stage.progress.text() == "2 of 2"
    _key(view, Qt.Key.Key_Space, qtbot)
    assert view.page is view.end
    assert len(view.game.answers) == 2


def test_the_next_quiz_has_another_seed_and_the_settings_stay(play: Play, qtbot: QtBot) -> None:
    view = play(count=1, tells=False)
    _answer(view, qtbot)
    assert view.set_up.seed.value == 2
    qtbot.mouseClick(view.end.buttons["change"], Qt.MouseButton.LeftButton)
    assert view.page is view.set_up
    assert view.set_up.count.value == 1


def test_the_source_is_asked_for_once_and_remembered(
    play: Play, reals: Path, opened: MainWindow, build_window: BuildWindow, tiny_models: Path, qtbot: QtBot
) -> None:
    play()
    opened.close()
    again = build_window()
    open_and_wait(again, tiny_models / "faces", qtbot)
    assert _quiz(again).set_up.source.source == str(reals)


def test_ticking_another_model_keeps_the_real_pictures_and_a_mismatch_is_named_before_the_start(
    view: QuizView, reals: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    drawn = tiny_generator(tmp_path / "drawn.onnx")
    model = onnx.load(drawn)
    card = replace(inspect(drawn).card, data="200 procedural portraits, seed 3", name="Drawn")
    onnx.helper.set_model_props(model, {CARD_KEY: card.to_json()})
    onnx.save(model, drawn)
    mine = view.set_up.chosen_models()[0]
    view.set_up.source_chosen.emit(str(reals))
    view.set_up.show_models([("mine", mine), ("drawn", drawn)], mine)
    rows = [view.set_up.models.topLevelItem(row) for row in range(2)]
    rows[1].setCheckState(0, Qt.CheckState.Checked)
    assert view.set_up.source.source == str(reals)
    qtbot.waitUntil(lambda: "Drawn draws painted portraits" in view.set_up.problem.text(), timeout=20_000)
    rows[1].setCheckState(0, Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: not view.set_up.problem.text(), timeout=20_000)

    rows[1].setCheckState(0, Qt.CheckState.Checked)
    rows[0].setCheckState(0, Qt.CheckState.Unchecked)  # none is left that these pictures were chosen for
    qtbot.waitUntil(lambda: view.set_up.source.source == "portraits", timeout=20_000)
    qtbot.waitUntil(lambda: not view.set_up.problem.text(), timeout=20_000)


def test_a_class_is_collected_and_its_results_are_seen_with_no_model_open(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    files = [of_page(tmp_path / f"{name}.csv", name, 5, at) for at, name in enumerate(("Ada", "Bob"))]
    view = _quiz(window)
    assert view.isVisible()
    view.begin()
    assert "No model takes part" in view.set_up.problem.text()
    view.results_wanted.emit()
    panel = window.panel
    assert isinstance(panel, QuizPanel)
    results = panel.view
    assert isinstance(results, ResultsView)
    results.collect_from(files)
    qtbot.waitUntil(lambda: "2 players" in results.page.heading.text(), timeout=20_000)
    assert results.page.isVisible()
    assert results.isEnabled()
    title, bars = results.page.parts[-1]
    assert title.text() == "By question"
    assert not bars.isHidden()


def test_start_without_real_pictures_asks_for_them_in_place(view: QuizView, qtbot: QtBot) -> None:
    qtbot.mouseClick(view.set_up.start, Qt.MouseButton.LeftButton)
    assert view.page is view.set_up
    assert "no real pictures" in view.set_up.problem.text()
    assert view.set_up.problem.isVisible()


@pytest.mark.parametrize(("mode", "count", "words"), [("pair", 50, "only 16"), ("critic", 4, "no critic")])
def test_what_cannot_be_played_is_told_in_place(
    view: QuizView, reals: Path, qtbot: QtBot, mode: str, count: int, words: str
) -> None:
    view.set_up.source_chosen.emit(str(reals))
    view.set_up.mode.show_index(("pair", "single", "flash", "critic").index(mode))
    view.set_up.count.show_value(count)
    with qtbot.waitSignal(view.game.failed, timeout=20_000):
        view.begin()
    assert view.page is view.set_up
    assert words in view.set_up.problem.text()


def test_a_folder_without_pictures_is_told_in_place(view: QuizView, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "nothing").mkdir()
    view.set_up.source_chosen.emit(str(tmp_path / "nothing"))
    with qtbot.waitSignal(view.game.failed, timeout=20_000):
        view.begin()
    assert view.page is view.set_up
    assert "picture" in view.set_up.problem.text()


def test_the_critic_is_told_after_the_answer(window: MainWindow, tmp_path: Path, reals: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "gan"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_critic(folder / "critic.onnx")
    open_and_wait(window, folder, qtbot)
    view = _quiz(window)
    view.set_up.source_chosen.emit(str(reals))
    view.set_up.mode.show_index(3)
    view.set_up.count.show_value(2)
    view.begin()
    qtbot.waitUntil(lambda: view.play._seen_ms is not None, timeout=20_000)
    assert "critic" not in view.stage.words.text()
    _answer(view, qtbot)
    assert "The critic chose" in view.stage.words.text()


def test_facts_stand_below_each_other_where_there_is_no_room_for_two(tmp_path: Path, qtbot: QtBot) -> None:
    with closing(QuizStore(tmp_path / "quiz.sqlite")) as store:
        for mode in ("pair", "single"):
            plan = QuizPlan(mode, 24, 9, (QuizModel("a" * 64, "faces"),))
            answers = [
                (Answer(each.index, each.truth, "left" if mode == "pair" else "real", 800.0), 1e9 + each.index)
                for each in plan.questions
            ]
            store.add("Eve", plan, answers)
        found = summary(store.rows(), store.rows())
    page = _Page()
    qtbot.addWidget(page)
    page.resize(620, 500)
    page.show()
    page.show_summary(found)
    qtbot.waitUntil(lambda: page.horizontalScrollBar().maximum() == 0, timeout=2000)
    assert page.facts.itemAtPosition(0, 2) is None
    page.resize(1100, 500)
    assert page.facts.itemAtPosition(0, 2) is not None


def test_results_show_what_was_played_and_one_player_can_be_deleted(
    play: Play, qtbot: QtBot, opened: MainWindow
) -> None:
    view = play(count=4, tells=False)
    for _ in range(4):
        _answer(view, qtbot)
    qtbot.waitUntil(lambda: _rows(opened) == 4)
    results = _results(opened)
    qtbot.waitUntil(lambda: results.page.isVisible(), timeout=10_000)
    assert results.page.heading.text() == "4 answers, 1 quiz, 1 player"
    results.player.setCurrentIndex(1)
    results.player.activated.emit(1)
    qtbot.waitUntil(lambda: not results.is_busy)
    results.delete.click()
    box = opened.findChild(QMessageBox)
    assert box is not None
    next(button for button in box.buttons() if button.text() == "Delete").click()
    qtbot.waitUntil(lambda: results.empty.isVisible(), timeout=10_000)
    assert opened.studio.quiz_results.store.players() == ()


def test_not_confirming_deletes_nothing(play: Play, qtbot: QtBot, opened: MainWindow) -> None:
    view = play(count=1, tells=False)
    _answer(view, qtbot)
    qtbot.waitUntil(lambda: _rows(opened) == 1)
    results = _results(opened)
    qtbot.waitUntil(lambda: results.player.count() == 2)
    results.player.setCurrentIndex(1)
    results.player.activated.emit(1)
    results.delete.click()
    box = opened.findChild(QMessageBox)
    assert box is not None
    box.reject()
    qtbot.waitUntil(lambda: not results.is_busy)
    assert _rows(opened) == 1


def test_answers_are_exported_as_a_table(play: Play, qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    view = play(count=2, tells=False)
    for _ in range(2):
        _answer(view, qtbot)
    qtbot.waitUntil(lambda: _rows(opened) == 2)
    results = _results(opened)
    with qtbot.waitSignal(results.writer.ended, timeout=10_000):
        results.export_to(tmp_path / "out.csv")
    assert len((tmp_path / "out.csv").read_text("utf-8").splitlines()) == 3


def test_without_results_the_page_says_what_to_do(view: QuizView, opened: MainWindow, qtbot: QtBot) -> None:
    results = _results(opened)
    qtbot.waitUntil(lambda: not results.is_busy)
    assert results.empty.isVisible()
    assert not results.export.isEnabled()


def test_everything_that_can_be_set_has_a_name(view: QuizView) -> None:
    boxes = (view.set_up.player, view.set_up.source, view.set_up.count, view.set_up.psi, view.set_up.side)
    assert all(box.accessibleName() and box.toolTip() for box in boxes)
    labels = [label for label in view.set_up.findChildren(QLabel) if label.buddy() is not None]
    assert len(labels) >= 10


def test_start_is_in_sight_in_the_smallest_window_and_the_history_leaves_its_room(
    view: QuizView, opened: MainWindow, qtbot: QtBot
) -> None:
    opened.resize(960, 600)
    QApplication.processEvents()
    assert view.set_up.start.visibleRegion().boundingRect().size() == view.set_up.start.size()
    assert not opened.strips.isVisible()
    opened.show_panel(0)
    assert opened.strips.isVisible()

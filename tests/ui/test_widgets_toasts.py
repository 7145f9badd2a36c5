"""Toasts and empty states: what is said, and how it goes away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.ui.theme import apply_theme
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.window.toasts import Toasts


@pytest.fixture
def toasts(qtbot: QtBot) -> Toasts:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    return Toasts(window)


def test_a_notice_lies_in_the_corner_and_stays_there(toasts: Toasts) -> None:
    assert not toasts.isVisible()
    toasts.show_notice("warning", "Running on the CPU.", "The CUDA provider did not load. " * 3)
    for size in ((800, 600), (1280, 720)):
        toasts.parentWidget().resize(*size)
        QApplication.processEvents()
        assert toasts.isVisible()
        assert toasts.parentWidget().rect().contains(toasts.geometry())
        assert size[0] - toasts.geometry().right() < 40


def test_notices_keep_off_buttons_where_they_can(toasts: Toasts) -> None:
    over = toasts.parentWidget()
    button = QPushButton("Start", over)
    button.move(650, 480)
    button.show()
    for text in ("Saved.", "Exported."):
        toasts.show_notice("info", text)
        assert not toasts.geometry().intersects(button.geometry())
    button.move(20, 20)
    toasts.show_notice("info", "Saved again.")
    assert over.width() - toasts.geometry().right() < 40
    assert over.height() - toasts.geometry().bottom() < 60


def test_notices_never_lie_over_what_stands_at_the_right(toasts: Toasts) -> None:
    over = toasts.parentWidget()
    lesson = QWidget(over)
    lesson.setGeometry(560, 0, 240, 600)
    lesson.show()
    toasts.show_notice("info", "Saved.")
    assert toasts.geometry().intersects(lesson.geometry())
    toasts.keep_left_of(lesson)
    assert not toasts.geometry().intersects(lesson.geometry())
    lesson.hide()
    toasts.keep_left_of(lesson)
    assert over.width() - toasts.geometry().right() < 40


def test_all_goes_by_itself_but_an_error(toasts: Toasts) -> None:
    toasts.show_notice("info", "Saved.")
    toasts.show_notice("warning", "The disk is full.", "Free some space.")
    toasts.show_notice("error", "Something went wrong.")
    timers = toasts.findChildren(QTimer)
    assert [timer.isActive() for timer in timers] == [True, True, False]
    assert timers[0].interval() < timers[1].interval() <= 15_000
    for timer in timers[:2]:
        timer.timeout.emit()
    assert [toast.title for toast in toasts.shown] == ["Something went wrong."]


def test_what_is_being_read_stays(toasts: Toasts) -> None:
    toasts.show_notice("warning", "The disk is full.", "Free some space.", "df: 0")
    (toast,), (timer,) = toasts.shown, toasts.findChildren(QTimer)
    QApplication.processEvents()
    for begin, end in (
        (toast.setFocus, toast.clearFocus),
        (toast.copy_button.setFocus, toast.copy_button.clearFocus),
        (toast.details_button.click, toast.details_button.click),
        (
            lambda: toast.setAttribute(Qt.WidgetAttribute.WA_UnderMouse),
            lambda: toast.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False),
        ),
    ):
        begin()
        timer.stop()
        timer.timeout.emit()
        assert toasts.count == 1
        assert timer.isActive()
        end()
    timer.timeout.emit()
    assert toasts.count == 0


def test_the_same_notice_is_not_stacked_upon_itself(toasts: Toasts) -> None:
    for _ in range(5):
        toasts.show_notice("error", "The disk is full.")
    assert toasts.count == 1


def test_information_makes_room_before_problems_do(toasts: Toasts) -> None:
    toasts.show_notice("error", "one")
    for name in ("two", "three", "four", "five"):
        toasts.show_notice("info", name)
    assert [toast.title for toast in toasts.shown] == ["one", "four", "five"]


def test_the_newest_is_always_seen(toasts: Toasts) -> None:
    for kind in ("error", "warning", "error", "info"):
        toasts.show_notice(kind, kind + str(toasts.count))
    assert [toast.title for toast in toasts.shown] == ["error0", "error2", "info3"]


def test_the_report_can_be_read_and_copied(toasts: Toasts) -> None:
    toasts.show_notice("error", "Something went wrong.", "Send the report.", "Traceback\nline 2")
    toast = toasts.shown[0]
    QApplication.processEvents()
    low = toasts.height()
    toast.details_button.click()
    QApplication.processEvents()
    assert toast.report.isVisible()
    assert toasts.height() > low
    toast.copy_button.click()
    assert QApplication.clipboard().text() == "Something went wrong.\nSend the report.\nTraceback\nline 2"


def test_notices_can_be_dismissed_from_the_keyboard(toasts: Toasts) -> None:
    for name in ("one", "two", "three"):
        toasts.show_notice("warning", name)
    QTest.keyClick(toasts.shown[0], Qt.Key.Key_Escape)
    assert [toast.title for toast in toasts.shown] == ["two", "three"]
    toasts.dismiss()
    assert [toast.title for toast in toasts.shown] == ["two"]
    toasts.dismiss()
    toasts.dismiss()
    assert toasts.count == 0
    assert not toasts.isVisible()


def test_a_screen_reader_is_told_all_of_it(toasts: Toasts) -> None:
    toasts.show_notice("error", "The disk is full.", "Free some space.")
    assert toasts.shown[0].accessibleName() == "Error: The disk is full. Free some space."


def test_words_with_markup_are_shown_as_they_are(toasts: Toasts) -> None:
    toasts.show_notice("error", "<b>model</b>.onnx is not a generator.")
    assert not toasts.grab().isNull()


def test_an_empty_state_says_what_to_do_next_in_both_themes(qtbot: QtBot, qapp: QApplication) -> None:
    button = QPushButton("Open a model")
    state = EmptyState("model", "No model is open", "Open one, or drop one here.", [button])
    qtbot.addWidget(state)
    state.resize(480, 320)
    state.show()
    looks = []
    for theme in ("dark", "light"):
        apply_theme(qapp, theme)
        looks.append(state.grab().toImage())
    assert looks[0] != looks[1]
    assert button.isVisible()
    state.say("Nothing found")
    assert state.accessibleName() == "Nothing found"
    assert not state.hint.isVisible()

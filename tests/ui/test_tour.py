"""The tour: six steps beside the real things, left with Esc, remembered as seen, never in the way."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from explorer.ui.window.tour import STEPS
from tests.ui.conftest import let_draw


def press(window, words: str) -> None:
    next(each for each in window.tour.callout.findChildren(QPushButton) if each.text() == words).click()
    QApplication.processEvents()


def test_it_stands_beside_each_thing_in_turn_and_covers_none(opened):
    opened.commands["tour"].trigger()
    for place, step in enumerate(STEPS):
        QApplication.processEvents()
        callout, target = opened.tour.callout, step.target(opened)
        spot = QRect(target.mapTo(opened, QPoint()), target.size())
        assert callout.title.text() == step.title
        assert opened.rect().contains(callout.geometry())
        assert not callout.geometry().intersects(spot)
        assert not callout.isModal()
        press(opened, "Done" if place == len(STEPS) - 1 else "Next")
    assert len(STEPS) == 6
    assert not opened.tour.is_on


def test_next_and_back_move_and_the_window_works_meanwhile(opened, qtbot):
    opened.panel.canvas.setFocus()
    opened.show_panel(1)
    opened.tour.start()
    press(opened, "Next")
    assert opened.panel is opened.explore  # where the thing is
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    assert opened.tour.is_on
    press(opened, "Back")
    assert opened.tour.callout.title.text() == STEPS[0].title


def test_escape_leaves_it_and_so_does_going_elsewhere(opened):
    opened.tour.start()
    press(opened, "Next")
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    assert not opened.tour.is_on
    opened.tour.start()
    press(opened, "Next")
    opened.show_panel(3)
    assert not opened.tour.is_on


def test_what_is_hidden_is_passed_over(opened):
    opened.commands["strips"].trigger()
    opened.tour.start()
    titles = []
    while opened.tour.is_on:
        titles.append(opened.tour.callout.title.text())
        press(opened, "Done" if titles[-1] == STEPS[-1].title else "Next")
    assert titles == [step.title for step in STEPS if step.title != "Nothing gets lost"]


def test_it_is_offered_once(opened):
    opened.tour.offer()
    assert opened.tour.is_on
    opened.tour.leave()
    opened.tour.offer()
    assert not opened.tour.is_on

"""The latent list: quick with any number of dimensions, and all at the keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.ui.explore.latent_list import LatentList
from explorer.ui.explore.latent_row import ROW_PX, LatentRow

Key = Qt.Key
PLAIN = Qt.KeyboardModifier.NoModifier


def latent(size: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(size).astype(np.float32)


@pytest.fixture
def rows(qtbot: QtBot) -> LatentList:
    widget = LatentList()
    qtbot.addWidget(widget)
    widget.resize(360, 480)
    widget.show_latent(latent(512))
    widget.show()
    widget.activateWindow()
    widget.rows.setFocus()
    qtbot.waitUntil(widget.rows.hasFocus)
    return widget


def press(rows: LatentList, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(rows.rows, key, modifiers)


def row(rows: LatentList, dimension: int) -> LatentRow:
    found = rows.rows.row_of(dimension)
    assert found is not None
    return found


def visible(rows: LatentList) -> list[int]:
    """The dimensions in sight, from top to bottom."""
    widgets = [w for w in rows.rows.viewport().findChildren(LatentRow) if w.isVisible()]
    return [w.dimension for w in sorted(widgets, key=lambda w: w.y())]


def test_only_rows_in_sight_exist(rows: LatentList) -> None:
    bar = rows.rows.verticalScrollBar()
    for place in range(0, bar.maximum(), 701):
        bar.setValue(place)
    assert len(rows.rows.viewport().findChildren(LatentRow)) <= rows.rows.viewport().height() // ROW_PX + 3


def test_an_empty_list_gets_the_rows_ready_that_it_will_show(qtbot: QtBot) -> None:
    empty = LatentList()
    qtbot.addWidget(empty)
    empty.resize(360, 480)
    empty.show()
    in_sight = empty.rows.viewport().height() // ROW_PX
    qtbot.waitUntil(lambda: len(empty.rows.viewport().findChildren(LatentRow)) > in_sight)
    ready = empty.rows.viewport().findChildren(LatentRow)
    assert not any(widget.isVisible() for widget in ready)
    empty.show_latent(latent(512))
    assert visible(empty)[:3] == [0, 1, 2]
    assert all(row(empty, dimension) in ready for dimension in visible(empty))


def test_scrolling_shows_the_right_value_in_every_row(rows: LatentList) -> None:
    z = latent(512)
    rows.rows.verticalScrollBar().setValue(300 * ROW_PX + 9)
    assert visible(rows)[0] == 300
    for dimension in visible(rows):
        assert row(rows, dimension).slider.value == pytest.approx(float(z[dimension]))
        assert row(rows, dimension).box.text() == f"{z[dimension]:.2f}"


def test_showing_a_latent_is_silent(qtbot: QtBot, rows: LatentList) -> None:
    with qtbot.assertNotEmitted(rows.rows.moved):
        rows.show_latent(latent(512, 1))


def test_the_latent_that_is_shown_is_never_written_into(rows: LatentList) -> None:
    z = latent(512)
    z.flags.writeable = False
    rows.show_latent(z)
    press(rows, Key.Key_Right)
    assert row(rows, 0).slider.value == pytest.approx(z[0] + 0.1, abs=1e-5)


def test_another_model_starts_afresh(rows: LatentList) -> None:
    rows.set_pins({3})
    rows.rows.verticalScrollBar().setValue(5000)
    rows.show_latent(latent(8), distribution="uniform")
    assert visible(rows) == list(range(8))
    assert rows.rows.pins == frozenset()
    assert row(rows, 0).slider.shown_range[1] < 3


def test_a_move_names_its_dimension_and_moves_slider_and_box_together(qtbot: QtBot, rows: LatentList) -> None:
    with qtbot.waitSignal(rows.rows.moved) as heard:
        row(rows, 2).slider.step_by(1, Qt.KeyboardModifier.ControlModifier)
    assert heard.args is not None
    assert heard.args[:2] == [2, pytest.approx(latent(512)[2] + 1, abs=1e-5)]
    assert row(rows, 2).box.value == row(rows, 2).slider.value


def test_arrows_go_from_row_to_row_and_keep_the_current_one_in_sight(rows: LatentList) -> None:
    press(rows, Key.Key_Down, Key.Key_Down, Key.Key_Up)
    assert rows.rows.current == 1
    press(rows, Key.Key_End)
    assert rows.rows.current == 511
    assert 511 in visible(rows)
    press(rows, Key.Key_PageUp)
    assert rows.rows.current < 511
    press(rows, Key.Key_Home)
    assert visible(rows)[0] == 0


def test_left_and_right_step_the_current_row_in_one_gesture(rows: LatentList) -> None:
    edits: list[tuple[int, float, int]] = []
    rows.rows.moved.connect(lambda *move: edits.append(move))
    press(rows, Key.Key_Down, Key.Key_Right, Key.Key_Right)
    press(rows, Key.Key_Left, modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert [move[0] for move in edits] == [1, 1, 1]
    assert len({move[2] for move in edits}) == 1
    assert edits[-1][1] == pytest.approx(latent(512)[1] + 0.19, abs=1e-5)


def test_pinned_rows_stay_on_top_while_the_others_scroll(qtbot: QtBot, rows: LatentList) -> None:
    rows.rows.verticalScrollBar().setValue(100 * ROW_PX)
    with qtbot.waitSignal(rows.rows.pins_changed) as heard:
        row(rows, 105).pin.click()
    assert heard.args == [frozenset({105})]
    rows.rows.verticalScrollBar().setValue(300 * ROW_PX)
    assert row(rows, 105).y() == 0
    assert row(rows, 105).pin.isChecked()


def test_many_pins_leave_half_the_view_to_the_others(rows: LatentList) -> None:
    rows.set_pins(range(100))
    rows.rows.verticalScrollBar().setValue(rows.rows.verticalScrollBar().maximum())
    assert 511 in visible(rows)
    assert row(rows, 0).y() == 0


def test_a_locked_row_cannot_be_moved_or_reset(qtbot: QtBot, rows: LatentList) -> None:
    with qtbot.waitSignal(rows.rows.locks_changed) as heard:
        press(rows, Key.Key_L)
    assert heard.args == [frozenset({0})]
    with qtbot.assertNotEmitted(rows.rows.moved), qtbot.assertNotEmitted(rows.rows.reset_one):
        press(rows, Key.Key_Right, Key.Key_R, Key.Key_5)
    assert not row(rows, 0).slider.isEnabled()
    press(rows, Key.Key_L)
    assert row(rows, 0).slider.isEnabled()


@pytest.mark.parametrize("key", [Key.Key_R, Key.Key_Delete])
def test_a_key_resets_the_current_row(qtbot: QtBot, rows: LatentList, key: Qt.Key) -> None:
    press(rows, Key.Key_Down)
    with qtbot.waitSignal(rows.rows.reset_one) as heard:
        press(rows, key)
    assert heard.args == [1]


def test_digits_edit_the_current_row_and_give_the_keyboard_back(qtbot: QtBot, rows: LatentList) -> None:
    press(rows, Key.Key_Down, Key.Key_1)
    box = row(rows, 1).box
    assert box.hasFocus()
    QTest.keyClicks(box, ".5")
    with qtbot.waitSignal(rows.rows.moved) as heard:
        QTest.keyClick(box, Key.Key_Return)
    assert heard.args is not None
    assert heard.args[:2] == [1, 1.5]
    assert rows.rows.hasFocus()


def test_a_row_that_scrolls_out_of_sight_takes_no_half_typed_number_along(rows: LatentList) -> None:
    press(rows, Key.Key_7)
    rows.rows.verticalScrollBar().setValue(200 * ROW_PX)
    for dimension in visible(rows):
        assert row(rows, dimension).box.text() == f"{latent(512)[dimension]:.2f}"


def test_the_search_box_filters_and_says_when_nothing_is_found(rows: LatentList) -> None:
    QTest.keyClicks(rows.search, "17, 3-5")
    assert rows.rows.shown == (3, 4, 5, 17)
    rows.search.setText("smile")
    assert rows.rows.shown == ()
    assert not rows.grab().isNull()
    press(rows, Key.Key_Right, Key.Key_P, Key.Key_Down)
    rows.search.clear()
    assert len(rows.rows.shown) == 512


def test_slash_leads_to_the_search_and_enter_back(rows: LatentList) -> None:
    press(rows, Key.Key_Slash)
    assert rows.search.hasFocus()
    QTest.keyClick(rows.search, Key.Key_Return)
    assert rows.rows.hasFocus()


def test_escape_in_the_search_box_shows_all_rows_again(rows: LatentList) -> None:
    press(rows, Key.Key_Slash)
    QTest.keyClicks(rows.search, "17")
    QTest.keyClick(rows.search, Key.Key_Escape)
    assert len(rows.rows.shown) == 512
    assert rows.rows.hasFocus()


def test_choosing_an_order_sorts_and_says_so_once(qtbot: QtBot, rows: LatentList) -> None:
    strengths = np.arange(512, dtype=np.float32)
    rows.show_strengths(strengths)
    actions = {action.text(): action for action in rows.sort_button.menu().actions()}
    with qtbot.waitSignal(rows.sort_wanted) as heard:
        actions["By how much it changes the picture"].trigger()
    assert heard.args == ["strength"]
    assert rows.rows.shown[:2] == (511, 510)
    with qtbot.assertNotEmitted(rows.sort_wanted):
        rows.set_sort("value")
    z = latent(512)
    assert rows.rows.shown[0] == int(np.abs(z).argmax())


def test_rows_do_not_change_places_under_the_hand(rows: LatentList) -> None:
    rows.set_sort("value")
    before = rows.rows.shown
    z = latent(512)
    z[before[0]] = 0.0
    rows.show_latent(z)
    assert rows.rows.shown == before
    rows.show_latent(latent(512, 3))
    assert rows.rows.shown != before


def test_an_order_by_value_is_made_true_once_the_hand_rests(qtbot: QtBot, rows: LatentList) -> None:
    rows.set_sort("value")
    z = rows.rows.z.copy()
    z[7] = 3.9
    rows.show_latent(z)
    assert rows.rows.shown[0] != 7
    qtbot.waitUntil(lambda: rows.rows.shown[0] == 7)


def test_strengths_of_another_size_are_not_shown(rows: LatentList) -> None:
    rows.show_strengths(np.ones(3, np.float32))
    rows.set_sort("strength")
    assert rows.rows.shown[:3] == (0, 1, 2)
    rows.show_strengths(np.zeros(512, np.float32))
    assert not rows.grab().isNull()


def test_the_wheel_scrolls_and_steps_only_the_current_row(rows: LatentList) -> None:
    def turn_over(dimension: int) -> None:
        slider = row(rows, dimension).slider
        place = QPointF(slider.mapTo(rows.rows.viewport(), slider.rect().center()))
        globally, notch, button = slider.mapToGlobal(place), QPoint(0, -120), Qt.MouseButton.NoButton
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(place, globally, QPoint(), notch, button, PLAIN, phase, False)
        QApplication.sendEvent(rows.rows.viewport(), event)

    turn_over(0)
    assert row(rows, 0).slider.value == pytest.approx(latent(512)[0] - 0.1, abs=1e-5)
    assert rows.rows.verticalScrollBar().value() == 0
    turn_over(3)
    assert rows.rows.verticalScrollBar().value() > 0


def test_every_part_of_a_row_has_a_name_and_a_tip(rows: LatentList) -> None:
    first = row(rows, 0)
    for part in (first.slider, first.box, first.pin, first.lock):
        assert "z0" in part.accessibleName()
        assert part.toolTip()


def test_reset_all_is_asked_for_once(qtbot: QtBot, rows: LatentList) -> None:
    with qtbot.waitSignal(rows.reset_button.clicked):
        rows.reset_button.click()

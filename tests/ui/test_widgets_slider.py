"""The slider and the number box: the hand is told from the program, and one gesture from the next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from explorer.ui.widgets import gestures
from explorer.ui.widgets.gestures import Hand, new_gesture
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.widgets.numbers.slider import Slider

Moves = list[tuple[float, int]]
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.resize(216, 28)  # 200 px of rail
    widget.show()


def heard(signal: object) -> Moves:
    edits: Moves = []
    signal.connect(lambda value, gesture: edits.append((value, gesture)))  # type: ignore[attr-defined]
    return edits


def turn(widget: QWidget, eighths: int, modifiers: Qt.KeyboardModifier = NONE) -> bool:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, eighths), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


@pytest.fixture
def slider(qtbot: QtBot) -> Slider:
    slider = Slider(-3.0, 3.0, soft=True, typical=(-2.0, 2.0))
    shown(qtbot, slider)
    return slider


def drag(slider: Slider, *xs: int) -> None:
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(xs[0], 14))
    for x in xs[1:]:
        QTest.mouseMove(slider, QPoint(x, 14))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(xs[-1], 14))


def test_the_program_moves_it_in_silence(slider: Slider) -> None:
    edits = heard(slider.moved)
    slider.show_value(1.5)
    assert slider.value == 1.5
    assert edits == []


def test_a_drag_is_one_gesture_and_the_next_drag_another(slider: Slider) -> None:
    edits = heard(slider.moved)
    drag(slider, 108, 120, 140, 160)
    drag(slider, 160, 150)
    first, second = edits[:3], edits[3:]
    assert len({gesture for _, gesture in first}) == 1
    assert len({gesture for _, gesture in second}) == 1
    assert first[0][1] != second[0][1]
    assert first[-1][0] == pytest.approx(1.56)


def test_a_click_on_the_rail_goes_there(slider: Slider) -> None:
    drag(slider, 8)
    assert slider.value == -3.0


def test_grabbing_the_knob_off_its_middle_does_not_move_it(slider: Slider) -> None:
    edits = heard(slider.moved)
    drag(slider, 111)
    assert edits == []


def test_a_drag_with_shift_is_ten_times_finer(slider: Slider) -> None:
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, SHIFT, QPoint(108, 14))
    QTest.mouseMove(slider, QPoint(108, 14))
    move_with_shift(slider, 158)
    assert slider.value == pytest.approx(0.15)


def move_with_shift(slider: Slider, x: int) -> None:
    place = QPointF(x, 14)
    left = Qt.MouseButton.LeftButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, slider.mapToGlobal(place), left, left, SHIFT)
    QApplication.sendEvent(slider, event)


def test_the_range_gives_way_to_a_value_outside_but_not_under_the_hand(slider: Slider) -> None:
    slider.show_value(4.2)
    assert slider.shown_range == (-3.0, 5.0)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(50, 14))
    assert slider.shown_range == (-3.0, 5.0)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(50, 14))
    assert slider.shown_range == (-3.0, 3.0)


def test_a_hard_range_is_never_left(qtbot: QtBot) -> None:
    slider = Slider(0.0, 1.0, home=1.0, step=0.05)
    shown(qtbot, slider)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value == 1.0
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert slider.value == pytest.approx(0.95)


@pytest.mark.parametrize(("modifiers", "step"), [(NONE, 0.1), (SHIFT, 0.01), (CTRL, 1.0)])
def test_arrows_and_wheel_step_plain_fine_and_coarse(
    slider: Slider, modifiers: Qt.KeyboardModifier, step: float
) -> None:
    QTest.keyClick(slider, Qt.Key.Key_Right, modifiers)
    assert slider.value == pytest.approx(step)
    assert turn(slider, -240, modifiers)
    assert slider.value == pytest.approx(-step)


@pytest.mark.parametrize(
    ("key", "value"),
    [(Qt.Key.Key_Home, -3.0), (Qt.Key.Key_End, 3.0), (Qt.Key.Key_PageUp, 1.5), (Qt.Key.Key_Delete, 0.0)],
)
def test_keys_jump(slider: Slider, key: Qt.Key, value: float) -> None:
    slider.show_value(0.5)
    QTest.keyClick(slider, key)
    assert slider.value == pytest.approx(value)


def test_a_double_click_goes_home_in_the_gesture_of_its_first_click(slider: Slider) -> None:
    edits = heard(slider.moved)
    drag(slider, 158)
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(158, 14))
    assert [value for value, _ in edits] == [pytest.approx(1.5), 0.0]
    assert edits[0][1] == edits[1][1]


def test_a_fine_wheel_steps_once_it_has_turned_a_notch(slider: Slider) -> None:
    for _ in range(3):
        turn(slider, 40)
    assert slider.value == pytest.approx(0.1)


def test_in_a_scroll_area_the_wheel_scrolls_unless_the_slider_has_the_keyboard(qtbot: QtBot) -> None:
    area, slider = QScrollArea(), Slider()
    qtbot.addWidget(area)
    area.setWidget(slider)
    area.resize(200, 8)
    area.show()
    assert not turn(slider, 120)
    assert slider.value == 0.0
    assert turn(slider, 120, SHIFT)
    assert slider.value == pytest.approx(0.01)
    area.resize(200, 200)
    assert turn(slider, 120)
    assert slider.value == pytest.approx(0.11)


def test_a_burst_of_keys_is_one_gesture_until_the_hand_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [10.0]
    monkeypatch.setattr(gestures, "monotonic", lambda: now_s[0])
    hand = Hand()
    first = hand.burst("key")
    now_s[0] += 0.2
    assert hand.burst("key") == first
    assert hand.burst("wheel") != first
    again = hand.burst("key")
    now_s[0] += 2.0
    assert hand.burst("key") != again


def test_gesture_numbers_never_repeat() -> None:
    numbers = [new_gesture() for _ in range(100)]
    assert len(set(numbers)) == 100


def test_every_state_of_a_slider_can_be_painted(qtbot: QtBot, slider: Slider) -> None:
    states: list[Callable[[], object]] = [
        lambda: slider.setFocus(),
        lambda: slider.setEnabled(False),
        lambda: slider.show_value(-40.0),
        lambda: slider.resize(1, 1),
        lambda: slider.set_range(2.0, 2.0),
    ]
    for change in states:
        change()
        assert not slider.grab().isNull()


# -- the number box ---------------------------------------------------------------------------------


@pytest.fixture
def box(qtbot: QtBot) -> NumberBox:
    box = NumberBox(-12.0, 12.0)
    shown(qtbot, box)
    box.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    return box


def typed(box: NumberBox, text: str) -> None:
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize(("text", "value"), [("1.25", 1.25), ("-0,5", -0.5), ("1e1", 10.0), ("99", 12.0)])
def test_a_typed_number_is_taken_and_kept_in_range(box: NumberBox, text: str, value: float) -> None:
    edits = heard(box.edited)
    typed(box, text)
    assert [moved for moved, _ in edits] == [value]
    assert box.value == value


@pytest.mark.parametrize("text", ["", "abc", "nan", "inf", "--3"])
def test_what_is_no_number_goes_back_to_what_stood_there(box: NumberBox, text: str) -> None:
    box.show_value(0.75)
    edits = heard(box.edited)
    typed(box, text or " ")
    assert edits == []
    assert box.text() == "0.75"


def test_escape_forgets_what_was_typed(box: NumberBox) -> None:
    edits = heard(box.edited)
    QTest.keyClicks(box, "5")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert (box.text(), edits) == ("0.00", [])


def test_what_is_being_typed_is_not_overwritten_by_the_program(box: NumberBox) -> None:
    box.selectAll()
    QTest.keyClicks(box, "2.")
    box.show_value(0.3)
    QTest.keyClicks(box, "5")
    assert box.text() == "2.5"


def test_the_box_steps_like_the_slider(box: NumberBox) -> None:
    edits = heard(box.edited)
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Up, SHIFT)
    turn(box, 120, CTRL)
    assert [value for value, _ in edits] == pytest.approx([0.1, 0.11, 1.11])
    assert edits[0][1] == edits[1][1] != edits[2][1]


def test_a_box_never_shows_minus_zero(box: NumberBox) -> None:
    box.show_value(-0.0001)
    assert box.text() == "0.00"


def test_leaving_a_box_untouched_says_nothing(qtbot: QtBot, box: NumberBox) -> None:
    box.show_value(0.123456)
    edits = heard(box.edited)
    QTest.keyClick(box, Qt.Key.Key_Return)
    box.clearFocus()
    assert edits == []
    assert box.value == 0.123456

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from explorer.ui.explore.layer_range import LayerRange


@pytest.fixture
def layers(qtbot) -> LayerRange:
    widget = LayerRange()
    qtbot.addWidget(widget)
    widget.resize(200, 32)  # twenty pixels a layer
    widget.show_range(3, 6, 10)
    widget.show()
    widget.told = []
    widget.moved.connect(lambda *told: widget.told.append(told))
    return widget


def drag(widget: LayerRange, *xs: int) -> None:
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=QPoint(xs[0], 5))
    for x in xs[1:]:
        QTest.mouseMove(widget, QPoint(x, 5))
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=QPoint(xs[-1], 5))


def test_each_end_is_dragged_by_itself_as_one_gesture(layers):
    drag(layers, 130, 150, 190)
    assert layers.chosen == (3, 9)
    drag(layers, 70, 30, 10)
    assert layers.chosen == (0, 9)
    assert len({gesture for _, _, gesture in layers.told}) == 2


def test_the_middle_takes_all_of_it_along_and_stops_at_the_ends(layers):
    drag(layers, 90, 130)
    assert layers.chosen == (5, 8)
    drag(layers, 130, 10)
    assert layers.chosen == (0, 3)


def test_ends_do_not_pass_each_other(layers):
    drag(layers, 130, 10)
    assert layers.chosen == (3, 3)
    drag(layers, 65, 10)
    assert layers.chosen == (0, 3)


def test_a_press_outside_brings_the_nearer_end(layers):
    drag(layers, 10)
    assert layers.chosen == (0, 6)
    drag(layers, 199)
    assert layers.chosen == (0, 9)


def test_the_keyboard_moves_either_end(layers):
    QTest.keyClick(layers, Qt.Key.Key_Right)
    assert layers.chosen == (3, 7)
    QTest.keyClick(layers, Qt.Key.Key_Down)
    QTest.keyClick(layers, Qt.Key.Key_Left)
    assert layers.chosen == (2, 7)
    QTest.keyClick(layers, Qt.Key.Key_Home)
    assert layers.chosen == (0, 7)
    QTest.keyClick(layers, Qt.Key.Key_Up)
    QTest.keyClick(layers, Qt.Key.Key_End)
    assert layers.chosen == (0, 9)


def test_showing_a_range_tells_nobody(layers):
    layers.show_range(1, 2, 10)
    assert layers.told == []
    assert layers.accessibleDescription() == "layers 1 to 2 of 10"

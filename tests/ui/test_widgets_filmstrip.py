"""The film strip: picking, removing, renaming and dragging thumbnails."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from explorer.ui.widgets.filmstrip import Filmstrip, StripItem
from explorer.ui.widgets.picture_drag import SCENE_MIME
from explorer.ui.widgets.thumbnail_frames import cross_of

LEFT = Qt.MouseButton.LeftButton


def items(*keys: str) -> list[StripItem]:
    picture = np.full((64, 48, 3), 120, np.uint8)
    return [StripItem(key, picture, f"caption of {key}") for key in keys]


@pytest.fixture
def strip(qtbot: QtBot) -> Filmstrip:
    strip = Filmstrip(removable=True, renamable=True)
    qtbot.addWidget(strip)
    strip.resize(600, strip.sizeHint().height())
    strip.set_items(items("a", "b", "c"))
    strip.show()
    strip.activateWindow()
    strip.setFocus()
    qtbot.waitUntil(strip.hasFocus)
    return strip


def middle_of(strip: Filmstrip, row: int) -> QPoint:
    return strip.visualRect(strip.model().index(row, 0)).center()


def test_a_click_picks(qtbot: QtBot, strip: Filmstrip) -> None:
    with qtbot.waitSignal(strip.picked) as heard:
        QTest.mouseClick(strip.viewport(), LEFT, pos=middle_of(strip, 1))
    assert heard.args == ["b"]
    assert strip.current == "b"


def test_a_right_click_marks_nothing(strip: Filmstrip) -> None:
    strip.set_current("a")
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.RightButton, pos=middle_of(strip, 1))
    assert strip.current == "a"


def test_marking_the_current_one_is_silent(qtbot: QtBot, strip: Filmstrip) -> None:
    with qtbot.assertNotEmitted(strip.picked):
        strip.set_current("c")
        assert strip.current == "c"
        strip.set_current("unknown")
        assert strip.current is None


def test_arrows_pick_the_one_beside_and_stop_at_the_ends(strip: Filmstrip) -> None:
    picked: list[str] = []
    strip.picked.connect(picked.append)
    strip.set_current("b")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(strip, key)
    assert picked == ["c", "a", "a"]


def test_delete_and_the_cross_ask_for_removal(qtbot: QtBot, strip: Filmstrip) -> None:
    strip.set_current("b")
    with qtbot.waitSignal(strip.removed) as heard:
        QTest.keyClick(strip, Qt.Key.Key_Delete)
    assert heard.args == ["b"]
    frame = strip.visualRect(strip.model().index(2, 0))
    with qtbot.waitSignal(strip.removed) as heard, qtbot.assertNotEmitted(strip.picked):
        QTest.mouseMove(strip.viewport(), cross_of(frame).center())
        QTest.mouseClick(strip.viewport(), LEFT, pos=cross_of(frame).center())
    assert heard.args == ["c"]
    assert strip.keys == ("a", "b", "c")
    strip.remove("b")
    strip.remove("b")
    assert strip.keys == ("a", "c")


def test_a_strip_that_must_not_be_changed_is_not(qtbot: QtBot) -> None:
    strip = Filmstrip()
    qtbot.addWidget(strip)
    strip.set_items(items("a"))
    strip.set_current("a")
    with qtbot.assertNotEmitted(strip.removed), qtbot.assertNotEmitted(strip.renamed):
        QTest.keyClick(strip, Qt.Key.Key_Delete)
        QTest.keyClick(strip, Qt.Key.Key_F2)


def test_a_caption_can_be_typed(qtbot: QtBot, strip: Filmstrip) -> None:
    strip.set_current("a")
    QTest.keyClick(strip, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.setText("  the smiling one ")
    with qtbot.waitSignal(strip.renamed) as heard:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert heard.args == ["a", "the smiling one"]


def test_the_newest_is_scrolled_into_sight(strip: Filmstrip) -> None:
    for number in range(40):
        strip.append(*items(str(number)))
    assert strip.viewport().rect().contains(middle_of(strip, 42))
    assert strip.keys[-1] == "39"


def test_a_drag_takes_the_scene_along(strip: Filmstrip) -> None:
    assert strip.mime_for_drag("a") is None
    strip.scene_for_drag = lambda key: f"scene {key}".encode()
    mime = strip.mime_for_drag("b")
    assert mime is not None
    assert mime.data(SCENE_MIME).data() == b"scene b"


def test_a_picture_may_come_later_and_an_empty_strip_says_so(strip: Filmstrip) -> None:
    strip.set_items([StripItem("late", None, "drawing")])
    waiting = strip.grab().toImage()
    strip.show_picture("late", np.full((64, 64, 1), 255, np.uint8))
    strip.show_picture("gone", np.zeros((64, 64, 1), np.uint8))
    assert strip.grab().toImage() != waiting
    strip.set_items([])
    strip.set_empty("No bookmarks yet", "Press B to keep a picture.")
    assert not strip.grab().isNull()

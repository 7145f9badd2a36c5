"""What the hand does on a board, by mouse or tablet, comes out as strokes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.core.drawing.drawing import Stroke
from explorer.ui.draw.board_canvas import BoardCanvas
from explorer.ui.draw.stroke_tool import StrokeTool, Ways
from explorer.ui.touch.brush import Brush

_SIDE = 256


class Hand:
    """A board of 256 pixels under a pen, and what it told."""

    def __init__(self, qtbot: QtBot) -> None:
        self.canvas, self.ways = BoardCanvas(), Ways()
        self.canvas.margin_px = 0
        qtbot.addWidget(self.canvas)
        self.tool = StrokeTool("pen", Brush(None, 4.0), self.ways, self.canvas)
        self.canvas.tool = self.tool
        self.canvas.resize(_SIDE, _SIDE)
        self.canvas.show()
        paper = np.full((_SIDE, _SIDE, 3), 255, np.uint8)
        paper[200:, 200:] = (10, 20, 30)
        self.canvas.show_picture(paper)
        self.drawn: list[Stroke] = []
        self.finished: list[Stroke] = []
        self.tool.drawn.connect(self.drawn.append)
        self.tool.finished.connect(self.finished.append)
        self._bot = qtbot

    def draw(self, *places: tuple[int, int], keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Drag through places of the board, in pixels."""
        left, bot = Qt.MouseButton.LeftButton, self._bot
        bot.mousePress(self.canvas, left, keys, QPoint(*places[0]))
        for place in places[1:]:
            _send_move(self.canvas, place, keys)
        bot.mouseRelease(self.canvas, left, keys, QPoint(*places[-1]))


def _send_move(canvas: BoardCanvas, place: tuple[int, int], keys: Qt.KeyboardModifier) -> None:
    from PySide6.QtGui import QMouseEvent

    at = QPointF(*place)
    left = Qt.MouseButton.LeftButton
    QApplication.sendEvent(
        canvas, QMouseEvent(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), Qt.MouseButton.NoButton, left, keys)
    )


@pytest.fixture
def hand(qtbot: QtBot) -> Iterator[Hand]:
    hand = Hand(qtbot)
    yield hand
    hand.canvas.tool = None


def test_a_drag_is_one_stroke_in_shares_of_the_board(hand: Hand) -> None:
    hand.draw((64, 64), (128, 64), (192, 128))
    assert len(hand.finished) == 1
    stroke = hand.finished[0]
    np.testing.assert_allclose(stroke.points, [(0.25, 0.25), (0.5, 0.25), (0.75, 0.5)], atol=1e-3)
    assert (stroke.tool, stroke.width, stroke.pressures) == ("pen", 0.04, None)
    assert [len(each.points) for each in hand.drawn] == [1, 2, 3]


def test_with_shift_it_is_the_straight_line_from_where_it_began(hand: Hand) -> None:
    hand.draw((64, 64), (128, 20), (192, 128), keys=Qt.KeyboardModifier.ShiftModifier)
    np.testing.assert_allclose(hand.finished[0].points, [(0.25, 0.25), (0.75, 0.5)], atol=1e-3)


def test_alt_takes_a_colour_and_draws_nothing(hand: Hand) -> None:
    taken: list[tuple[int, int, int]] = []
    hand.tool.colour_taken.connect(taken.append)
    hand.draw((220, 220), (230, 230), keys=Qt.KeyboardModifier.AltModifier)
    assert taken == [(10, 20, 30)]
    assert not hand.drawn
    assert not hand.finished


def test_a_mirrored_stroke_says_so_and_is_tidied_once_it_is_done(hand: Hand) -> None:
    hand.ways.is_mirrored = True
    hand.ways.tidied = lambda stroke: Stroke(stroke.tool, stroke.points[[0, -1]])
    hand.draw((64, 64), (128, 20), (192, 128))
    assert hand.drawn[-1].is_mirrored
    assert len(hand.drawn[-1].points) == 3
    assert len(hand.finished[0].points) == 2


def test_esc_takes_back_the_stroke_under_way(hand: Hand, qtbot: QtBot) -> None:
    dropped: list[bool] = []
    hand.tool.dropped.connect(lambda: dropped.append(True))
    qtbot.mousePress(hand.canvas, Qt.MouseButton.LeftButton, pos=QPoint(64, 64))
    hand.canvas.setFocus()
    qtbot.keyClick(hand.canvas, Qt.Key.Key_Escape)
    qtbot.mouseRelease(hand.canvas, Qt.MouseButton.LeftButton, pos=QPoint(64, 64))
    assert dropped == [True]
    assert not hand.finished


def _touched(canvas: BoardCanvas, kind: QEvent.Type, x: float, pressure: float, pen: QPointingDevice) -> None:
    at = QPointF(x, 100)
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.TabletMove else left
    buttons = none if kind == QEvent.Type.TabletRelease else left
    keys = Qt.KeyboardModifier.NoModifier
    event = QTabletEvent(kind, pen, at, canvas.mapToGlobal(at), pressure, 0, 0, 0.0, 0.0, 0.0, keys, button, buttons)
    QApplication.sendEvent(canvas, event)
    assert event.isAccepted()


def _pen(kind: QPointingDevice.PointerType) -> QPointingDevice:
    able = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    return QPointingDevice("pen", 1, QInputDevice.DeviceType.Stylus, kind, able, 1, 1, "", QPointingDeviceUniqueId())


@pytest.mark.parametrize(("end", "tool"), [("Pen", "pen"), ("Eraser", "eraser")])
def test_a_tablets_pen_tells_its_pressure_and_by_which_end_it_is_held(hand: Hand, end: str, tool: str) -> None:
    pen = _pen(QPointingDevice.PointerType[end])
    _touched(hand.canvas, QEvent.Type.TabletPress, 50, 0.2, pen)
    _touched(hand.canvas, QEvent.Type.TabletMove, 100, 0.6, pen)
    _touched(hand.canvas, QEvent.Type.TabletMove, 150, 1.0, pen)
    _touched(hand.canvas, QEvent.Type.TabletRelease, 150, 0.0, pen)
    assert len(hand.finished) == 1
    stroke = hand.finished[0]
    assert stroke.tool == tool
    assert stroke.pressures is not None
    np.testing.assert_allclose(stroke.pressures, [0.2, 0.6, 1.0], atol=1 / 255)


def test_what_changed_of_the_board_is_shown_and_nothing_else_painted(hand: Hand, qtbot: QtBot) -> None:
    board = hand.canvas.picture
    assert board is not None
    board[64:128, 32:96] = (200, 30, 40)
    with qtbot.waitSignal(hand.canvas.painted):
        hand.canvas.show_part(board, (32, 64, 96, 128))
    shown = hand.canvas.grab().toImage()
    assert shown.pixelColor(64, 96).getRgb()[:3] == (200, 30, 40)
    assert shown.pixelColor(200, 96).getRgb()[:3] == (255, 255, 255)
    assert hand.canvas._area_of((32, 64, 96, 128)).getRect() == (28, 60, 72, 72)

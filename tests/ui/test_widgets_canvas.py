"""The canvas: the right pixels, at any zoom, and files and pictures going in and out."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QContextMenuEvent, QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.picture_drag import SCENE_MIME

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def chequers(height: int, width: int, channels: int = 3) -> NDArray[np.uint8]:
    """A picture whose every pixel differs from its neighbours."""
    rng = np.random.default_rng(7)
    return rng.integers(0, 256, (height, width, channels), dtype=np.uint8)


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(352, 352)  # 320 and a margin: a picture of 32 fits at 10
    canvas.set_smooth(False)
    canvas.show()
    return canvas


def colour_at(canvas: Canvas, x: int, y: int) -> tuple[int, ...]:
    image = canvas.grab().toImage()
    ratio = image.devicePixelRatio()
    return QColor(image.pixel(int(x * ratio), int(y * ratio))).getRgb()[:3]


def turn(canvas: Canvas, x: int, y: int, eighths: int) -> None:
    place = QPointF(x, y)
    event = QWheelEvent(
        place, canvas.mapToGlobal(place), QPoint(), QPoint(0, eighths), Qt.MouseButton.NoButton, PLAIN,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


@pytest.mark.parametrize("channels", [1, 3])
def test_every_pixel_is_shown_in_its_colour_and_place(canvas: Canvas, channels: int) -> None:
    first = chequers(32, 32, channels)
    for picture in (first, 255 - first):
        canvas.show_picture(picture)
        image = canvas.grab().toImage()
        ratio = image.devicePixelRatio()
        for y, x in [(0, 0), (0, 31), (31, 0), (13, 7)]:
            shown = QColor(image.pixel(int((16 + 10 * x + 5) * ratio), int((16 + 10 * y + 5) * ratio)))
            assert shown.getRgb()[:3] == tuple(np.broadcast_to(picture[y, x], 3))


def test_of_two_transparent_pictures_each_is_as_transparent_as_it_is(canvas: Canvas) -> None:
    picture = np.full((32, 32, 4), (200, 0, 0, 0), np.uint8)
    canvas.show_picture(picture)
    assert colour_at(canvas, 100, 100) != (200, 0, 0)
    picture[..., 3] = 255
    canvas.show_picture(picture)
    assert colour_at(canvas, 100, 100) == (200, 0, 0)


def test_a_picture_is_copied_so_its_array_may_be_used_again(canvas: Canvas) -> None:
    picture = np.full((32, 32, 3), 200, np.uint8)
    canvas.show_picture(picture)
    picture[:] = 0
    assert colour_at(canvas, 100, 100) == (200, 200, 200)


def test_a_burst_of_pictures_costs_one_frame(qtbot: QtBot, canvas: Canvas) -> None:
    QApplication.processEvents()
    before = canvas.painted_count
    for _ in range(20):
        canvas.show_picture(chequers(32, 32))
    QApplication.processEvents()
    assert canvas.painted_count == before + 1


def test_the_zoom_stays_from_picture_to_picture_of_one_size(canvas: Canvas) -> None:
    canvas.show_picture(chequers(32, 32))
    canvas.zoom_to(20.0)
    canvas.show_picture(chequers(32, 32))
    assert canvas.zoom == 20.0
    canvas.show_picture(chequers(64, 32))
    assert canvas.fitted


@pytest.mark.parametrize("smooth", [True, False])
def test_the_largest_zoom_paints_only_what_is_in_sight(canvas: Canvas, smooth: bool) -> None:
    canvas.set_smooth(smooth)
    canvas.show_picture(np.full((1024, 1024, 3), 90, np.uint8))
    canvas.zoom_to(128.0)
    for _ in range(60):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert colour_at(canvas, 100, 100) == (90, 90, 90)


def test_keys_zoom_and_fit(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.show_picture(chequers(32, 32))
    with qtbot.waitSignal(canvas.zoomed):
        QTest.keyClick(canvas, Qt.Key.Key_Plus)
    ratio = canvas.devicePixelRatio()
    assert canvas.zoom > 10 * ratio
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.zoom == pytest.approx(10 * ratio)
    QTest.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.zoom == 1.0
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.fitted


def test_the_wheel_zooms_at_the_pointer_and_a_double_click_fits(canvas: Canvas) -> None:
    picture = chequers(32, 32)
    canvas.show_picture(picture)
    turn(canvas, 21, 21, 480)
    assert canvas.zoom > 20
    assert colour_at(canvas, 21, 21) == tuple(picture[0, 0])
    QTest.mouseDClick(canvas, LEFT, pos=QPoint(100, 100))
    assert canvas.fitted


def test_a_drag_pans_what_is_larger_than_the_canvas(canvas: Canvas) -> None:
    picture = chequers(32, 32)
    canvas.show_picture(picture)
    canvas.zoom_to(20 * canvas.devicePixelRatio())
    before = colour_at(canvas, 200, 200)
    QTest.mousePress(canvas, LEFT, pos=QPoint(200, 200))
    QTest.mouseMove(canvas, QPoint(160, 140))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(160, 140))
    assert colour_at(canvas, 160, 140) == before


def test_the_pixel_under_the_pointer_is_read_out(qtbot: QtBot, canvas: Canvas) -> None:
    picture = chequers(32, 32, 1)
    canvas.show_picture(picture)
    with qtbot.waitSignal(canvas.hovered) as heard:
        QTest.mouseMove(canvas, QPoint(16 + 10 * 7 + 5, 16 + 10 * 3 + 5))
    assert heard.args == [7, 3, (int(picture[3, 7, 0]),) * 3]
    with qtbot.waitSignal(canvas.hovered) as heard:
        canvas.show_picture(255 - picture)
    assert heard.args == [7, 3, (255 - int(picture[3, 7, 0]),) * 3]
    with qtbot.waitSignal(canvas.left):
        QTest.mouseMove(canvas, QPoint(2, 2))


def drop(canvas: Canvas, mime: QMimeData) -> bool:
    place, action = QPoint(50, 50), Qt.DropAction.CopyAction
    entering = QDragEnterEvent(place, action, mime, LEFT, PLAIN)
    QApplication.sendEvent(canvas, entering)
    if entering.isAccepted():
        canvas.grab()
        QApplication.sendEvent(canvas, QDropEvent(QPointF(place), action, mime, LEFT, PLAIN))
    return entering.isAccepted()


def test_dropped_files_are_named(qtbot: QtBot, canvas: Canvas) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/tmp/a.onnx"), QUrl("https://example.org/b.onnx")])
    with qtbot.waitSignal(canvas.dropped) as heard:
        assert drop(canvas, mime)
    assert heard.args == [["/tmp/a.onnx"]]


def test_a_scene_dropped_from_a_strip_arrives_as_text(qtbot: QtBot, canvas: Canvas) -> None:
    mime = QMimeData()
    mime.setData(SCENE_MIME, b'{"format": "scene"}')
    with qtbot.waitSignal(canvas.scene_dropped) as heard:
        assert drop(canvas, mime)
    assert heard.args == ['{"format": "scene"}']


def test_other_things_cannot_be_dropped(canvas: Canvas) -> None:
    mime = QMimeData()
    mime.setText("words")
    assert not drop(canvas, mime)


def test_the_picture_is_dragged_out_as_the_png_that_the_window_makes(canvas: Canvas) -> None:
    canvas.png_for_drag = lambda: b"png with its scene"
    assert canvas.mime_for_drag() is None
    canvas.show_picture(chequers(32, 32))
    mime = canvas.mime_for_drag()
    assert mime is not None
    assert mime.data("image/png").data() == b"png with its scene"
    assert mime.hasImage()


def test_without_a_picture_it_says_what_to_do(canvas: Canvas) -> None:
    canvas.set_empty("No model is open", "Open one. " * 20)
    blank = canvas.grab().toImage()
    canvas.show_picture(chequers(32, 32))
    canvas.clear()
    assert canvas.picture is None
    assert canvas.grab().toImage() == blank
    turn(canvas, 10, 10, 120)
    QTest.mouseMove(canvas, QPoint(20, 20))


def test_a_context_menu_is_asked_for_where_the_pointer_is(qtbot: QtBot, canvas: Canvas) -> None:
    with qtbot.waitSignal(canvas.menu_wanted) as heard:
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(canvas, QContextMenuEvent(reason, QPoint(5, 6), QPoint(105, 106)))
    assert heard.args == [QPoint(105, 106)]


def test_the_ring_is_for_those_who_came_by_keyboard(qtbot: QtBot, canvas: Canvas) -> None:
    looks = []
    for reason in (Qt.FocusReason.OtherFocusReason, Qt.FocusReason.TabFocusReason):
        canvas.setFocus(reason)
        looks.append(canvas.grab().toImage())
        canvas.clearFocus()
    looks.append(canvas.grab().toImage())
    assert looks[0] == looks[2]
    assert looks[1] != looks[2]


def test_a_checkerboard_shows_through_where_a_picture_is_transparent(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(200, 200)
    picture = np.zeros((2, 2, 4), np.uint8)
    picture[:, 0], picture[:, 1] = (200, 0, 0, 255), (200, 0, 0, 0)
    canvas.set_smooth(False)
    canvas.show_picture(picture)
    shot = canvas.grab().toImage()
    left = {shot.pixelColor(x, 100).rgb() for x in range(30, 90)}
    right = {shot.pixelColor(x, 100).rgb() for x in range(110, 170)}
    assert left == {QColor(200, 0, 0).rgb()}
    assert len(right) == 2
    assert not left & right

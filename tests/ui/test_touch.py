"""Explore's tools: a drag on the picture paints or pulls it, at any zoom, and Esc brings it back."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.ui.touch.brush import USUAL
from explorer.ui.touch.paint_tool import FIRST_COLOUR
from explorer.ui.widgets.parts import ActionButton
from explorer.ui.widgets.picture_tool import Touch
from tests.models import tiny_generator
from tests.steps import raster_step
from tests.touch import SIZE, spotted_model
from tests.ui.conftest import let_draw, open_and_wait

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEY, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
WAIT_MS = 120_000


class Hand:
    """A mouse on the canvas, told in pixels of the picture."""

    def __init__(self, canvas) -> None:
        self._canvas = canvas

    def press(self, x: float, y: float, keys=NO_KEY) -> None:
        self._send(QEvent.Type.MouseButtonPress, x, y, LEFT, LEFT, keys)

    def move(self, x: float, y: float, keys=NO_KEY, held=LEFT) -> None:
        self._send(QEvent.Type.MouseMove, x, y, NONE, held, keys)

    def release(self, x: float, y: float, keys=NO_KEY) -> None:
        self._send(QEvent.Type.MouseButtonRelease, x, y, LEFT, NONE, keys)

    def _send(self, kind, x, y, button, held, keys) -> None:
        canvas, ratio = self._canvas, self._canvas.devicePixelRatioF()
        left, top, width, height = canvas._view.box
        columns, rows = canvas._view.picture
        here = QPointF((left + x * width / columns) / ratio, (top + y * height / rows) / ratio)
        QApplication.sendEvent(canvas, QMouseEvent(kind, here, canvas.mapToGlobal(here), button, held, keys))


@pytest.fixture
def spot(window, tmp_path: Path, qtbot):
    open_and_wait(window, spotted_model(tmp_path / "spot.onnx"), qtbot)
    return window


def choose(window, action, qtbot) -> Hand:
    tools = window.panel.touching
    with qtbot.waitSignal(tools.touch.prepared, timeout=WAIT_MS):
        action.trigger()
    return Hand(window.panel.canvas)


def test_a_drag_paints_and_is_one_step_that_is_undone(spot, qtbot):
    tools, document = spot.panel.touching, spot.studio.document
    let_draw(spot, qtbot, spot.studio.edits.reset_all)
    before, steps = document.scene, document.history.count()
    hand = choose(spot, tools.painting, qtbot)
    spot.panel.canvas.zoom_to(9.0)
    with qtbot.waitSignal(tools.touch.rested, timeout=WAIT_MS):
        hand.press(8, 12)
        for y in range(13, 20):
            hand.move(8, y)
        assert tools.paint._goal.weights[16, 8] == 1
        assert not tools.paint._goal.weights[:, SIZE // 2 :].any()
        hand.release(8, 19)
    assert document.history.count() == steps + 1
    assert document.history.text(steps) == "Paint"
    picture = spot.studio.pictures.renderer.render(document.scene).picture
    assert abs(picture[15, 8].astype(int) - tools.paint.colour.getRgb()[:3]).max() < 50
    spot.grab()
    document.history.undo()
    assert document.scene is before


def test_esc_brings_the_latent_back(spot, qtbot):
    tools, document = spot.panel.touching, spot.studio.document
    before, steps = document.scene, document.history.count()
    hand = choose(spot, tools.pulling, qtbot)
    with qtbot.waitSignal(tools.touch.moved, timeout=WAIT_MS):
        hand.press(16, 16)
        hand.move(20, 14)
    assert document.scene is not before
    spot.grab()
    spot.panel.canvas.setFocus()
    QTest.keyClick(spot.panel.canvas, Qt.Key.Key_Escape)
    hand.release(20, 14)
    assert document.scene is before
    assert document.history.count() == steps


def buttons(window) -> list[ActionButton]:
    """Those of Paint, Pull, Keep and what can change."""
    return window.panel.stage.tools.findChildren(ActionButton)


def test_the_buttons_of_the_tools_follow_their_actions(window, tmp_path, qtbot):
    tips = [button.toolTip() for button in buttons(window)[:3]]
    assert tips == ["Open a model first"] * 3
    assert not any(button.isEnabled() for button in buttons(window)[:3])
    open_and_wait(window, spotted_model(tmp_path / "spot.onnx"), qtbot)
    paint, pull, *_ = buttons(window)
    assert all(button.isEnabled() for button in buttons(window))
    assert paint.toolTip().startswith("Brush a colour")
    choose(window, window.panel.touching.pulling, qtbot)
    assert pull.isChecked()
    paint.click()
    assert (paint.isChecked(), pull.isChecked()) == (True, False)
    assert window.panel.canvas.tool is window.panel.touching.paint
    paint.click()
    assert not paint.isChecked()


@pytest.mark.parametrize(("size", "worded"), [((960, 600), False), ((1600, 900), True)])
def test_the_tools_take_one_line_whatever_is_chosen_and_lose_their_words_where_it_is_narrow(spot, qtbot, size, worded):
    spot.resize(*size)
    panel, bar = spot.panel, spot.panel.stage.tools
    tools, heights = panel.touching, set()
    for action in (None, tools.painting, tools.pulling, tools.keeping, panel.here):
        if action is not None:
            action.trigger()
        QApplication.processEvents()
        heights.add((bar.height(), panel.canvas.height()))
        parts = [*buttons(spot), *(option for option in bar._every_option if option.isVisible())]
        ends = [(part.x(), part.geometry().right()) for part in parts]
        assert all(right < left for (_, right), (left, _) in pairwise(ends))
        assert ends[-1][1] < bar.width()
        assert spot.workbench.minimumSizeHint().width() <= 960
        goes_on = bool(panel.stage._said)
        assert panel.stage._purpose.isVisible() is (action is None or goes_on)  # else what a tool says has the line
    assert len(heights) == 1
    for button, words in zip(buttons(spot), ["Paint", "Pull", "Keep", "What can change here?"], strict=True):
        assert bool(button.text()) is worded
        assert button.accessibleName() == words
        assert button.toolTip()
    assert tools._clear.text() == "Clear"


@pytest.mark.parametrize(
    ("stroke", "other"),
    [("painting", "keeping"), ("painting", "pulling"), ("pulling", "here"), ("pulling", "pulling")],
)
def test_a_stroke_stays_where_another_tool_is_chosen_before_it_has_come_to_rest(spot, qtbot, stroke, other):
    panel, document = spot.panel, spot.studio.document
    tools, before, steps = panel.touching, document.scene, document.history.count()
    hand = choose(spot, getattr(tools, stroke), qtbot)
    with qtbot.waitSignal(tools.touch.moved, timeout=WAIT_MS):
        hand.press(16, 16)
        hand.move(20, 14)
    hand.release(20, 14)
    assert tools.touch.is_under_way
    with qtbot.waitSignal(tools.touch.rested, timeout=WAIT_MS):
        getattr(panel if other == "here" else tools, other).trigger()  # a tool that is chosen already is put down
    assert document.scene is not before
    assert document.history.count() == steps + 1
    assert tools.pull._start is None
    document.history.undo()
    assert document.scene is before


def test_another_tool_takes_a_stroke_back_while_the_button_is_held(spot, qtbot):
    tools, document = spot.panel.touching, spot.studio.document
    before, steps = document.scene, document.history.count()
    hand = choose(spot, tools.painting, qtbot)
    with qtbot.waitSignal(tools.touch.moved, timeout=WAIT_MS):
        hand.press(16, 16)
        hand.move(20, 14)
    tools.keeping.trigger()
    hand.release(20, 14)
    assert document.scene is before
    assert document.history.count() == steps


def test_alt_takes_a_colour_and_brackets_change_the_brush(spot, qtbot):
    tools, canvas = spot.panel.touching, spot.panel.canvas
    hand = choose(spot, tools.painting, qtbot)
    steps = spot.studio.document.history.count()
    hand.press(16, 16, ALT)
    hand.release(16, 16, ALT)
    assert tools.paint.colour.getRgb()[:3] == tuple(canvas.picture[16, 16])
    assert spot.studio.document.history.count() == steps
    size = tools.brush.size
    QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert tools.brush.size > size
    QTest.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert tools.brush.size == pytest.approx(size)


def test_the_brush_and_its_colour_are_those_of_the_last_time(build_window, qtbot, tmp_path):
    first = build_window().panel.touching
    first.brush.set_size(17.25)
    first.paint.set_colour(QColor("#123456"))
    settings, again = build_window(), build_window().panel.touching
    assert (again.brush.size, again._size.slider.value) == (17.25, 17.25)
    assert again.paint.colour == QColor("#123456")
    settings.studio.settings.remember_choice("touch/brush-size", "wide")
    settings.studio.settings.remember_choice("touch/colour", "no colour")
    usual = build_window().panel.touching
    assert usual.brush.size == USUAL
    assert usual.paint.colour == QColor(FIRST_COLOUR)


def test_what_a_tool_says_is_read_while_it_is_made_ready(spot, qtbot):
    stage = spot.panel.stage
    spot.resize(960, 600)
    choose(spot, spot.panel.touching.painting, qtbot)
    stage.say("Loading …")
    assert stage._readout.text() == "Drag to paint; Alt picks a colour"
    assert stage._purpose.isVisible()
    qtbot.waitUntil(lambda: stage._purpose.text() == "Loading …", timeout=5000)
    stage.say("")
    assert not stage._purpose.isVisible()


def test_a_grey_model_is_painted_with_grey_and_colours_come_back_with_the_next(spot, qtbot, tmp_path):
    paint, swatch = spot.panel.touching.paint, spot.panel.touching._swatch
    chosen = paint.colour
    tiny_generator(tmp_path / "grey.onnx", channels=1)
    open_and_wait(spot, tmp_path / "grey.onnx", qtbot)
    red, green, blue, _ = paint.colour.getRgb()
    assert red == green == blue == round(0.299 * 225 + 0.587 * 190 + 0.114 * 120)
    assert swatch.icon().pixmap(16, 16).toImage().pixelColor(8, 8) == paint.colour
    paint.set_colour(QColor(255, 0, 0))
    assert paint.colour == QColor(76, 76, 76)
    open_and_wait(spot, tmp_path / "spot.onnx", qtbot)
    assert paint.colour == QColor(255, 0, 0)
    assert chosen == QColor(FIRST_COLOUR)


def test_what_is_kept_is_brushed_heeded_and_cleared(spot, qtbot):
    tools = spot.panel.touching
    tools.keeping.trigger()
    hand = Hand(spot.panel.canvas)
    hand.move(4, 4, held=NONE)
    hand.press(4, 4)
    hand.move(10, 4)
    hand.release(10, 4)
    mask = tools.mask.of((SIZE, SIZE))
    assert mask[4, 8] == 1
    assert mask[20:].max() == 0
    hand.press(4, 4, ALT)
    hand.release(4, 4, ALT)
    assert tools.mask.of((SIZE, SIZE))[4, 3] == 0
    spot.grab()
    tools._clear.click()
    assert tools.mask.is_empty


def test_only_one_tool_is_chosen_and_its_settings_are_shown(spot, qtbot):
    tools, canvas = spot.panel.touching, spot.panel.canvas
    choose(spot, tools.painting, qtbot)
    assert tools._swatch.isVisible()
    choose(spot, tools.pulling, qtbot)
    assert not tools.painting.isChecked()
    assert canvas.tool is tools.pull
    assert not tools._swatch.isVisible()
    tools.pulling.trigger()
    assert canvas.tool is None


def test_a_model_without_gradients_has_the_tools_disabled_with_the_reason(window, tmp_path, qtbot):
    open_and_wait(window, spotted_model(tmp_path / "hard.onnx", refused=True), qtbot)
    tools, said = window.panel.touching, []
    window.studio.notices.report(said.append)
    with qtbot.waitSignal(tools.touch.refused, timeout=WAIT_MS):
        buttons(window)[0].click()
    assert not tools.painting.isEnabled()
    assert "Round" in tools.painting.toolTip()
    assert window.panel.canvas.tool is None
    for button in buttons(window)[:3]:
        assert not button.isEnabled()
        assert not button.isChecked()
        assert "Round" in button.toolTip()
    qtbot.waitUntil(lambda: any("Round" in notice.what for notice in said))


def test_a_model_that_paints_in_steps_has_the_tools_disabled_from_the_start(window, tmp_path, qtbot):
    open_and_wait(window, raster_step(tmp_path / "pixels"), qtbot)
    tools = window.panel.touching
    for action in (tools.painting, tools.pulling, tools.keeping):
        assert not action.isEnabled()
        assert "paints in steps" in action.toolTip()


def test_a_touch_on_a_preview_means_the_same_place_of_the_whole_picture():
    touch = Touch(8.0, 4.0, True, (16, 16), NO_KEY, 1)
    whole = touch.on((64, 32))
    assert (whole.x, whole.y, whole.size) == (32.0, 8.0, (64, 32))
    assert touch.on((16, 16)) is touch

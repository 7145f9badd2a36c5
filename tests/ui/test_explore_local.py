"""What can change here: a rectangle drawn on the picture gives sliders that move it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.core.directions.direction import Direction
from explorer.ui.explore.latent_row import ROW_PX
from tests.ui.conftest import let_draw, open_and_wait

BOX = QRect(1, 1, 3, 3)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(opened):
    return opened.panel


def drag(panel, region: QRect, *, escape: bool = False) -> None:
    """Drag from one corner pixel of a rectangle to the other."""
    canvas = panel.canvas
    ratio, (left, top, width, _) = canvas.devicePixelRatioF(), canvas._view.box
    scale = width / canvas._view.picture[0]
    begin, end = (
        QPointF((left + (corner.x() + 0.5) * scale) / ratio, (top + (corner.y() + 0.5) * scale) / ratio)
        for corner in (region.topLeft(), region.bottomRight())
    )
    QTest.mousePress(canvas, LEFT, Qt.KeyboardModifier.NoModifier, begin.toPoint())
    event = QMouseEvent(QEvent.Type.MouseMove, end, canvas.mapToGlobal(end), LEFT, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)
    if escape:
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, Qt.KeyboardModifier.NoModifier, end.toPoint())


def found_in(panel, qtbot, region: QRect = BOX):
    panel.here.trigger()
    drag(panel, region)
    qtbot.waitUntil(lambda: not panel.local.work.is_busy, timeout=20_000)
    return panel.local


def test_the_tool_says_what_to_do_and_goes_when_it_is_put_down(panel):
    side = panel.local
    assert not side.isVisible()
    panel.here.trigger()
    assert side.isVisible()
    assert "Drag a rectangle" in side.hint.text()
    assert "Drag a rectangle" in panel.stage._readout.words
    panel.here.trigger()
    assert not side.isVisible()


def test_a_rectangle_gives_three_sliders_that_say_how_much_is_inside(panel, qtbot):
    side = found_in(panel, qtbot)
    assert panel.region.region == QRect(1, 1, 3, 3)
    assert (side.found.region.width, len(side.found.steps)) == (3, 3)
    assert side._name(0) == f"{side.found.steps[0].inside:.0%} inside"
    assert side.usual.text() == f"usually {side.found.usual:.0%}"
    assert "inside the rectangle" in side.usual.toolTip()
    assert "inside the rectangle" in side._tip(0)
    assert not side.hint.isVisible()
    assert side.rows.row_of(0).slider.shown_range[1] == side.found.steps[0].reach
    panel.here.trigger()
    assert side.isVisible()  # the sliders outlive the tool


def test_a_slider_moves_the_picture_and_undo_brings_both_back(panel, qtbot, opened):
    side, document = found_in(panel, qtbot), opened.studio.document
    scene, picture = document.scene, panel.canvas.picture.copy()
    steps = document.history.count()
    for alpha in (0.5, 1.0):
        let_draw(opened, qtbot, lambda alpha=alpha: side.rows.moved.emit(0, alpha, 7))
    let_draw(opened, qtbot, lambda: side.rows.moved.emit(2, -1.0, 8))
    assert document.history.count() == steps + 2  # a drag is one step
    assert (panel.canvas.picture != picture).any()
    assert [side.rows.row_of(place).slider.value for place in range(3)] == pytest.approx([1.0, 0.0, -1.0], abs=2e-3)
    let_draw(opened, qtbot, document.history.undo)
    assert side.rows.row_of(2).slider.value == pytest.approx(0.0, abs=2e-3)
    let_draw(opened, qtbot, document.history.undo)
    assert np.array_equal(document.scene.z, scene.z)
    assert (document.scene.seed, side.rows.row_of(0).slider.value) == (scene.seed, 0.0)
    assert (panel.canvas.picture == picture).all()


def test_on_another_sample_the_sliders_count_from_there_and_say_so(panel, qtbot, opened):
    side, document = found_in(panel, qtbot), opened.studio.document
    first = document.scene
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    assert side.hint.isVisible()
    assert "another picture" in side.hint.text()
    here = document.scene.z
    let_draw(opened, qtbot, lambda: side.rows.moved.emit(1, 0.5, 3))
    assert np.allclose(document.scene.z, here + 0.5 * side.found.steps[1].vector, atol=1e-6)
    assert side.rows.row_of(1).slider.value == pytest.approx(0.5, abs=2e-3)
    for _ in range(2):
        let_draw(opened, qtbot, document.history.undo)
    assert document.scene.z is first.z
    assert not side.hint.isVisible()


def test_what_was_done_is_kept_as_a_direction_that_does_it(panel, qtbot, opened):
    side = found_in(panel, qtbot)
    assert not side.keep.isEnabled()
    base = opened.studio.document.scene
    let_draw(opened, qtbot, lambda: side.rows.moved.emit(0, 1.0, 7))
    side.keep.click()
    kept = opened.studio.directions.named("here")
    assert kept.method == "local"
    assert kept.span == side.found.steps[0].reach
    assert np.allclose(kept.vector, side.found.steps[0].vector, atol=1e-6)
    assert np.allclose(base.z + kept.vector, opened.studio.document.scene.z, atol=1e-5)
    let_draw(opened, qtbot, lambda: side.rows.moved.emit(1, 0.5, 8))
    side.keep.click()
    both = opened.studio.directions.named("here 2")
    assert not both.has_span  # of both together nobody measured it
    opened.studio.document.history.undo()
    assert opened.studio.directions.names == ("here",)


def test_esc_and_clicks_leave_the_rectangle_as_it_was(panel, qtbot):
    side = found_in(panel, qtbot)
    found = side.found
    drag(panel, QRect(4, 4, 3, 3), escape=True)
    drag(panel, QRect(6, 6, 1, 1))
    assert panel.region.region == QRect(1, 1, 3, 3)
    assert side.found is found


def test_a_rectangle_around_everything_is_refused_in_words(panel, qtbot, opened):
    side = found_in(panel, qtbot, QRect(0, 0, 8, 8))
    assert side.found is None
    assert panel.region.region.isEmpty()
    log = opened.studio.notices
    qtbot.waitUntil(lambda: any("whole picture" in notice.what for _when, notice in log.log))


def test_another_model_and_the_cross_take_the_sliders_away(panel, qtbot, opened, tiny_models):
    side = found_in(panel, qtbot)
    side.clear.click()
    assert side.found is None
    assert panel.region.region.isEmpty()
    side.look_in(QRect(1, 1, 3, 3))
    qtbot.waitUntil(lambda: side.found is not None, timeout=20_000)
    panel.here.trigger()
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    assert side.found is None
    assert not side.isVisible()


def test_the_sliders_fit_the_smallest_window_beside_many_directions(panel, qtbot, opened):
    vectors = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    ways = [Direction(f"way {place}", vector / np.linalg.norm(vector), "pca") for place, vector in enumerate(vectors)]
    opened.studio.directions.add(ways, "Add")
    directions = panel.latent.directions.rows
    opened.resize(1280, 900)
    QApplication.processEvents()
    assert directions.height() == 6 * ROW_PX
    opened.resize(960, 600)
    side = found_in(panel, qtbot)
    QApplication.processEvents()
    smallest = opened.workbench.minimumSizeHint()
    assert smallest.width() <= 960
    assert smallest.height() <= opened.workbench.height()
    assert opened.size() == QSize(960, 600)
    assert side.rows.height() == 3 * ROW_PX
    assert 2 * ROW_PX <= directions.height() < 6 * ROW_PX
    assert side.clear.mapTo(opened, side.clear.rect().bottomRight()).x() < 960

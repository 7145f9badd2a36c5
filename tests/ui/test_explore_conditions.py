"""Explore with a model whose noise can be chosen, and with one whose content is moved by hand."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest
import torch
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tqdm import tqdm

from explorer.core.rendering.conditions import Noise
from explorer.training.networks.growing import GrowingGenerator, stage_graph
from explorer.training.weight_import.layouts import stylegan2, stylegan3
from explorer.training.weight_import.stylegan.style_export import export_style
from explorer.ui.explore.conditions.content_mover import ContentMover
from explorer.ui.explore.conditions.noise_controls import FREE, NONE, OWN
from tests.stylegan import Filtered, Style, filtered_state, nvidia_state
from tests.ui.conftest import let_draw, open_and_wait

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


def written(folder: Path, layout, state) -> Path:
    rebuilt = layout.rebuild(state, {})
    export_style(rebuilt, folder)
    return folder


@pytest.fixture
def noisy(window, qtbot, tmp_path):
    open_and_wait(window, written(tmp_path / "n", stylegan2, nvidia_state(Style(size=16, channel_max=8))), qtbot)
    return window


@pytest.fixture
def moving(window, qtbot, tmp_path):
    open_and_wait(window, written(tmp_path / "m", stylegan3, filtered_state(Filtered())), qtbot)
    return window


def choose(controls, kind: int) -> None:
    controls.kind.setCurrentIndex(kind)
    controls.kind.activated.emit(kind)


def test_ordinary_models_offer_neither(opened):
    panel = opened.panel
    assert not panel.controls.noise.isVisible()
    assert not panel.controls.placement.isVisible()
    assert not panel.by_hand.isEnabled()


def test_noise_is_chosen_drawn_and_undone(noisy, qtbot):
    controls, document, canvas = noisy.panel.controls.noise.part, noisy.studio.document, noisy.panel.canvas
    assert controls.isVisible()
    assert not noisy.panel.controls.placement.isVisible()
    usual = canvas.picture.copy()
    let_draw(noisy, qtbot, lambda: choose(controls, NONE))
    assert document.scene.noise == Noise(None, 0.0)
    assert controls.strength.value == 0.0
    assert not controls.seed.isVisible()
    assert (canvas.picture != usual).any()
    let_draw(noisy, qtbot, lambda: choose(controls, FREE))
    assert controls.seed.isVisible()
    assert document.scene.noise == Noise(controls.seed.seed, 1.0)
    let_draw(noisy, qtbot, lambda: controls.seed.edited.emit(12))
    let_draw(noisy, qtbot, lambda: controls.strength.moved.emit(1.5, 3))
    assert document.scene.noise == Noise(12, 1.5)
    let_draw(noisy, qtbot, lambda: choose(controls, OWN))
    for _ in range(5):
        let_draw(noisy, qtbot, document.history.undo)
    assert (controls.kind.currentIndex(), controls.strength.value) == (OWN, 1.0)
    assert (canvas.picture == usual).all()


def drag(canvas, way: list[tuple[int, int]], keys=Qt.KeyboardModifier.NoModifier) -> None:
    middle = canvas.rect().center()
    places = [QPointF(middle.x() + x, middle.y() + y).toPoint() for x, y in way]
    QTest.mousePress(canvas, LEFT, keys, places[0])
    for place in places[1:]:
        send_move(canvas, place, keys)
    QTest.mouseRelease(canvas, LEFT, keys, places[-1])


def send_move(canvas, place, keys) -> None:
    here = QPointF(place)
    event = QMouseEvent(QEvent.Type.MouseMove, here, canvas.mapToGlobal(here), LEFT, LEFT, keys)
    QApplication.sendEvent(canvas, event)


def test_a_drag_moves_the_content_with_the_pointer_and_shift_turns_it(moving, qtbot):
    panel, document = moving.panel, moving.studio.document
    controls, canvas = panel.controls.placement.part, panel.canvas
    assert controls.isVisible()
    assert not panel.controls.noise.isVisible()
    usual = canvas.picture.copy()
    controls.button.click()
    assert isinstance(canvas.tool, ContentMover)
    assert "Shift to turn" in panel.stage._readout.words
    width = canvas._view.box[2] / canvas.devicePixelRatioF()
    let_draw(moving, qtbot, lambda: drag(canvas, [(0, 0), (10, -4), (30, -9)]))
    place = document.scene.placement
    assert (place.x, place.y, place.degrees) == pytest.approx((30 / width, -9 / width, 0.0), abs=1e-4)
    assert controls.across.value == place.x
    assert document.history.count() == 1
    let_draw(moving, qtbot, lambda: drag(canvas, [(40, 0), (30, -30), (0, -40)], SHIFT))
    assert document.scene.placement.degrees == pytest.approx(90, abs=2)
    assert document.history.count() == 2
    let_draw(moving, qtbot, controls.reset.click)
    assert document.scene.placement is None
    assert (canvas.picture == usual).all()
    controls.button.click()
    drag(canvas, [(0, 0), (1, 1)])
    assert document.scene.placement is None


def test_boxes_place_it_and_the_switch_goes_with_the_model(moving, tiny_models, qtbot):
    controls, document = moving.panel.controls.placement.part, moving.studio.document
    let_draw(moving, qtbot, lambda: controls.degrees.edited.emit(-30.0, 4))
    assert document.scene.placement.degrees == -30.0
    moving.panel.by_hand.trigger()
    assert isinstance(moving.panel.canvas.tool, ContentMover)
    open_and_wait(moving, tiny_models / "faces", qtbot)
    assert moving.panel.canvas.tool is None
    assert not moving.panel.by_hand.isEnabled()


@pytest.fixture
def grown(window, qtbot, tmp_path, monkeypatch):
    """A generator of four stages, the last of 32 pixels."""
    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # the exporter's progress bar starts a thread
    torch.manual_seed(0)
    generator = GrowingGenerator(6, 32, 3, 0.1).eval()
    generator.grown.fill_(3.0)
    onnx.save(stage_graph(generator), tmp_path / "grown.onnx")
    open_and_wait(window, tmp_path / "grown.onnx", qtbot)
    return window


def test_a_stage_is_chosen_shown_in_pixels_and_undone(grown, qtbot):
    growth, document, canvas = grown.panel.controls.growth.part, grown.studio.document, grown.panel.canvas
    assert growth.isVisible()
    assert (growth.stage.value, growth.shown.text()) == (3.0, "32 × 32")
    whole = canvas.picture.copy()
    let_draw(grown, qtbot, lambda: growth.stage.take(1.0))
    assert document.scene.held_back == 2.0
    assert growth.shown.text() == "8 × 8"
    assert (canvas.picture[::4, ::4] == canvas.picture[3::4, 3::4]).all()
    let_draw(grown, qtbot, document.history.undo)
    assert document.scene.held_back is None
    assert (canvas.picture == whole).all()

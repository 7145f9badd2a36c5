"""A drawing that is brought to the window from outside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.files import hash_of
from explorer.core.rendering.picture_files import save_png
from explorer.core.rendering.scene import Scene
from explorer.ui.draw.draw_view import DrawView
from explorer.ui.draw.panel import DrawPanel
from explorer.ui.window.main_window import MainWindow
from tests.ui.draw.conftest import lined


def test_a_saved_drawing_comes_back_with_its_translator_wherever_it_is_dropped(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    translator = lined(tmp_path / "inked.onnx")
    window.studio.settings.remember_translator(translator)
    drawing = Drawing((Stroke("pen", np.array([[0.2, 0.5], [0.8, 0.5]]), 0.1),))
    scene = Scene(hash_of(translator), "inked", drawing=drawing)
    save_png(tmp_path / "drawn.png", np.zeros((32, 32, 3), np.uint8), scene)
    window.studio.intake.take([tmp_path / "drawn.png"])
    qtbot.waitUntil(lambda: isinstance(window.panel, DrawPanel) and isinstance(window.panel.view, DrawView))
    view = window.panel.view
    qtbot.waitUntil(lambda: view.board.shown_last is not None and view.board.shown_last.scene is view.board.scene)
    assert view.own_path == translator
    stroke = view.board.drawing.strokes[0]
    np.testing.assert_array_equal(stroke.points, drawing.strokes[0].points)
    assert len(view.board.drawing.strokes) == 1

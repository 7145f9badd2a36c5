from __future__ import annotations

import numpy as np
import pytest

from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.inference.translator import Translator
from explorer.core.rendering.drawn_scenes import answer_of
from explorer.core.rendering.scene import scene_from_json, scene_to_json
from explorer.session.document import Document
from explorer.session.draw.board import DrawingBoard
from tests.models import tiny_stylist, tiny_translator


def stroke(*places: tuple[float, float], **how) -> Stroke:
    return Stroke("pen", np.array(places, np.float32), 0.2, **how)


ACROSS, DOWN = stroke((0.1, 0.5), (0.9, 0.5)), stroke((0.5, 0.1), (0.5, 0.9))


@pytest.fixture
def board(qtbot):
    found = DrawingBoard(Document())
    yield found
    found.close()


def opened(board, qtbot, path):
    with qtbot.waitSignals([board.opened, board.shown], timeout=20_000):
        board.open(path, "cpu")


def test_every_finished_stroke_is_one_step_of_the_history(board, qtbot, tmp_path):
    opened(board, qtbot, tiny_translator(tmp_path / "negative.onnx"))
    board.sketch(ACROSS)
    board.finish(ACROSS)
    board.finish(DOWN)
    history = board._document.history
    assert history.count() == 2
    history.undo()
    assert board.drawing.strokes == (ACROSS,)
    history.undo()
    assert board.drawing.is_empty
    history.redo()
    history.redo()
    assert board.drawing.strokes == (ACROSS, DOWN)


def test_undo_goes_back_to_the_translator_that_a_stroke_was_drawn_for(board, qtbot, tmp_path):
    opened(board, qtbot, tiny_translator(tmp_path / "first.onnx"))
    board.finish(ACROSS)
    first = board.scene
    opened(board, qtbot, tiny_translator(tmp_path / "second.onnx", size=16))
    board.finish(DOWN)
    history = board._document.history
    history.undo()
    with qtbot.waitSignal(board.left) as told:
        history.undo()  # to before the first stroke, which was of the other translator
    assert told.args[0].model == first.model
    assert told.args[0].drawing.is_empty
    opened(board, qtbot, tmp_path / "first.onnx")
    board.restore(told.args[0])
    assert board.drawing.is_empty
    history.redo()
    assert board.drawing.strokes == (ACROSS,)
    assert board.scene.model == first.model


def test_the_last_answer_is_that_to_the_newest_drawing(board, qtbot, tmp_path):
    opened(board, qtbot, tiny_translator(tmp_path / "negative.onnx", size=16))
    growing = stroke((0.1, 0.5))
    for share in np.linspace(0.1, 0.9, 40):
        growing = growing.longer(np.array([[share, 0.5]], np.float32))
        board.sketch(growing)
    qtbot.waitUntil(lambda: board.shown_last.scene.drawing.strokes == (growing,), timeout=20_000)
    assert board.drawing.is_empty  # until it is finished
    board.finish(growing)
    qtbot.waitUntil(lambda: board.shown_last is not None and board.shown_last.scene is board.scene, timeout=20_000)
    drawn = board.raster.picture()
    assert (drawn < 100).any()
    np.testing.assert_allclose(board.shown_last.picture.astype(int), 255 - drawn.astype(int), atol=1)


def test_an_answer_is_the_same_bytes_when_its_scene_is_read_and_drawn_again(board, qtbot, tmp_path):
    path = tiny_stylist(tmp_path / "style.onnx")
    opened(board, qtbot, path)
    board.finish(ACROSS)
    board.set_style(np.array([0.3, -0.1], np.float32), "Move a slider")
    qtbot.waitUntil(lambda: board.shown_last is not None and board.shown_last.scene is board.scene, timeout=20_000)
    again = scene_from_json(scene_to_json(board.scene))
    translator = Translator.open(path, "cpu")
    try:
        np.testing.assert_array_equal(answer_of(translator, again).picture, board.shown_last.picture)
        plain = answer_of(translator, scene_from_json(scene_to_json(board.scene).replace("0.3", "0.0"))).picture
        assert (plain != board.shown_last.picture).any()
    finally:
        translator.close()


def test_a_slider_that_is_dragged_is_one_step_and_the_drawing_outlives_another_translator(board, qtbot, tmp_path):
    opened(board, qtbot, tiny_stylist(tmp_path / "style.onnx"))
    board.finish(ACROSS)
    for share in (0.1, 0.2, 0.3):
        board.set_style(np.full(2, share, np.float32), "Move a slider", gesture=7)
    assert board._document.history.count() == 2
    assert board.style_size == 2
    before = board.scene
    opened(board, qtbot, tiny_translator(tmp_path / "negative.onnx", size=16))
    assert board.drawing is before.drawing
    assert board.scene.z.size == board.style_size == 0
    assert board.scene.model != before.model
    board._document.history.undo()  # of a step that was made with the other one
    assert board.scene.model == board.work.translator.hash


def test_a_drawing_can_be_begun_before_a_translator_is_open(board, qtbot, tmp_path):
    board.begin_with(Drawing((ACROSS,)), "Start a drawing")
    opened(board, qtbot, tiny_translator(tmp_path / "negative.onnx"))
    assert board.drawing.strokes == (ACROSS,)
    assert board.shown_last.picture.max() > 200

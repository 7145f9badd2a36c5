"""The board in the window: drawn on, answered, undone, kept, saved and taken along."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from explorer.core.drawing.drawing import Drawing, Stroke
from explorer.core.drawing.legend import SEGMENTS
from explorer.core.rendering.picture_files import scene_in_png
from explorer.core.rendering.scene import scene_from_json
from explorer.session.last_visit import Visit
from explorer.ui.draw.draw_view import DrawView
from explorer.ui.widgets.parts import ActionButton
from explorer.ui.window.main_window import MainWindow
from tests.ui.conftest import open_and_wait
from tests.ui.draw.conftest import drawing_with, lined, panel_of


def draw(view: DrawView, qtbot: QtBot, *places: tuple[float, float]) -> None:
    """Drag through places of the board, as shares of it, and wait for the answer."""
    left, top, width, height = (value / view.canvas.devicePixelRatioF() for value in view.canvas._view.box)
    points = [QPoint(round(left + x * width), round(top + y * height)) for x, y in places]
    button = Qt.MouseButton.LeftButton
    qtbot.mousePress(view.canvas, button, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(view.canvas, point)
    with qtbot.waitSignal(view.board.shown):
        qtbot.mouseRelease(view.canvas, button, pos=points[-1])
    settle(view, qtbot)


def settle(view: DrawView, qtbot: QtBot) -> None:
    """Wait for the answer to what is on the board."""
    last = view.board
    qtbot.waitUntil(lambda: last.shown_last is not None and last.shown_last.scene is last.scene)


def is_negative(view: DrawView) -> bool:
    """Whether the answer in sight is that to what is on the board."""
    assert view.answer.picture is not None
    apart = view.answer.picture.astype(int) - (255 - view.board.raster.picture().astype(int))
    return bool(np.abs(apart).max() <= 1)


def test_it_begins_with_a_face_and_its_answer(drawn: DrawView, window: MainWindow) -> None:
    assert len(drawn.board.drawing.strokes) > 10
    assert is_negative(drawn)
    assert not window.studio.document.history.canUndo()
    assert drawn.canvas.picture is drawn.board.raster.board


def test_the_answer_follows_the_pen_and_a_stroke_is_undone_as_one(
    drawn: DrawView, window: MainWindow, qtbot: QtBot
) -> None:
    before = drawn.board.drawing
    draw(drawn, qtbot, (0.1, 0.9), (0.5, 0.95), (0.9, 0.9))
    assert len(drawn.board.drawing.strokes) == len(before.strokes) + 1
    assert is_negative(drawn)
    with qtbot.waitSignal(drawn.board.shown):
        window.commands["undo"].trigger()
    settle(drawn, qtbot)
    assert drawn.board.drawing is before
    assert is_negative(drawn)


def test_a_colour_takes_the_dab_into_the_hand_and_the_pen_stays_black(drawn: DrawView, qtbot: QtBot) -> None:
    drawn.controls.colours.chosen.emit((64, 128, 192))
    assert drawn.tools.chosen.kind == "dab"
    draw(drawn, qtbot, (0.5, 0.05), (0.55, 0.05))
    drawn.tools.choose("pen")
    draw(drawn, qtbot, (0.5, 0.1), (0.55, 0.1))
    dab, pen = drawn.board.drawing.strokes[-2:]
    assert (dab.tool, dab.colour) == ("dab", (64, 128, 192))
    assert (pen.tool, pen.colour) == ("pen", (0, 0, 0))


def test_an_empty_board_says_what_to_do_and_nothing_is_made_of_it(drawn: DrawView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(drawn.board.shown):
        drawn.controls.clear.click()
    settle(drawn, qtbot)
    assert drawn.board.drawing.is_empty
    assert drawn.answer.picture is None
    assert not drawn.take.isEnabled()
    assert drawn.canvas._shows_hint
    draw(drawn, qtbot, (0.2, 0.2), (0.8, 0.8))
    settle(drawn, qtbot)
    assert is_negative(drawn)
    assert not drawn.canvas._shows_hint


def test_parts_are_chosen_by_name_and_no_pixel_lies_between_two(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    legend = tuple(SEGMENTS.items())
    view = drawing_with(window, lined(tmp_path / "parts.onnx", "segments", legend=legend), qtbot)
    assert [action.isEnabled() for action in view.tools._actions.values()] == [True, False, True, True]
    chosen = view.controls.colours._group.checkedButton()
    assert chosen.text() == "skin"
    view.controls.colours._group.button(3).click()
    draw(view, qtbot, (0.3, 0.1), (0.7, 0.12))
    assert view.board.drawing.strokes[-1].colour == SEGMENTS["hat"]
    drawn = {tuple(pixel) for pixel in view.board.raster.picture().reshape(-1, 3).tolist()}
    assert drawn <= set(SEGMENTS.values())
    assert view.controls.photo.isHidden()


def test_what_was_drawn_in_another_language_is_there_when_it_is_spoken_again(
    drawn: DrawView, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    lines = drawn.board.drawing
    legend = tuple(SEGMENTS.items())
    drawing_with(window, lined(tmp_path / "parts.onnx", "segments", legend=legend), qtbot)
    assert drawn.board.drawing is not lines
    assert drawn.controls.colours._group.checkedButton().text() == "skin"
    drawing_with(window, lined(tmp_path / "lines.onnx", "lines"), qtbot)
    assert drawn.board.drawing is lines


def test_a_photo_is_given_as_the_model_takes_it(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    view = drawing_with(window, lined(tmp_path / "coloured.onnx", "grey"), qtbot)
    assert view.board.drawing.is_empty
    Image.fromarray(np.full((50, 50, 3), (200, 30, 60), np.uint8)).save(tmp_path / "red.png")
    with qtbot.waitSignal(view.board.shown):
        view._on_dropped([str(tmp_path / "red.png")])
    ground = view.board.drawing.ground
    assert ground is not None
    assert ground.shape == (32, 32, 3)
    assert np.ptp(ground.astype(int), axis=2).max() == 0


def test_a_large_photo_is_read_in_a_worker_which_is_said(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    view = drawing_with(window, lined(tmp_path / "coloured.onnx", "grey"), qtbot)
    photo = np.full((1000, 1200, 3), (200, 30, 60), np.uint8)
    with qtbot.waitSignal(view.grounds.began) as began:
        view.begin_with(photo)
        assert view.board.drawing.ground is None
    assert began.args == ["Reading the picture"]
    assert view.grounds.job is None or not view.grounds.job.is_quick
    qtbot.waitUntil(lambda: view.board.drawing.ground is not None)
    assert view.board.drawing.ground is not None
    assert view.board.drawing.ground.shape == (32, 32, 3)


def test_a_saved_answer_carries_its_drawing_and_brings_it_back(drawn: DrawView, tmp_path: Path, qtbot: QtBot) -> None:
    from explorer.core.rendering.saved_pictures import save_picture

    draw(drawn, qtbot, (0.1, 0.9), (0.9, 0.9))
    last = drawn.board.shown_last
    assert last is not None
    save_picture(tmp_path / "drawn.png", last.picture, last.scene)
    scene = scene_in_png(tmp_path / "drawn.png")
    assert scene is not None
    assert scene.drawing is not None
    drawn.controls.clear.click()
    with qtbot.waitSignal(drawn.board.changed, timeout=10_000):
        drawn._on_dropped([str(tmp_path / "drawn.png")])
    assert len(drawn.board.drawing.strokes) == len(scene.drawing.strokes)
    settle(drawn, qtbot)
    assert drawn.answer.picture is not None
    np.testing.assert_array_equal(drawn.answer.picture, last.picture)


def test_b_keeps_the_drawing_and_a_click_goes_back_to_it(drawn: DrawView, window: MainWindow, qtbot: QtBot) -> None:
    assert drawn.strip.isHidden()
    kept = drawn.board.drawing
    window.commands["bookmark"].trigger()
    assert drawn.strip.isVisible()
    drawn.controls.clear.click()
    (key,) = drawn.strip._shown
    drawn.strip.strip.picked.emit(key)
    assert drawn.board.drawing is kept
    window.commands["undo"].trigger()
    assert drawn.board.drawing.is_empty


def test_the_commands_of_the_window_mean_the_board(drawn: DrawView, window: MainWindow) -> None:
    window.commands["copy_scene"].trigger()
    scene = scene_from_json(QGuiApplication.clipboard().text())
    assert scene.drawing is not None
    assert scene.model == drawn.board.scene.model
    assert not window.commands["sample"].isEnabled()
    window.commands["reset"].trigger()
    assert drawn.board.drawing.is_empty


def test_strokes_are_recorded_as_they_are_answered(drawn: DrawView, window: MainWindow, qtbot: QtBot) -> None:
    recording = window.window_actions.recorder.recording
    recording.follow(drawn.pictures_in_view)
    recording.begin(None)
    draw(drawn, qtbot, (0.1, 0.9), (0.5, 0.5), (0.9, 0.9))
    recording.stop()
    assert drawn.board.shown_last is not None
    np.testing.assert_array_equal(recording.shown[-1][1], drawn.board.shown_last.picture)


def test_the_strokes_are_saved_as_a_film(drawn: DrawView, tmp_path: Path) -> None:
    drawn.board.start(Drawing((Stroke("pen", np.array([[0.1, 0.1], [0.9, 0.9]], np.float32)),)))
    film = next(offer for offer in drawn.exports() if offer.suffix == ".gif")
    film.write(tmp_path / "film.gif", lambda *_: None, lambda: False)
    with Image.open(tmp_path / "film.gif") as shown:
        assert shown.n_frames > 1
        assert shown.width == 2 * shown.height


def test_strokes_are_one_picture_of_the_history_and_undone_one_by_one(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    view = drawing_with(opened, lined(tmp_path / "inked.onnx"), qtbot)
    opened.strips.history.catch_up()
    before, count = len(opened.strips.history.strip.keys), len(view.board.drawing.strokes)
    for y in (0.1, 0.2, 0.3):
        view.board.finish(Stroke("pen", np.array([[0.1, y], [0.9, y]], np.float32)))
    opened.strips.history.catch_up()
    assert len(opened.strips.history.strip.keys) == before + 1
    assert opened.strips.history.strip.current == opened.strips.history.strip.keys[-1]
    opened.commands["undo"].trigger()
    assert len(view.board.drawing.strokes) == count + 2


def test_the_current_picture_is_traced(opened: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    view = drawing_with(opened, lined(tmp_path / "inked.onnx", "lines"), qtbot)
    with qtbot.waitSignal(view.board.shown):
        view.controls.current.click()
    assert view.board.drawing.ground is not None
    assert not view.board.drawing.strokes


def test_a_picture_is_given_anew_to_a_model_that_takes_it_otherwise(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    view = drawing_with(opened, lined(tmp_path / "coloured.onnx", "grey"), qtbot)
    grey = view.board.drawing.ground
    drawing_with(opened, lined(tmp_path / "larger.onnx", "small:4"), qtbot)
    coloured = view.board.drawing.ground
    assert grey is not None
    assert coloured is not None
    assert np.ptp(grey.astype(int), axis=2).max() == 0
    assert np.ptp(coloured.astype(int), axis=2).max() > 0


def test_a_drawing_that_is_dropped_on_the_board_brings_its_translator(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    from explorer.core.rendering.saved_pictures import save_picture

    parts = lined(tmp_path / "parts.onnx", "segments", legend=tuple(SEGMENTS.items()))
    view = drawing_with(window, parts, qtbot)
    last = view.board.shown_last
    assert last is not None
    save_picture(tmp_path / "drawn.png", last.picture, last.scene)
    drawing_with(window, lined(tmp_path / "inked.onnx"), qtbot)
    with qtbot.waitSignal(view.own_opened, timeout=10_000):
        view._on_dropped([str(tmp_path / "drawn.png")])
    settle(view, qtbot)
    assert view.own_path == parts
    assert view.answer.picture is not None
    np.testing.assert_array_equal(view.answer.picture, last.picture)


def test_mirror_and_tidy_stay_where_they_are_whatever_is_drawn_with(drawn: DrawView) -> None:
    drawn.bar.resize(900, drawn.bar.height())
    places = set()
    for kind in ("pen", "dab", "eraser"):
        drawn.tools.choose(kind)
        drawn.bar._row.activate()
        buttons = [button for button in drawn.bar.findChildren(ActionButton) if button.isVisible()]
        places.add(tuple(button.x() for button in buttons))
    assert len(places) == 1


def test_without_an_encoder_it_is_said_why_nothing_is_taken_along(
    opened: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    view = drawing_with(opened, lined(tmp_path / "inked.onnx"), qtbot)
    view.take.click()
    qtbot.waitUntil(lambda: opened.toasts.count == 1)
    assert opened.panel is panel_of(opened)


def test_the_answer_is_taken_along_to_explore(
    opened: MainWindow, tiny_models: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    from tests.models import tiny_encoder

    folder = tmp_path / "with-encoder"
    folder.mkdir()
    (folder / "generator.onnx").write_bytes((tiny_models / "faces" / "generator.onnx").read_bytes())
    tiny_encoder(folder / "encoder.onnx")
    open_and_wait(opened, folder, qtbot)
    before = opened.studio.document.scene
    view = drawing_with(opened, lined(tmp_path / "inked.onnx"), qtbot)
    with qtbot.waitSignal(view.taking.taken, timeout=20_000):
        view.take.click()
    assert opened.panel.title == "Explore"
    assert opened.studio.document.scene.z is not before.z
    assert opened.studio.document.scene.drawing is None


@pytest.mark.parametrize("words", ["", "pen", "pen 0.1", "hare 0.1,0.2"])
def test_a_lesson_that_asks_for_nonsense_is_told_so(drawn: DrawView, words: str) -> None:
    from explorer.core.problem import Problem

    with pytest.raises(Problem, match="cannot be drawn"):
        drawn.lesson_actions()["draw"](words)


def test_the_last_drawing_is_on_the_board_at_the_next_start(drawn: DrawView, tmp_path: Path, qtbot: QtBot) -> None:
    stroke = Stroke("pen", np.array([[0.1, 0.4], [0.9, 0.4]], np.float32))
    drawn.board.begin_with(Drawing((stroke,)), "Begin")
    qtbot.waitUntil(lambda: not drawn.board.work.is_busy)
    visit = drawn.studio.last_visit
    visit.keep(Visit())
    visit.drawings.clear()
    visit.read()
    again = DrawView(drawn.studio)
    qtbot.addWidget(again)
    with qtbot.waitSignal(again.board.shown, timeout=30_000):
        again.open_own(tmp_path / "inked.onnx")
    assert np.array_equal(again.board.drawing.strokes[0].points, stroke.points)
    again.close_work()

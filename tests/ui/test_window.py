from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel

from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import png_bytes
from explorer.core.rendering.renderer import Renderer
from explorer.session.models.opening import Opener
from explorer.ui.theme import UNIT
from explorer.ui.widgets.gestures import new_gesture
from explorer.ui.window.main_window import PANELS
from explorer.ui.window.notice_log import NoticeLog
from tests.models import tiny_generator
from tests.ui.conftest import let_draw, open_and_wait


def test_importing_the_program_does_not_import_torch():
    code = "import sys, explorer.app; raise SystemExit('torch' in sys.modules or 'onnx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.__name__)
def test_every_panel_opens_refreshes_and_closes(panel, opened, qtbot):
    opened.show_panel(PANELS.index(panel))
    assert isinstance(opened.panel, panel)
    assert panel.title
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    opened.panel.show_scene(None, opened.studio.document.scene)


def test_a_window_without_a_model_says_what_to_do(window):
    assert not window.panel.isVisible()
    assert not window.commands["save"].isEnabled()
    assert window.commands["open"].isEnabled()


def test_opening_shows_a_picture_and_offers_what_can_be_done(opened):
    assert opened.panel.isVisible()
    assert opened.panel.isEnabled()
    assert opened.panel.canvas.picture is not None
    assert opened.commands["save"].isEnabled()
    assert opened.windowTitle().startswith("faces")
    assert not opened.studio.document.history.canUndo()


def test_a_drag_is_one_undo_step(opened, qtbot):
    document = opened.studio.document
    before = document.scene
    rows = opened.panel.latent.list.rows
    gesture = new_gesture()

    def drag():
        for value in (0.25, 0.5, 0.75):
            rows.moved.emit(2, value, gesture)

    let_draw(opened, qtbot, drag)
    assert document.scene.z[2] == 0.75
    assert document.history.count() == 1
    let_draw(opened, qtbot, opened.commands["undo"].trigger)
    assert document.scene is before
    let_draw(opened, qtbot, opened.commands["redo"].trigger)
    assert document.scene.z[2] == 0.75


def test_a_drag_of_the_truncation_slider_is_one_undo_step(opened, qtbot):
    slider = opened.panel.controls.psi
    middle, end = slider.rect().center(), QPoint(4, slider.height() // 2)

    def drag():
        qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
        for step in range(5):
            qtbot.mouseMove(slider, middle + (end - middle) * step / 4)
        qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=end)

    let_draw(opened, qtbot, drag)
    assert opened.studio.document.history.count() == 1
    assert opened.studio.document.scene.truncation < 0.1


def test_the_picture_on_the_canvas_is_that_of_the_scene(opened, qtbot):
    let_draw(opened, qtbot, lambda: opened.studio.edits.sample(7))
    generator = opened.studio.models.current.generator
    expected = Renderer(generator).render(opened.studio.document.scene).picture
    np.testing.assert_array_equal(opened.panel.canvas.picture, expected)


def test_the_space_bar_draws_a_new_sample(opened, qtbot):
    before = opened.studio.document.scene
    opened.panel.canvas.setFocus()
    let_draw(opened, qtbot, lambda: qtbot.keyClick(opened.panel.canvas, Qt.Key.Key_Space))
    assert opened.studio.document.scene.z is not before.z
    assert opened.studio.document.scene.seed is not None


def test_the_space_bar_draws_as_soon_as_a_model_is_open(window, qtbot, tiny_models):
    assert not isinstance(window.focusWidget(), QAbstractButton)
    open_and_wait(window, tiny_models / "faces", qtbot)
    assert window.focusWidget() is window.panel.canvas
    for button in window.top_bar.findChildren(QAbstractButton):
        assert not button.focusPolicy() & Qt.FocusPolicy.ClickFocus
    let_draw(window, qtbot, lambda: qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space))
    assert window.studio.document.history.count() == 1


def test_opening_again_leaves_the_keyboard_where_it_is_at_work(opened, qtbot):
    seed = opened.panel.controls.seed
    seed.setFocus()
    with qtbot.waitSignal(opened.studio.pictures.settled):
        opened.studio.controller.use_device("cpu")
    assert opened.focusWidget() is seed


def test_the_space_bar_in_the_seed_box_draws_too(opened, qtbot):
    box = opened.panel.controls.seed
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "123456789")
    let_draw(opened, qtbot, lambda: qtbot.keyClick(box, Qt.Key.Key_Return))
    let_draw(opened, qtbot, lambda: qtbot.keyClick(box, Qt.Key.Key_Space))
    assert opened.studio.document.history.count() == 2
    assert opened.studio.document.scene.seed not in (None, 123456789)
    assert box.text() == str(opened.studio.document.scene.seed)


def test_the_space_bar_still_presses_a_button_that_has_the_keyboard(opened, qtbot):
    button = opened.panel.controls.new_sample
    button.setFocus(Qt.FocusReason.TabFocusReason)
    let_draw(opened, qtbot, lambda: qtbot.keyClick(button, Qt.Key.Key_Space))
    assert opened.studio.document.history.count() == 1


def test_the_list_of_keys_has_those_of_the_panels_too(opened):
    opened.commands["keys"].trigger()
    (dialog,) = opened.findChildren(QDialog)
    said = {label.text() for label in dialog.findChildren(QLabel)}
    dialog.close()
    assert {"Undo", "Ctrl+Z"} <= said
    for panel in opened.panels:
        assert {action.text() for action in panel.actions() if action.shortcuts()} <= said
    assert {"Random walk", "W", "8 neighbours", "N"} <= said


def test_escape_never_closes_the_window(opened, qtbot):
    qtbot.keyClick(opened, Qt.Key.Key_Escape)
    assert opened.isVisible()


def test_a_saved_picture_dropped_on_the_window_restores_its_scene_exactly(opened, qtbot, tmp_path, monkeypatch):
    studio = opened.studio
    let_draw(opened, qtbot, lambda: studio.edits.sample(11))
    let_draw(opened, qtbot, lambda: studio.edits.set_truncation(0.7))
    scene, path = studio.document.scene, tmp_path / "saved.png"
    said = []
    studio.notices.report(said.append)
    studio.saver.save(studio.pictures.renderer, scene, path)
    qtbot.waitUntil(lambda: len(said) == 1)
    let_draw(opened, qtbot, studio.edits.new_sample)

    let_draw(opened, qtbot, lambda: drop(opened, path))

    assert studio.document.scene is not scene
    assert studio.document.scene.z.tobytes() == scene.z.tobytes()
    assert studio.document.scene.truncation == 0.7
    assert studio.document.scene.seed == 11
    assert path.read_bytes() == png_bytes(opened.panel.canvas.picture, scene)


def test_a_picture_of_another_model_opens_that_model(opened, qtbot, tmp_path, tiny_models):
    studio = opened.studio
    scene, picture = studio.document.scene, opened.panel.canvas.picture
    path = tmp_path / "faces.png"
    path.write_bytes(png_bytes(picture, scene))
    open_and_wait(opened, tiny_models / "fashion", qtbot)

    with qtbot.waitSignal(studio.models.opened, timeout=20_000):
        drop(opened, path)
    qtbot.waitUntil(lambda: not studio.pictures.is_busy)

    assert studio.models.hash == scene.model
    assert studio.document.scene.z.tobytes() == scene.z.tobytes()
    np.testing.assert_array_equal(opened.panel.canvas.picture, picture)


def test_a_picture_that_is_opened_first_begins_the_history(build_window, qtbot, tmp_path, tiny_models):
    first = build_window()
    open_and_wait(first, tiny_models / "faces", qtbot)
    path = tmp_path / "saved.png"
    path.write_bytes(png_bytes(first.panel.canvas.picture, first.studio.document.scene))
    first.close()

    second = build_window()
    open_and_wait(second, path, qtbot)

    assert second.studio.document.scenes() == (second.studio.document.scene,)
    assert not second.commands["undo"].isEnabled()
    assert second.panel.isEnabled()


def test_a_relative_path_is_remembered_in_full(window, qtbot, tmp_path, tiny_models, monkeypatch):
    shutil.copy(tiny_models / "faces" / "generator.onnx", tmp_path / "mine.onnx")
    monkeypatch.chdir(tmp_path)
    open_and_wait(window, Path("mine.onnx"), qtbot)
    assert window.studio.settings.last_model == tmp_path / "mine.onnx"
    assert window.studio.settings.recent == (tmp_path / "mine.onnx",)


@pytest.mark.parametrize("trained_on", [False, True])
def test_a_picture_of_a_run_finds_it_after_a_restart(build_window, qtbot, tmp_path, tiny_models, trained_on):
    run = tmp_path / "my run"
    run.mkdir()
    (run / "run.json").write_text("{}")
    exported = Opener(tmp_path / "settings" / "cache" / "exports").generator_of(run)
    exported.parent.mkdir(parents=True)
    tiny_generator(exported, seed=5)
    first = build_window()
    open_and_wait(first, run, qtbot)
    scene, path = first.studio.document.scene, tmp_path / "saved.png"
    path.write_bytes(png_bytes(first.panel.canvas.picture, scene))
    first.close()
    if trained_on:
        (run / "state.safetensors").touch()

    second = build_window()
    open_and_wait(second, path, qtbot)

    assert second.studio.document.scene.z.tobytes() == scene.z.tobytes()
    assert second.studio.models.hash == scene.model
    assert second.studio.settings.last_model == (exported.parent if trained_on else run)


def test_undo_goes_back_to_the_model_before(opened, qtbot, tiny_models):
    studio = opened.studio
    first = studio.document.scene
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    assert studio.document.scene.label == 0

    with qtbot.waitSignal(studio.models.opened, timeout=20_000):
        opened.commands["undo"].trigger()
        assert not opened.panel.isEnabled()
    qtbot.waitUntil(lambda: not studio.pictures.is_busy)

    assert studio.document.scene is first
    assert studio.models.hash == first.model
    assert opened.panel.isEnabled()


def test_scenes_are_copied_and_pasted(opened, qtbot):
    studio = opened.studio
    scene = studio.document.scene
    opened.commands["copy_scene"].trigger()
    let_draw(opened, qtbot, studio.edits.new_sample)
    let_draw(opened, qtbot, opened.commands["paste"].trigger)
    assert studio.document.scene.z.tobytes() == scene.z.tobytes()


def test_a_copied_picture_carries_its_scene(opened, qapp, qtbot):
    opened.commands["copy_picture"].trigger()
    png = bytes(qapp.clipboard().mimeData().data("image/png").data())
    scene = opened.studio.document.scene
    assert png == png_bytes(opened.panel.canvas.picture, scene)
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    let_draw(opened, qtbot, opened.commands["paste"].trigger)
    assert opened.studio.document.scene.z.tobytes() == scene.z.tobytes()


def test_the_window_comes_back_as_it_was_left(build_window, tiny_models, qtbot):
    first = build_window()
    open_and_wait(first, tiny_models / "fashion", qtbot)
    first.commands["theme"].trigger()
    first.commands["smooth"].trigger()
    first.resize(1000, 650)
    theme, smooth = first.studio.settings.theme, first.studio.settings.smooth
    first.close()

    second = build_window()
    assert second.height() == 650  # the offscreen screen is too narrow for the width
    assert (second.studio.settings.theme, second.studio.settings.smooth) == (theme, smooth)
    assert second.studio.settings.last_model == tiny_models / "fashion"


def test_bookmarks_come_back_with_their_model(build_window, tiny_models, qtbot):
    first = build_window()
    open_and_wait(first, tiny_models / "faces", qtbot)
    let_draw(first, qtbot, lambda: first.studio.edits.sample(5))
    first.commands["bookmark"].trigger()
    first.close()

    second = build_window()
    open_and_wait(second, tiny_models / "faces", qtbot)
    strip = second.strips.bookmarks.strip
    assert len(strip.keys) == 1
    let_draw(second, qtbot, lambda: strip.picked.emit(strip.keys[0]))
    assert second.studio.document.scene.seed == 5


def test_the_history_strip_goes_back_to_any_step(opened, qtbot):
    studio, strip = opened.studio, opened.strips.history
    seeds = [studio.document.scene.seed]
    for seed in (1001, 1002, 1003):
        let_draw(opened, qtbot, lambda seed=seed: studio.edits.sample(seed))
        seeds.append(seed)
    strip.catch_up()
    assert strip.strip.keys == ("0", "1", "2", "3")
    qtbot.waitUntil(lambda: all(studio.thumbnails.of(scene) is not None for scene in studio.document.scenes()))

    let_draw(opened, qtbot, lambda: strip.strip.picked.emit("1"))

    assert studio.document.scene.seed == 1001
    assert studio.document.history.index() == 1


def test_undoing_what_changes_no_picture_moves_along_the_history_too(opened, qtbot):
    document, history = opened.studio.document, opened.strips.history
    done = []
    document.show("Find principal components", document.scene, beside=(lambda: done.append(1), done.clear))
    history.catch_up()
    assert history.strip.keys == ("0", "1")
    assert history.strip.current == "1"
    QTest.mouseClick(
        history.strip.viewport(),
        Qt.MouseButton.LeftButton,
        pos=history.strip.visualRect(history.strip.model().index(0, 0)).center(),
    )
    assert (done, history.strip.current) == ([1], "1")  # what it did besides is undone by Undo alone
    opened.commands["undo"].trigger()
    history.catch_up()
    assert (done, history.strip.current) == ([], "0")


def test_captions_fit_under_their_pictures_and_tips_say_the_rest(opened, qtbot, tiny_models):
    studio, history = opened.studio, opened.strips.history
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    for act in (
        lambda: studio.edits.sample(582866),
        lambda: studio.edits.set_truncation(0.7),
        lambda: studio.edits.set_label(2),
        lambda: studio.edits.set_value(3, 1.25),
        studio.edits.reset_all,
        lambda: studio.controller.paste(replace(studio.document.scene)),
        lambda: studio.edits.go_to(studio.document.scene.z + 1, "Random walk"),
        lambda: studio.document.show("Go to a neighbour", replace(studio.document.scene)),
        lambda: studio.controller.show("Go to a bookmark", replace(studio.document.scene)),
        lambda: studio.controller.show("Open a picture", replace(studio.document.scene)),
    ):
        let_draw(opened, qtbot, act)
    history.catch_up()

    model = history.strip.model()
    frames = [model.index(row, 0) for row in range(model.rowCount())]
    captions = [frame.data() for frame in frames]
    words = "Start fashion 582866 ψ_0.70 class_2 Move_z3 Reset Pasted Walk Neighbour Bookmark Picture"
    assert captions == [word.replace("_", " ") for word in words.split()]
    assert all(history.strip.fontMetrics().horizontalAdvance(caption) <= 9 * UNIT for caption in captions)
    assert frames[2].data(Qt.ItemDataRole.ToolTipRole) == "New sample\nSeed 582866\nclass 0"


def test_the_event_loop_can_turn_for_a_long_time(opened, qapp):
    for _ in range(20_000):
        qapp.processEvents()
    assert opened.isVisible()


def test_the_first_window_fits_the_screen_with_its_frame(window):
    room = window.screen().availableSize()
    assert window.frameGeometry().width() <= room.width()
    assert window.frameGeometry().height() <= room.height()


def test_what_was_said_can_be_read_again_and_copied(opened, qapp):
    opened.studio.notices.show_error(Problem("The disk is full.", "Free some space."))
    opened.studio.notices.say("Saved.")
    qapp.processEvents()
    opened.commands["notices"].trigger()
    (log,) = opened.findChildren(NoticeLog)
    assert [log.list.item(row).text()[10:] for row in (0, 1)] == ["Saved.", "The disk is full. Free some space."]
    opened.studio.notices.say("Once more.")
    qapp.processEvents()
    assert log.list.item(0).text().endswith("Once more.")
    log.copy.click()
    assert qapp.clipboard().text().splitlines()[-1].endswith("Free some space.")
    log.list.item(0).setSelected(True)
    log.copy.click()
    assert qapp.clipboard().text()[10:] == "Once more."
    log.reject()


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))


@pytest.mark.parametrize("view", ["Directions", "Find", "Your picture"])
def test_a_page_of_arithmetic_fits_the_smallest_window_across(opened, view):
    opened.resize(960, 600)
    opened.show_panel(2)
    opened.panel.show_view(opened.panel.views.index(view))
    QApplication.processEvents()
    page = opened.panel.view
    assert page.width() <= page.parentWidget().width()


def test_the_strips_give_their_room_and_come_back(opened):
    strips = opened.strips
    assert strips.isVisible()
    opened.commands["strips"].trigger()
    assert not strips.isVisible()
    assert not opened.commands["strips"].isChecked()
    assert not opened.studio.settings.strips
    opened.commands["strips"].trigger()
    assert strips.isVisible()

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent, QFontInfo, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import png_bytes
from explorer.core.rendering.renderer import Renderer
from explorer.session.models.opening import Opener
from explorer.ui.theme import UNIT
from explorer.ui.traverse import export_strip
from explorer.ui.widgets.gestures import new_gesture
from explorer.ui.widgets.spring_button import SpringButton
from explorer.ui.widgets.thumbnail_frames import THUMB_PX
from explorer.ui.window.commands import TEXT_SIZES
from explorer.ui.window.keys_dialog import KeysDialog
from explorer.ui.window.main_window import PANELS
from explorer.ui.window.notice_log import NoticeLog
from explorer.ui.window.record_dialog import RecordDialog
from explorer.ui.window.save_dialog import SaveDialog
from tests.models import tiny_generator
from tests.mp4 import read_mp4
from tests.ui.conftest import let_draw, open_and_wait


def test_importing_the_program_imports_nothing_that_takes_long():
    code = "import sys, explorer.app; raise SystemExit(bool({'torch', 'onnx', 'PIL'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


_FIRST_PICTURE = """
import sys
from pathlib import Path
from explorer.app import QApplication, build
from explorer.paths import model_path
app = QApplication([])
window = build(Path(sys.argv[1]) / "settings.ini")
window.show()
window.studio.pictures.shown.connect(lambda _: app.quit())
window.open(model_path("portraits"))
app.exec()
others = {"inference.style_space", "inference.features", "inference.text_network", "worlds.world_facts"}
others |= {"rendering.w_space", "rendering.said", "sampling.schedules", "text.vocabulary", "drawing.drawing"}
libraries = {"PIL", "onnx", "torch", "scipy", "sklearn"}
early = sorted((libraries | {f"explorer.core.{name}" for name in others}) & sys.modules.keys())
window.close()
print(*early)
"""


def test_the_first_picture_waits_for_nothing_that_does_not_draw_it(tmp_path):
    words = [sys.executable, "-c", _FIRST_PICTURE, str(tmp_path)]
    assert subprocess.run(words, check=True, capture_output=True, text=True, timeout=300).stdout.split() == []


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.__name__)
def test_every_panel_opens_refreshes_and_closes(panel, opened, qtbot):
    opened.show_panel(PANELS.index(panel))
    assert isinstance(opened.panel, panel)
    assert panel.title
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    opened.panel.show_scene(None, opened.studio.document.scene)


class _Windows(QObject):
    """Notes what is shown as a window of its own."""

    def __init__(self, app) -> None:
        super().__init__()
        self.shown = []
        app.installEventFilter(self)

    def eventFilter(self, shown, event) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(shown, QWidget) and shown.isWindow():
            self.shown.append(type(shown).__name__)
        return False


def test_nothing_but_the_window_itself_is_ever_a_window(build_window, tiny_models, qtbot, qapp):
    """A part that is shown before it lies in another takes the keyboard away."""
    windows = _Windows(qapp)
    window = build_window()
    window.show()
    open_and_wait(window, tiny_models / "faces", qtbot)
    for index, _ in enumerate(PANELS):
        window.show_panel(index)
        for view, _ in enumerate(window.panel.views):
            window.panel.show_view(view)
            qapp.processEvents()
    qapp.removeEventFilter(windows)
    assert windows.shown == ["MainWindow"]


def test_a_panel_is_built_when_it_is_first_wanted_and_is_as_the_others_are(opened, qtbot):
    assert [type(panel) for panel in opened.workbench.built] == [PANELS[0]]
    opened.commands["sides"].trigger()
    opened.show_panel(1)
    assert [type(panel) for panel in opened.workbench.built] == list(PANELS[:2])
    assert opened.panel.isEnabled()
    assert not any(side.isVisible() for side in opened.panel.view.sides)
    with qtbot.waitSignal(opened.studio.document.changed):
        opened.studio.edits.new_sample()
    opened.panel.explore_wanted.emit()
    assert opened.panel is opened.explore


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


def test_the_list_of_keys_has_those_of_every_panel_told_by_the_widgets(opened):
    opened.commands["keys"].trigger()
    (dialog,) = opened.findChildren(KeysDialog)
    titles = [dialog.tabs.tabText(index) for index in range(dialog.tabs.count())]
    pages = {title: {key.words: key.keys for key in dialog.keys(index)} for index, title in enumerate(titles)}
    dialog.close()
    assert titles == ["Everywhere", *(panel.title for panel in opened.panels)]
    assert pages["Everywhere"]["Undo"] == "Ctrl+Z"
    assert pages["Everywhere"]["Train"] == "Ctrl+5"
    assert pages["Explore"]["Random walk"] == "W"
    assert "Search the dimensions" in pages["Explore"]
    assert pages["Traverse"]["Play or pause"] == "Space" == pages["Train"]["Play or pause"]
    assert pages["Traverse"]["Move a point along the path"]
    assert pages["Traverse"]["Put the current picture into a corner"] == "Enter"
    assert "Put the current picture into a corner" not in pages["Explore"]
    assert pages["Explore"]["Take the current picture as the second of a mix of styles"] == "Enter"
    assert pages["Traverse"]["Save the grid"] == "Ctrl+S" == pages["Traverse"]["Save the map"]
    assert pages["Train"]["New run"] == "Ctrl+N"
    assert pages["Quiz"]["Answer: left or real, right or made"] == "Left, Right"


def test_keys_act_on_the_view_that_is_in_sight(opened, qtbot, monkeypatch):
    document, asked = opened.studio.document, []
    monkeypatch.setattr(export_strip, "ask_where", lambda _s, _o, title, name, _k: asked.append((title, name)))
    opened.show_panel(1)
    opened.panel.show_view(2)
    view, before = opened.panel.view, document.scene
    assert opened.commands["sample"].text() == "Play or pause"
    assert not opened.panels[0].walk.isVisible()
    assert not opened.panels[0].walk.isEnabled()
    qtbot.keyClick(opened, Qt.Key.Key_Space)
    assert view.playback.is_playing
    qtbot.keyClick(opened, Qt.Key.Key_Space)
    qtbot.keyClick(opened, Qt.Key.Key_W)
    assert not view.playback.is_playing
    assert not opened.studio.player.is_playing
    view.playback.go_to(0.4)
    opened.commands["bookmark"].trigger()
    (mark,) = opened.studio.bookmarks.of(opened.studio.models.hash)
    np.testing.assert_array_equal(mark.scene.z, view.scene_in_view.z)
    for index, name in enumerate(("grid.png", "plane.png", "path.mp4")):
        opened.panel.show_view(index)
        qtbot.waitUntil(lambda: bool(opened.panel.view.exports()), timeout=10_000)
        opened.commands["save"].trigger()
        assert name.split(".")[0] in asked[-1][1]
        assert asked[-1][1].endswith(name.split(".")[1])
    assert document.scene is before
    opened.show_panel(3)
    for index in range(2):  # neither the quiz nor its results show the scene
        opened.panel.show_view(index)
        assert not opened.commands["sample"].isEnabled()
        assert not opened.commands["bookmark"].isEnabled()
    qtbot.keyClick(opened, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert opened.panel is opened.panels[0]
    assert opened.panels[0].walk.isEnabled()
    assert opened.commands["sample"].text() == "New sample"
    assert opened.commands["save"].isEnabled()


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


@pytest.mark.parametrize("smooth", [True, False])
def test_a_picture_is_saved_as_large_as_asked_as_the_canvas_paints_it_under_a_name_that_is_free(
    opened, qtbot, tmp_path, smooth
):
    settings, canvas = opened.studio.settings, opened.panel.canvas
    settings.save_folder, settings.smooth = tmp_path, smooth
    for taken in ("face.png", "face-2.png"):
        (tmp_path / taken).touch()
    opened.commands["save"].trigger()
    (dialog,) = opened.findChildren(SaveDialog)
    assert dialog.name.text().startswith("faces")
    dialog.name.setText("face")
    dialog.scale.setCurrentIndex(dialog.scale.findData(4))
    dialog.scale.activated.emit(2)
    height, width = canvas.picture.shape[:2]
    assert dialog.words.text() == f"face-3.png,  {4 * width} × {4 * height} pixels"
    with qtbot.waitSignal(opened.studio.saver.idle, timeout=10_000):
        dialog.buttons.accepted.emit()
    saved = QImage(str(tmp_path / "face-3.png")).convertToFormat(QImage.Format.Format_RGB32)
    canvas.set_smooth(smooth)
    canvas.resize(saved.width() + 8, saved.height() + 8)
    canvas.zoom_to(4.0)
    shown = canvas.grab(QRect(4, 4, saved.width(), saved.height())).toImage().convertToFormat(saved.format())
    apart = [
        abs(getattr(saved.pixelColor(x, y), part)() - getattr(shown.pixelColor(x, y), part)())
        for x in range(0, saved.width(), 3)
        for y in range(0, saved.height(), 3)
        for part in ("red", "green", "blue")
    ]
    assert max(apart) <= 3
    qtbot.waitUntil(lambda: opened.toasts.count > 0)
    assert opened.toasts.shown[-1].folder == tmp_path


def test_what_is_done_is_recorded_and_saved_as_a_film(opened, qtbot, tmp_path):
    settings, recorder = opened.studio.settings, opened.window_actions.recorder
    settings.save_folder = tmp_path
    clock = iter(range(100))
    recorder.recording._now_s = lambda: next(clock) / 4
    qtbot.keyClick(opened, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert recorder.recording.is_on
    assert opened.top_bar.recording.text()
    for seed in (3, 4):
        let_draw(opened, qtbot, lambda seed=seed: opened.studio.edits.sample(seed))
    opened.show_panel(1)
    opened.panel.show_view(2)
    view = opened.panel.view
    with qtbot.waitSignal(view.pictures.settled, timeout=10_000):
        view.playback.go_to(0.5)
    assert len(recorder.recording.shown) >= 4
    opened.commands["record"].trigger()
    opened.findChild(RecordDialog).reject()
    qtbot.waitUntil(lambda: opened.toasts.count > 0)
    opened.toasts.shown[-1].action_button.click()
    dialog = opened.findChildren(RecordDialog)[-1]
    dialog.name.setText("walk")
    dialog.fps.show_value(10)
    with qtbot.waitSignal(recorder.strip.exporter.written, timeout=20_000):
        dialog.buttons.accepted.emit()
    film = read_mp4(tmp_path / "walk.mp4")
    assert min(film.width, film.height) >= 256
    assert film.duration_s == pytest.approx(film.frames / 10)
    assert film.frames >= 5 * len(recorder.recording.shown) - 10
    assert not opened.commands["record"].isChecked()


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
    first.workbench.split.setSizes([400, 200])
    first.show_panel(1)
    first.panel.show_view(1)
    controls = first.panel.view.controls
    border = controls.parentWidget()
    border.moveSplitter(controls.width() + 40, 1)
    wide = controls.width()
    theme, smooth = first.studio.settings.theme, first.studio.settings.smooth
    first.close()

    second = build_window()
    assert second.height() == 650  # the offscreen screen is too narrow for the width
    assert (second.studio.settings.theme, second.studio.settings.smooth) == (theme, smooth)
    assert second.studio.settings.last_model == tiny_models / "fashion"
    open_and_wait(second, tiny_models / "fashion", qtbot)
    strip = second.strips.history.strip
    assert strip._frames.thumb_px > THUMB_PX
    qtbot.waitUntil(lambda: strip.visualRect(strip.model().index(0, 0)).height() > strip._frames.thumb_px)
    second.show_panel(1)
    second.panel.show_view(1)
    assert second.panel.view.controls.width() == wide


def test_a_large_window_gives_the_latent_more_room(build_window, tiny_models, qtbot):
    window = build_window()
    open_and_wait(window, tiny_models / "faces", qtbot)
    window.resize(2560, 1440)
    qtbot.waitUntil(lambda: window.panel.latent.width() > 400)


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


def test_a_bookmark_that_is_removed_or_renamed_comes_back_by_undo(opened, qtbot):
    strip, scene = opened.strips.bookmarks, opened.studio.document.scene

    def names():
        return [mark.name for mark in opened.studio.bookmarks.of(scene.model)]

    for _ in range(2):
        opened.commands["bookmark"].trigger()
    first, second = names()
    key = next(iter(strip._shown))
    strip.strip.renamed.emit(key, "Ada")
    strip.strip.removed.emit(key)
    assert names() == [second]
    seen = []
    for _ in range(4):
        opened.commands["undo"].trigger()
        seen.append(names())
    assert seen == [["Ada", second], [first, second], [first], []]
    assert strip.strip.model().rowCount() == 0
    opened.commands["redo"].trigger()
    assert names() == [first]
    assert opened.studio.document.scene is scene


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


def test_a_full_history_lets_go_of_its_first_step_and_builds_no_other_anew(opened):
    studio, history = opened.studio, opened.strips.history
    studio.document.begin(studio.document.scene)
    studio.document.history.setUndoLimit(4)
    for seed in range(1001, 1007):
        studio.edits.sample(seed)
    history.catch_up()
    keys, built = history.strip.keys, dict(history.strip._items)
    studio.edits.sample(2001)
    history.catch_up()
    assert history.strip.keys == (*keys[1:], str(int(keys[-1]) + 1))
    assert all(history.strip._items[key] is built[key] for key in keys[1:])
    assert history.strip.current == history.strip.keys[-1]
    history.strip.picked.emit(history.strip.keys[0])
    assert (studio.document.history.index(), studio.document.scene.seed) == (0, 1003)


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


def test_a_presentation_leaves_what_is_looked_at_in_large_letters_and_gives_everything_back(opened, qtbot, qapp):
    size, text = opened.size(), QFontInfo(qapp.font()).pixelSize()
    explore = opened.panel
    qtbot.keyClick(opened, Qt.Key.Key_F11)
    assert opened.isFullScreen()
    for part in (opened.menuBar(), opened.top_bar, opened.strips, explore.controls, explore.latent):
        assert not part.isVisible()
    qtbot.waitUntil(lambda: explore.canvas.size() == opened.size())
    for panel in range(len(PANELS)):
        opened.show_panel(panel)
        for index in range(len(opened.panel.views)):
            opened.panel.show_view(index)
        for label in opened.panel.findChildren(QLabel):
            assert not (label.isVisible() and label.text()) or QFontInfo(label.font()).pixelSize() >= 24, label.text()
    opened.show_panel(0)
    qtbot.keyClick(opened, Qt.Key.Key_Escape)
    assert (opened.isFullScreen(), opened.size()) == (False, size)
    assert explore.latent.isVisible()
    assert opened.strips.isVisible()
    assert QFontInfo(qapp.font()).pixelSize() == text


def test_side_panels_are_hidden_and_come_back_and_letters_stay_large_when_asked(build_window, qtbot, qapp, tiny_models):
    window = build_window()
    window.commands["sides"].trigger()
    window.commands["large"].trigger()
    window.close()
    window = build_window()
    open_and_wait(window, tiny_models / "faces", qtbot)
    assert not window.panel.latent.isVisible()
    assert QFontInfo(window.top_bar.font()).pixelSize() == 16
    assert [window.commands[size].isChecked() for size in TEXT_SIZES] == [False, True, False]
    window.show_panel(1)
    assert not window.panel.view.controls.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.panel.view.controls.isVisible()
    window.commands["normal"].trigger()


def test_the_rail_keeps_its_names_in_the_smallest_window_and_its_icons_in_a_lower_one(opened):
    rail, looks = opened.workbench.rail, []
    buttons = rail.findChildren(SpringButton)
    for height in (640, 408, 345):
        rail.resize(rail.width(), height)
        (look,) = {(bool(button.property("small")), button.toolButtonStyle()) for button in buttons}
        looks.append(look)
    named, bare = Qt.ToolButtonStyle.ToolButtonTextUnderIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
    assert looks == [(False, named), (True, named), (False, bare)]
    assert rail.minimumSizeHint().height() <= 345

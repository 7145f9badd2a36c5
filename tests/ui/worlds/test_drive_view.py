"""Drive: keys are heard in world and dream alike, the dream wakes and sleeps, and a frame of it is a scene."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from explorer.cli import run_verb
from explorer.core.rendering.picture_files import scene_in_png
from explorer.ui.window.clipboard import PNG_MIME
from explorer.ui.worlds.score_plot import ScoreLine
from tests.ui.worlds.conftest import view_of
from tests.worlds import FACTS, tiny_world

KEY = Qt.Key


def step(view, qtbot, times=1):
    for _ in range(times):
        view.one.click()
        qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)


def test_keys_that_are_held_are_what_is_done_in_the_next_frame(drive, qtbot):
    drive.world_canvas.setFocus()
    QTest.keyPress(drive.world_canvas, KEY.Key_Left)
    QTest.keyPress(drive.world_canvas, KEY.Key_W)
    assert drive.pad.action == (-1.0, 1.0)
    step(drive, qtbot)
    QTest.keyRelease(drive.world_canvas, KEY.Key_Left)
    QTest.keyRelease(drive.world_canvas, KEY.Key_W)
    step(drive, qtbot)
    assert [move.action for move in drive.driving.journey.moves] == [(-1.0, 1.0), (0.0, 0.0)]


def test_buttons_do_what_keys_do(drive, qtbot):
    buttons = drive.pad.buttons.findChildren(type(drive.play))
    assert [button.accessibleName() for button in buttons] == ["steer, Left", "steer, Right", "gas, Down", "gas, Up"]
    buttons[1].pressed.emit()
    assert drive.pad.action == (1.0, 0.0)
    buttons[1].released.emit()
    assert drive.pad.action == (0.0, 0.0)


def test_keys_are_let_go_when_the_keyboard_goes_elsewhere(drive, qtbot):
    drive.pad.setFocus()
    QTest.keyPress(drive.pad, KEY.Key_Right)
    assert drive.pad.action == (1.0, 0.0)
    drive.controls.figure.setFocus()
    assert drive.pad.action == (0.0, 0.0)


def test_space_plays_and_pauses_and_a_key_is_seen_before_the_next_beat(drive, qtbot):
    drive.pace.rate = 0.2  # so that no frame comes by itself
    drive.meanings()["sample"].do()
    assert drive.pace.goes
    with qtbot.waitSignal(drive.driving.drove, timeout=2_000):
        QTest.keyPress(drive.pad, KEY.Key_Left)
    assert drive.driving.journey.moves[-1].action == (-1.0, 0.0)
    drive.meanings()["sample"].do()
    assert not drive.pace.goes


def test_it_stands_still_while_nobody_looks(drive, qtbot):
    drive.toggle()
    drive.window().show_panel(0)
    assert not drive.pace.goes


def test_the_dream_sees_the_first_frames_then_dreams_and_wakes_when_told(drive, qtbot):
    step(drive, qtbot, 7)
    assert drive.waking.text() == "Dream from here"
    step(drive, qtbot)
    assert drive.driving.last.asleep == 1
    assert drive.waking.text() == "Wake up"
    drive.waking.click()
    step(drive, qtbot)
    assert drive.driving.last.asleep == 0
    step(drive, qtbot)
    drive.waking.click()
    step(drive, qtbot)
    assert drive.driving.last.asleep == 1
    assert "1 frame alone" in drive._dream_words.words


def test_a_beat_while_another_drive_begins_does_not_put_the_dream_to_sleep(drive, qtbot):
    step(drive, qtbot, 7)
    drive.restart()
    drive.one.click()  # comes while the drive begins: the frames of the last one say nothing of this one
    assert drive.is_awake
    qtbot.waitUntil(lambda: not drive.is_busy, timeout=10_000)
    step(drive, qtbot, 8)
    assert [move.awake for move in drive.driving.journey.moves] == [True] * 7 + [False]


def test_temperature_controller_and_held_numbers_are_part_of_the_move(drive, qtbot):
    drive.lesson_actions()["temperature"]("1.3")
    drive.controls.driver.setCurrentIndex(3)
    drive.controls.waits.setChecked(True)
    drive.controls.held.hold(2, 1.5)
    step(drive, qtbot)
    move = drive.driving.journey.moves[-1]
    assert (move.temperature, move.driver, move.waits, move.held, move.action) == (1.3, "each", True, ((2, 1.5),), ())
    assert drive.driving.last.latent[2] == 1.5
    drive.controls.let_go.click()
    step(drive, qtbot)
    assert drive.driving.journey.moves[-1].held == ()


def test_what_might_come_next_is_shown_with_its_weight(drive, qtbot):
    drive.controls.ghosts.setChecked(True)
    step(drive, qtbot)
    assert drive.ghosts.weights[0].text() == "100%"
    assert drive.ghosts.pictures[0].picture is not None
    assert drive.ghosts.pictures[0].isVisible()
    assert not drive.ghosts.pictures[1].isVisible()


def test_the_score_is_told_and_drawn_and_begins_anew_with_the_drive(drive, qtbot):
    step(drive, qtbot, 3)
    assert " total" in drive._world_words.words
    assert "after 3 frames" in drive.plot.accessibleDescription()
    drive.controls.restart.click()
    qtbot.waitUntil(lambda: drive.driving.last.number == 0)
    assert drive.driving.journey.moves == ()
    assert drive.plot.accessibleDescription() == ""


def test_the_frame_of_the_dream_is_a_scene_that_goes_to_explore(drive, world_folder, window, qtbot):
    step(drive, qtbot, 2)
    latent, picture = drive.driving.last.latent, drive.driving.last.dream
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=20_000):
        drive.take.click()
    assert window.panel.title == "Explore"
    assert np.array_equal(window.studio.document.scene.z, latent)
    assert np.array_equal(window.studio.pictures.shown_last.picture, picture)
    panel = window.panels[[each.title for each in window.panels].index("Worlds")]
    assert panel.view.scene_in_view.z.tolist() == latent.tolist()


def test_window_and_command_line_film_the_same_bytes(drive, world_folder, tmp_path, qtbot):
    step(drive, qtbot, 3)
    _, pair, _, film, journey = drive.exports()
    journey.write(tmp_path / "drive.json", lambda *_: None, lambda: False)
    film.write(tmp_path / "window.gif", lambda *_: None, lambda: False)
    asked = ["world", "drive", str(world_folder), "--actions", str(tmp_path / "drive.json")]
    assert run_verb([*asked, "--out", str(tmp_path / "verb.gif")]) == 0
    assert (tmp_path / "window.gif").read_bytes() == (tmp_path / "verb.gif").read_bytes()
    pair.write(tmp_path / "pair.png", lambda *_: None, lambda: False)
    with Image.open(tmp_path / "pair.png") as saved:
        assert saved.size == (64, 32)


def test_a_dream_that_runs_away_is_told_and_pauses(drive, tmp_path, window, qtbot):
    window.panel.open_own(tiny_world(tmp_path / "wild", grows=1e30))
    qtbot.waitUntil(lambda: drive.driving.world.path == tmp_path / "wild" and not drive.is_busy, timeout=20_000)
    told = []
    drive.driving.halted.connect(told.append)
    drive.toggle()
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert not drive.pace.goes


def test_a_stranger_s_world_is_a_dream_alone_and_says_so(drive, tmp_path, window, qtbot):
    window.panel.open_own(tiny_world(tmp_path / "other", replace(FACTS, source="")))
    qtbot.waitUntil(lambda: drive.driving.world.path == tmp_path / "other" and not drive.is_busy, timeout=20_000)
    assert drive.world_canvas.picture is None
    assert not drive.waking.isVisible()
    assert "only the dream is shown" in drive.controls.facts.text()
    step(drive, qtbot)
    assert drive.canvas.picture is not None


def test_a_dream_that_is_dropped_on_the_window_is_driven_through(drive, tmp_path, window, qtbot):
    window.show_panel(0)
    other = tiny_world(tmp_path / "dropped")
    window.open(other / "dream.onnx")
    qtbot.waitUntil(lambda: drive.driving.world.path == other, timeout=20_000)
    assert window.panel.title == "Worlds"


def test_a_lesson_says_who_drives_before_the_world_is_open(window, world_folder, monkeypatch, qtbot, remembered_trials):
    view = view_of(window, "Drive")
    monkeypatch.setattr(view, "bundled_world", lambda _name: world_folder)
    for name, word in (("world", "tiny"), ("awake", "on"), ("driver", "world"), ("go", "3")):
        view.lesson_actions()[name](word)
    qtbot.waitUntil(lambda: view.driving.last is not None and not view.pace.goes, timeout=20_000)
    assert [(move.driver, move.awake) for move in view.driving.journey.moves] == [("world", True)] * 3


def test_a_world_that_cannot_be_opened_leaves_the_drive_as_it_was(drive, tmp_path, window, qtbot):
    step(drive, qtbot, 2)
    (tiny_world(tmp_path / "broken") / "dream.onnx").write_bytes(b"nothing")
    drive.step()  # still under way
    with qtbot.waitSignal(drive.driving.halted, timeout=20_000):
        window.panel.open_own(tmp_path / "broken")
    assert drive.own_path == drive.driving.world.path
    step(drive, qtbot)
    assert len(drive.driving.journey.moves) == drive.driving.last.number == 4


def test_a_score_of_hours_keeps_few_points_and_where_it_stands():
    line = ScoreLine()
    for value in range(1, 100_001):
        line.add(float(value))
    assert (line.values[0], line.values[-1], line.count) == (0.0, 100_000.0, 100_001)
    assert len(line.values) < 500
    assert np.ptp(np.diff(line.values[:-1])) == 0.0


def test_without_a_world_it_says_what_is_needed(window):
    assert view_of(window, "Drive").open.isVisible()


def test_a_copied_frame_carries_its_scene(drive, tmp_path, qtbot):
    step(drive, qtbot)
    drive.meanings()["copy_picture"].do()
    data = QGuiApplication.clipboard().mimeData().data(PNG_MIME).data()
    (tmp_path / "copied.png").write_bytes(data)
    scene = scene_in_png(tmp_path / "copied.png")
    assert scene.model == drive.driving.world.hash
    assert np.array_equal(scene.z, drive.driving.last.latent)

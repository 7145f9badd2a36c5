from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.ui.traverse.interpolate_controls import _EASINGS, seeds_in
from explorer.ui.traverse.interpolate_view import InterpolateView
from explorer.ui.traverse.panel import VIEWS
from explorer.ui.widgets.picture_drag import SCENE_MIME
from tests.ui.conftest import let_draw, open_and_wait


@pytest.fixture
def view(opened, qtbot) -> InterpolateView:
    opened.show_panel(1)
    opened.panel.show_view([view.title for view in VIEWS].index("Interpolate"))
    view = opened.panel.view
    settle(view, qtbot)
    return view


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)


def seeds_of(view) -> list[int | None]:
    return [scene.seed for scene in view.points]


def drop(view, scene: Scene, place: int) -> None:
    mime = QMimeData()
    mime.setData(SCENE_MIME, scene_to_json(scene).encode())
    rect = view.strip.visualRect(view.strip.model().index(place, 0))
    event = QDropEvent(
        QPointF(rect.left() + 2, rect.center().y()),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    view.strip.dropEvent(event)


def test_a_path_begins_with_four_samples(view):
    assert seeds_of(view) == [1, 2, 3, 4]
    assert view.canvas.picture is not None
    assert np.array_equal(view.course.at(0.0), sample(1, 4))


def test_points_are_added_and_whatever_becomes_of_them_is_undone(view, opened, qtbot, tiny_models):
    scene, undo = opened.studio.document.scene, opened.commands["undo"]
    view.controls.seeds.setText("20, 7 – 9")
    qtbot.keyClick(view.controls.seeds, Qt.Key.Key_Return)
    settle(view, qtbot)
    assert seeds_of(view) == [1, 2, 3, 4, 20, 7, 8, 9]
    assert np.allclose(view.course.at(5 / 8), sample(7, 4), atol=1e-6)
    assert view.controls.seeds.text() == ""
    view.strip.removed.emit(next(iter(view._keys)))
    view.controls.clear.click()
    assert seeds_of(view) == []
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    assert seeds_of(view) == [1, 2, 3, 4]
    with qtbot.waitSignal(opened.studio.pictures.settled, timeout=20_000):
        undo.trigger()
    assert undo.text() == "Undo: Remove all points"
    undo.trigger()
    undo.trigger()
    assert seeds_of(view) == [1, 2, 3, 4, 20, 7, 8, 9]
    undo.trigger()
    assert seeds_of(view) == [1, 2, 3, 4]
    assert opened.studio.document.scene is scene


@pytest.mark.parametrize("text", ["", "x", "1, -2", "9-5", "0-999999999", "99999999999", "1.5"])
def test_what_is_no_seed_is_a_problem(text):
    with pytest.raises(Problem):
        seeds_in(text)


def test_another_path_begins_at_its_beginning(view, opened, qtbot):
    view.scrub.moved.emit(0.75, 1)
    view.show_points(view._samples([7, 8]))
    settle(view, qtbot)
    assert view.playback.time == view.scrub.value == 0.0


def test_the_scrub_bar_shows_the_frame_at_its_place(view, opened, qtbot):
    before = opened.studio.document.scene
    with qtbot.waitSignal(view.pictures.settled):
        view.scrub.moved.emit(0.25, 1)
    expected = opened.studio.pictures.renderer.render(view._scene_at(0.25)).picture
    assert np.array_equal(view.canvas.picture, expected)
    assert opened.studio.document.scene is before


def test_going_to_a_frame_is_one_undo_step(view, opened, qtbot):
    document = opened.studio.document
    view.scrub.moved.emit(0.25, 1)
    let_draw(opened, qtbot, view.adopt.click)
    assert np.allclose(document.scene.z, sample(2, 4), atol=1e-6)
    assert document.history.count() == 1
    settle(view, qtbot)


def test_playing_shows_frames_until_it_is_stopped(view, qtbot):
    shown = []
    view.pictures.shown.connect(lambda rendering: shown.append(rendering.scene.z))
    view.play.click()
    assert view.playback.is_playing
    qtbot.waitUntil(lambda: len(shown) >= 4)
    view.play.click()
    assert not view.playback.is_playing
    assert not np.array_equal(shown[0], shown[-1])
    settle(view, qtbot)


def test_leaving_the_view_stops_playing(view, opened, qtbot):
    view.play.click()
    opened.show_panel(0)
    assert not view.playback.is_playing
    settle(view, qtbot)


def test_points_are_dropped_in_reordered_and_removed(view, opened, qtbot):
    other = Scene(opened.studio.models.hash, "faces", sample(50, 4), None, 1.0, 50)
    drop(view, other, 1)
    assert seeds_of(view) == [1, 50, 2, 3, 4]
    keys = view.strip.keys
    view.strip.reordered.emit(keys[1], 4)
    assert seeds_of(view) == [1, 2, 3, 50, 4]
    view.strip.set_current(view.strip.keys[3])
    qtbot.keyClick(view.strip, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert seeds_of(view) == [1, 2, 50, 3, 4]
    qtbot.keyClick(view.strip, Qt.Key.Key_Delete)
    assert seeds_of(view) == [1, 2, 3, 4]
    settle(view, qtbot)


def test_a_point_of_another_model_is_refused(view, opened, qtbot):
    with qtbot.waitSignal(opened.studio.notices._arrived) as told:
        drop(view, Scene("0" * 64, "someone else", sample(1, 4)), 0)
    assert "someone else" in told.args[0].what
    assert seeds_of(view) == [1, 2, 3, 4]


def test_an_empty_path_says_what_to_do(view, qtbot):
    view.controls.clear.click()
    assert view.course is None
    assert view.canvas.picture is None
    assert view.exports() == ()
    assert not view.play.isEnabled()
    view.controls.current.click()
    settle(view, qtbot)
    assert len(view.points) == 1
    assert view.play.isEnabled()


def test_bookmarks_are_added_and_an_empty_list_is_told(view, opened, qtbot):
    with qtbot.waitSignal(opened.studio.notices._arrived) as told:
        view.controls.bookmarks.click()
    assert "no bookmarks" in told.args[0].what
    opened.commands["bookmark"].trigger()
    view.controls.bookmarks.click()
    assert len(view.points) == 5
    settle(view, qtbot)


def test_a_random_loop_closes_without_a_seam(view, qtbot):
    view.controls.course.show_index(1)
    view.controls.course.chosen.emit(1)
    settle(view, qtbot)
    assert view.course.is_loop
    assert np.allclose(view.course.at(0.0), view.course.at(1.0), atol=1e-5)
    assert not view.strip.isVisible()


def test_another_model_begins_with_its_own_points(view, opened, qtbot, tiny_models):
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    settle(view, qtbot)
    assert {scene.model for scene in view.points} == {opened.studio.models.hash}
    assert view._scene_at(0.5).label == 0


@pytest.mark.parametrize("loops", [True, False])
@pytest.mark.parametrize("easing", [key for key, _ in _EASINGS])
def test_clicking_a_point_shows_that_point(view, qtbot, easing, loops):
    view.controls.easing.setCurrentIndex(view.controls.easing.findData(easing))
    view.controls.loop.setChecked(loops)
    view._replan()
    for key, point in zip(view.strip.keys, view.points, strict=True):
        view.strip.picked.emit(key)
        assert np.allclose(view._scene_at(view.playback.time).z, point.z, atol=1e-5)
    settle(view, qtbot)


@pytest.mark.parametrize("edit", ["clear", "other points", "random loop", "another model"])
def test_what_is_exported_is_the_path_as_it_was_asked_for(view, opened, qtbot, tmp_path, tiny_models, edit):
    view.controls.seconds.show_value(1.0)
    view.controls.fps.show_value(8.0)
    offer = next(offer for offer in view.exports() if offer.suffix == ".npz")
    wanted = [view._scene_at(index / 8).z for index in range(8)]
    begun, go_on = threading.Event(), threading.Event()

    def write(path, progress, cancelled):
        begun.set()
        assert go_on.wait(20)
        offer.write(path, progress, cancelled)

    with qtbot.waitSignal(opened.panel.exporting.exporter.written, timeout=20_000):
        opened.panel.exporting.exporter.write(tmp_path / "path.npz", write)
        assert begun.wait(10)
        if edit == "clear":
            view.controls.clear.click()
        elif edit == "other points":
            view._add_seeds([50, 51])
        elif edit == "random loop":
            view.controls.course.show_index(1)
            view.controls.course.chosen.emit(1)
        else:
            open_and_wait(opened, tiny_models / "fashion", qtbot)
        go_on.set()
    with np.load(tmp_path / "path.npz", allow_pickle=False) as kept:
        assert np.array_equal(kept["z"], wanted)
    settle(view, qtbot)


def test_a_frame_that_cannot_be_drawn_stops_playing_and_is_told(view, opened, qtbot, monkeypatch):
    def refuse(_scene):
        raise Problem("No picture.", "Try another.")

    monkeypatch.setattr(view.pictures.renderer, "render", refuse)
    with qtbot.waitSignal(opened.studio.notices._arrived) as told:
        view.play.click()
    assert told.args[0].kind == "problem"
    assert not view.playback.is_playing
    assert not view.play.isChecked()
    settle(view, qtbot)


def test_a_path_is_judged_while_that_is_wanted_and_anew_once_it_is_another(view, qtbot):
    assert view.curves.isHidden()
    view.judging.click()
    qtbot.waitUntil(lambda: view.curves.judgement is not None, timeout=20_000)
    first = view.curves.judgement
    assert len(first.lengths) == 64  # four points, and back to the first
    assert first.step == pytest.approx(1 / 16)
    assert "Perceptual path length" in view.curves.toolTip()
    view.strip.removed.emit(next(iter(view._keys)))
    qtbot.waitUntil(lambda: view.curves.judgement not in (None, first), timeout=20_000)
    assert len(view.curves.judgement.lengths) == 48
    view.judging.click()
    assert view.curves.isHidden()

from __future__ import annotations

import math
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import onnx
import pytest
from onnx import helper
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.core.directions.direction import Direction, unit
from explorer.core.models.card import CARD_KEY, ModelCard
from explorer.core.photos.face_frames import FaceFrames
from explorer.core.photos.pupil_finder import FoundPupils
from explorer.core.problem import Problem
from explorer.core.rendering.picture_files import save_png, scene_in_png
from explorer.session.photos.latent_search import Search
from explorer.ui.arithmetic.panel import VIEWS
from explorer.ui.photos import photo_finding
from explorer.ui.photos.face_outline import outline
from explorer.ui.photos.photo_offers import there_and_back
from explorer.ui.photos.photo_view import PhotoView
from explorer.ui.widgets.gestures import new_gesture
from explorer.ui.window.save_dialog import SaveDialog
from tests.models import tiny_encoder, tiny_generator, tiny_style_model
from tests.ui.conftest import let_draw, open_and_wait

PUPILS = ((0.25, 0.5), (0.75, 0.5))
FRAME = "square, pupils at 25 % and 75 % of the width and 50 % of the height"


@pytest.fixture
def aligned_model(tmp_path):
    """A model with an encoder, whose card says where the pupils lie."""
    folder = tmp_path / "aligned"
    folder.mkdir()
    path = tiny_generator(folder / "generator.onnx", seed=3)
    tiny_encoder(folder / "encoder.onnx", seed=3)
    model = onnx.load(path)
    card = ModelCard.from_json(model.metadata_props[0].value)
    helper.set_model_props(model, {CARD_KEY: replace(card, frame=FRAME, pupils=PUPILS).to_json()})
    onnx.save(model, path)
    return folder


@pytest.fixture
def photo(tmp_path):
    """A smooth photo, 300 x 200."""
    across, down = np.meshgrid(np.linspace(0, 255, 300), np.linspace(0, 255, 200))
    pixels = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.fixture(autouse=True)
def eyes(monkeypatch):
    """What is found in every photo: to be set; and the photos that were looked at."""
    told = SimpleNamespace(found=None, looked=[], gate=None)

    def look(_faces, photo, _frame):
        told.looked.append(photo)
        if told.gate is not None:
            told.gate.wait(20)
        if isinstance(told.found, Exception):
            raise told.found
        return told.found

    monkeypatch.setattr(FaceFrames, "found", look)
    return told


def show(window) -> PhotoView:
    window.show_panel([type(panel).__name__ for panel in window.panels].index("ArithmeticPanel"))
    window.panel.show_view([view.title for view in VIEWS].index("Your picture"))
    return window.panel.view


@pytest.fixture
def view(window, aligned_model, qtbot) -> PhotoView:
    """With a model of aligned pictures that has an encoder."""
    open_and_wait(window, aligned_model, qtbot)
    return show(window)


@pytest.fixture
def plain(opened) -> PhotoView:
    """With a model that has neither frame nor encoder."""
    return show(opened)


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy, timeout=60_000)


def take(view, qtbot, *paths) -> None:
    view.source.open(paths)
    settle(view, qtbot)
    qtbot.waitUntil(lambda: view.stage.width() > 50)


def files(*paths) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(view, data) -> bool:
    """Drag something over the view, and drop it if it is welcome."""
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), copy, data, left, none)
    QApplication.sendEvent(view, enter)
    if enter.isAccepted():
        QApplication.sendEvent(view, QDropEvent(QPointF(20, 20), copy, data, left, none))
    return enter.isAccepted()


def at(view, x, y) -> QPoint:
    return view.stage._on_screen((x, y)).toPoint()


def click(view, x, y) -> None:
    QTest.mouseClick(view.stage, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at(view, x, y))


def drag(view, start, by) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view.stage, left, none, start)
    for share in (0.5, 1.0):
        QTest.mouseMove(view.stage, start + QPoint(round(by[0] * share), round(by[1] * share)))
    QTest.mouseRelease(view.stage, left, none, start + QPoint(*by))


def key(view, name, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(view.stage, getattr(Qt.Key, f"Key_{name}"), modifiers)


def place(view):
    return view.stage.placing.alignment


def set_pupils(view, qtbot) -> None:
    click(view, 100, 90)
    click(view, 180, 110)
    settle(view, qtbot)


def test_it_says_what_to_do_while_there_is_no_photo(view):
    assert view.pages.nothing.isVisible()
    assert not view.controls.improve.isEnabled()
    assert "outline" in view.controls.frame.text()
    assert "%" not in view.controls.frame.text() + view.controls.frame.toolTip()


def test_a_photo_that_is_dropped_is_shown_and_encoded(view, photo, qtbot):
    assert drop(view, files(photo))
    settle(view, qtbot)
    assert view.stage.isVisible()
    one = view.results.chosen_one
    assert one.method == "encoder"
    assert view.results.panes.crop.view.picture.shape == (8, 8, 3)
    assert np.array_equal(view.results.panes.found.view.picture, one.picture)
    assert f"{100 * one.error:.1f}%" in view.results.panes.found.words.text()


def test_a_model_that_is_dropped_is_left_to_the_window(view, window, tiny_models, qtbot):
    file = tiny_models / "faces" / "generator.onnx"
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=20_000):
        drop(view, files(file))
    assert window.studio.models.current.path == file
    assert view.found is None


def test_a_picture_without_a_file_can_be_dropped(view, qtbot):
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0xFF204060)
    data = QMimeData()
    data.setImageData(image)
    data.setUrls([QUrl("https://example.org/picture.png")])  # as browsers say where it comes from
    assert drop(view, data)
    settle(view, qtbot)
    assert tuple(view.found.photo.pixels[0, 0]) == (0x20, 0x40, 0x60)


def test_of_several_photos_the_first_is_shown_and_another_can_be_chosen(view, photo, tmp_path, qtbot):
    other = tmp_path / "other.jpg"
    Image.new("L", (50, 80), 99).save(other)
    assert not view.controls.tray.isVisible()
    take(view, qtbot, photo, other)
    assert view.found.name == "photo.png"
    assert view.controls.tray.isVisible()
    set_pupils(view, qtbot)
    kept = view.stage.placing
    view.controls.tray.setCurrentRow(1)
    settle(view, qtbot)
    assert view.found.name == "other.jpg"
    view.controls.tray.setCurrentRow(0)
    settle(view, qtbot)
    assert view.stage.placing == kept
    assert view.stage.clicks is None


def test_two_clicks_put_the_pupils_where_the_frame_has_them(view, photo, qtbot):
    take(view, qtbot, photo)
    assert "left" in view.pages.hint.text()
    click(view, 100, 90)
    assert "right" in view.pages.hint.text()
    click(view, 180, 110)
    assert "Drag" in view.pages.hint.text()
    found = view.stage.handles.points(view.stage.placing)
    assert np.allclose(found, [(100, 90), (180, 110)], atol=1.0)
    assert place(view).side == pytest.approx(2 * math.hypot(80, 20), rel=0.03)


SURE = FoundPupils(((100.0, 90.0), (180.0, 110.0)), 0.97)


def test_the_eyes_are_found_and_laid_as_one_step(view, photo, eyes, qtbot):
    eyes.found = SURE
    take(view, qtbot, photo)
    assert np.allclose(view.stage.handles.points(view.stage.placing), SURE.points)
    assert view.stage.clicks is None
    assert view.pages.hint.text().startswith("Found the eyes.")
    assert view.results.chosen_one is not None
    view.stage.undo()
    assert view.stage.clicks == []
    assert "left" in view.pages.hint.text()
    settle(view, qtbot)


def test_eyes_that_are_not_sure_are_laid_and_said_to_be_so(view, photo, eyes, qtbot):
    eyes.found = replace(SURE, sure=0.6)
    take(view, qtbot, photo)
    assert np.allclose(view.stage.handles.points(view.stage.placing), SURE.points)
    assert "may not be the eyes" in view.pages.hint.text()
    key(view, "Right")
    assert "may not" not in view.pages.hint.text()
    settle(view, qtbot)


def test_without_a_face_the_frame_stays_and_the_pupils_are_asked_for(view, photo, qtbot):
    take(view, qtbot, photo)
    assert view.stage.placing == view.stage.handles.first()
    assert "No face was found" in view.pages.hint.text()
    assert "Click the pupil on the left" in view.pages.hint.text()
    click(view, 100, 90)
    assert "No face" not in view.pages.hint.text()
    settle(view, qtbot)


def test_a_hand_that_is_quicker_is_not_disturbed(view, photo, eyes, qtbot):
    eyes.found, eyes.gate = SURE, threading.Event()
    view.source.open([photo])
    qtbot.waitUntil(lambda: view.stage.has_photo and bool(eyes.looked))
    assert "Looking for the eyes" in view.pages.hint.text()
    key(view, "Plus")
    moved = view.stage.placing
    eyes.gate.set()
    settle(view, qtbot)
    assert view.stage.placing == moved
    assert "Found" not in view.pages.hint.text()


def test_they_are_looked_for_again_when_asked(view, photo, eyes, qtbot):
    take(view, qtbot, photo)
    set_pupils(view, qtbot)
    eyes.found = replace(SURE, points=((120.0, 80.0), (160.0, 80.0)))
    view.controls.eyes.click()
    settle(view, qtbot)
    assert np.allclose(view.stage.handles.points(view.stage.placing), eyes.found.points)
    view.controls.mirror.click()
    view.controls.eyes.click()
    settle(view, qtbot)
    assert view.stage.placing.mirrored
    assert np.allclose(view.stage.handles.points(view.stage.placing), eyes.found.points)


def test_a_photo_that_was_laid_before_is_not_looked_at_again(view, photo, tmp_path, eyes, qtbot):
    other = tmp_path / "other.jpg"
    Image.new("L", (50, 80), 99).save(other)
    eyes.found = SURE
    take(view, qtbot, photo, other)
    key(view, "Plus")
    settle(view, qtbot)
    kept = view.stage.placing
    for row in (1, 0):
        view.controls.tray.setCurrentRow(row)
        settle(view, qtbot)
    assert len(eyes.looked) == 2
    assert view.stage.placing == kept


def test_where_pictures_are_no_faces_nothing_is_looked_for(plain, photo, eyes, qtbot):
    take(plain, qtbot, photo)
    assert not eyes.looked
    assert not plain.controls.eyes.isVisible()


def test_a_finder_that_fails_is_told_and_the_pupils_can_be_clicked(view, photo, eyes, window, qtbot):
    eyes.found = Problem("The finder is gone.", "Install it again.")
    with qtbot.waitSignal(window.studio.notices._arrived, timeout=10_000) as told:
        take(view, qtbot, photo)
    assert told.args[0].what == "The finder is gone."
    set_pupils(view, qtbot)
    assert np.allclose(view.stage.handles.points(view.stage.placing), [(100, 90), (180, 110)], atol=1.0)


def test_the_face_of_the_frame_is_drawn_with_its_eyes_on_the_pupils():
    path = outline(((0.3, 0.4), (0.7, 0.4)))
    box = path.boundingRect()
    assert box.center().x() == pytest.approx(0.5, abs=1e-6)
    assert box.top() < 0.1
    assert 1.0 < box.bottom() < 1.2
    turned = outline(((0.4, 0.7), (0.4, 0.3)))  # a frame that lies on its side
    assert turned.boundingRect().width() == pytest.approx(box.height())


@pytest.mark.parametrize(("size", "shown"), [((960, 600), False), ((1280, 720), True)])
def test_titles_of_the_panes_are_whole_in_a_window_of_any_size(view, photo, window, size, shown, qtbot):
    take(view, qtbot, photo)
    window.resize(*size)
    panes = view.results.panes
    qtbot.waitUntil(lambda: panes.crop.isVisible() == shown)
    for pane in (panes.found, panes.edited, *([panes.crop] if shown else [])):
        qtbot.waitUntil(lambda pane=pane: pane.title.width() >= pane.title.sizeHint().width())
    settle(view, qtbot)


def test_the_crop_follows_while_a_pupil_is_dragged_and_is_encoded_when_it_rests(view, photo, qtbot):
    take(view, qtbot, photo)
    set_pupils(view, qtbot)
    before, crop = view.results.chosen_one, view.results.crop
    other = view.stage.handles.points(view.stage.placing)[0]
    drag(view, at(view, *view.stage.handles.points(view.stage.placing)[1]), (30, 10))
    settle(view, qtbot)
    assert view.results.chosen_one is not before
    assert not np.array_equal(view.results.crop, crop)
    assert np.allclose(view.stage.handles.points(view.stage.placing)[0], other)


def test_a_drag_inside_moves_the_frame_and_can_be_taken_back(view, photo, qtbot):
    take(view, qtbot, photo)
    set_pupils(view, qtbot)
    before, history = place(view), view.studio.document.history.index()
    drag(view, at(view, before.x, before.y), (20, 15))
    assert place(view).x > before.x
    assert place(view).side == before.side
    key(view, "Z", Qt.KeyboardModifier.ControlModifier)
    assert place(view) == before
    key(view, "Y", Qt.KeyboardModifier.ControlModifier)
    assert place(view).x > before.x
    assert view.studio.document.history.index() == history
    settle(view, qtbot)


def test_the_wheel_sizes_the_frame_and_with_control_the_photo(view, photo, qtbot):
    take(view, qtbot, photo)
    side, zoom = place(view).side, view.stage._view.zoom
    turn(view, Qt.KeyboardModifier.NoModifier)
    assert place(view).side < side
    assert view.stage._view.zoom == zoom
    side = place(view).side
    turn(view, Qt.KeyboardModifier.ControlModifier)
    assert place(view).side == side
    assert view.stage._view.zoom > zoom
    settle(view, qtbot)


def turn(view, modifiers) -> None:
    middle = QPointF(view.stage.rect().center())
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(middle, middle, QPoint(), QPoint(0, 120), none, modifiers, phase, False)
    QApplication.sendEvent(view.stage, event)


def test_everything_can_be_done_with_the_keyboard(view, photo, qtbot):
    take(view, qtbot, photo)
    key(view, "Return")
    assert view.stage.clicks is None
    first, second = view.stage.handles.points(view.stage.placing)
    key(view, "Right")
    assert view.stage.handles.points(view.stage.placing)[0] == pytest.approx((first[0] + 1, first[1]))
    key(view, "Tab")
    key(view, "Down", Qt.KeyboardModifier.ShiftModifier)
    assert view.stage.handles.points(view.stage.placing)[1] == pytest.approx((second[0], second[1] + 10))
    key(view, "Tab")
    before = place(view)
    key(view, "Left")
    assert place(view).x == pytest.approx(before.x - 1)
    key(view, "R")
    assert math.degrees(place(view).angle - before.angle) == pytest.approx(1)
    key(view, "Minus")
    assert place(view).side > before.side
    key(view, "M")
    assert view.stage.placing.mirrored
    assert view.controls.mirror.isChecked()
    settle(view, qtbot)


def test_the_slider_turns_the_frame_and_begin_again_makes_it_upright(view, photo, qtbot):
    take(view, qtbot, photo)
    view.controls.turn.moved.emit(30.0, new_gesture())
    assert math.degrees(place(view).angle) == pytest.approx(30)
    view.controls.quarter.click()
    assert view.controls.degrees.text() == "120°"
    view.controls.again.click()
    assert place(view).angle == 0
    assert view.stage.clicks == []
    settle(view, qtbot)


def test_a_frame_without_pupils_has_corners_to_pull(plain, photo, qtbot):
    take(plain, qtbot, photo)
    assert "corner" in plain.pages.hint.text()
    before = place(plain).corners()
    drag(plain, at(plain, *before[2]), (-40, -40))
    after = place(plain).corners()
    assert np.allclose(after[0], before[0], atol=1e-6)
    assert place(plain).side < 190
    settle(plain, qtbot)


def test_the_latent_is_adopted_in_one_step(view, photo, window, qtbot):
    take(view, qtbot, photo)
    window.studio.edits.set_truncation(0.5)
    before = window.studio.document.scene
    let_draw(window, qtbot, view.results.adopt.click)
    scene = window.studio.document.scene
    assert np.array_equal(scene.z, view.results.chosen_one.point.numbers)
    assert (scene.truncation, scene.directions, scene.seed) == (1.0, (), None)
    assert not view.results.adopt.isEnabled()
    qtbot.waitUntil(lambda: view.results.panes.edited.view.picture is not None)
    let_draw(window, qtbot, window.studio.document.history.undo)
    assert window.studio.document.scene is before
    assert view.results.panes.edited.view.picture is None


def test_a_point_of_w_plus_is_found_adopted_and_saved(window, photo, tmp_path, qtbot):
    open_and_wait(window, tiny_style_model(tmp_path / "styled"), qtbot)
    view = show(window)
    take(view, qtbot, photo)
    assert (view.controls.space, view.controls.spaces.isVisible()) == ("w", True)
    view.controls.spaces.chosen.emit(view.controls.spaces.show_index(2) or 2)
    with qtbot.waitSignal(view.finding.improved, timeout=60_000):
        view.controls.improve.click()
    one = view.results.chosen_one
    assert (one.point.space, one.point.numbers.size) == ("w+", 15)
    assert "Search in W+: error" in view.results.panes.found.words.text()
    before = window.studio.document.scene
    let_draw(window, qtbot, view.results.adopt.click)
    scene = window.studio.document.scene
    assert np.array_equal(scene.w, one.point.numbers)
    assert np.abs(window.studio.pictures.shown_last.picture.astype(int) - one.picture).max() <= 1
    path = tmp_path / "edited.png"
    view.offers()[0].write(path, lambda *_: None, lambda: False)
    assert np.array_equal(scene_in_png(path).w, one.point.numbers)
    view.controls.spaces.chosen.emit(view.controls.spaces.show_index(0) or 0)
    assert view.controls.improve.text() == "Find by search"  # what is known of W is no beginning in Z
    let_draw(window, qtbot, window.studio.document.history.undo)
    assert window.studio.document.scene is before


def test_a_model_is_tuned_to_the_photo_and_opened_there(window, photo, tmp_path, qtbot):
    original = tiny_style_model(tmp_path / "styled")
    before = (original / "generator.onnx").read_bytes()
    open_and_wait(window, original, qtbot)
    view, studio = show(window), window.studio
    take(view, qtbot, photo)
    assert not view.controls.tune.isEnabled()
    view.stage.turn(30)
    settle(view, qtbot)
    with qtbot.waitSignal(view.finding.improved, timeout=60_000):
        view.controls.improve.click()
    found, laid, scene = view.results.chosen_one, view.stage.placing, studio.document.scene
    with qtbot.waitSignal(studio.models.opened, timeout=60_000):
        view.controls.tune.click()
    qtbot.waitUntil(lambda: view.results.chosen_one is not None and not view.is_busy, timeout=60_000)
    tuned = view.results.chosen_one
    assert tuned.error < 0.5 * found.error
    assert (tuned.point.space, view.stage.placing) == ("w", laid)
    assert np.array_equal(studio.document.scene.w, found.point.numbers)
    assert view.results.is_of(studio.document.scene)
    assert studio.models.current.name == "styled, tuned"
    assert studio.models.current.path.name == "styled photo"
    assert (original / "generator.onnx").read_bytes() == before
    let_draw(window, qtbot, studio.document.history.undo)
    assert studio.document.scene is scene
    settle(view, qtbot)


def add_direction(window) -> None:
    vector = unit(np.array([1, 1, 0, 0], np.float32))
    window.studio.directions.add([Direction("bright", vector, "mean")], "Add bright")


def test_a_direction_edits_the_reconstruction_live(view, photo, window, qtbot):
    take(view, qtbot, photo)
    add_direction(window)
    gesture = new_gesture()
    step = window.studio.document.history.index()
    for value in (0.5, 1.5):
        let_draw(window, qtbot, lambda value=value: view.results.sliders.moved.emit("bright", value, gesture))
    scene = window.studio.document.scene
    assert window.studio.document.history.index() == step + 1
    assert scene.directions == (("bright", 1.5),)
    assert np.array_equal(scene.z, view.results.chosen_one.point.numbers)
    rendered = view.model.renderer.render(scene).picture
    assert np.array_equal(view.results.panes.edited.view.picture, rendered)
    assert view.results.panes.edited.words.text() == "bright +1.50"
    assert view.results.sliders.sliders["bright"].value == 1.5


def test_the_difference_is_shown_instead_of_the_reconstruction(view, photo, qtbot):
    take(view, qtbot, photo)
    shown = view.results.panes.found.view.picture
    view.results.difference.click()
    assert not np.array_equal(view.results.panes.found.view.picture, shown)
    view.results.difference.click()
    assert np.array_equal(view.results.panes.found.view.picture, shown)


def test_the_search_improves_on_the_encoder_and_both_can_be_compared(view, photo, window, qtbot):
    take(view, qtbot, photo)
    view._adopt()
    first = view.results.chosen_one
    with qtbot.waitSignal(view.finding.improved, timeout=60_000):
        view.controls.improve.click()
    second = view.results.chosen_one
    assert second.method == "projection"
    assert second.error < first.error
    assert view.results.methods.isVisible()
    assert f"{100 * first.error:.1f}%" in view.results.panes.found.words.text()
    assert len(view.controls.curve.points) > 100
    assert np.array_equal(window.studio.document.scene.z, second.point.numbers)
    window.studio.document.history.undo()
    assert np.array_equal(window.studio.document.scene.z, first.point.numbers)
    view.results.methods.chosen.emit(0)
    settle(view, qtbot)


def test_a_search_shows_nothing_worse_than_what_was_there(view, photo, monkeypatch, qtbot):
    take(view, qtbot, photo)
    results, finding = view.results, view.finding
    encoded = results.found["encoder"]
    made = [replace(encoded, method="projection", error=error) for error in (0.9, 0.001, 0.5)]
    monkeypatch.setattr(photo_finding, "_reconstruction", lambda step, _search: made[step.step])
    steps = [SimpleNamespace(step=number, steps=3, loss=1.0) for number in range(3)]
    finding.projections.search = object.__new__(Search)
    finding.projections.progressed.emit(steps[:1])
    assert results._live is encoded
    finding.projections.search = None
    finding.projections.ended.emit(object(), steps[0])
    assert list(results.found.values()) == [encoded]
    assert "nothing closer was found" in view.controls.words.text()
    finding.projections.search = object.__new__(Search)
    for end in (2, 3):
        finding.projections.progressed.emit(steps[:end])
        assert results._live is made[1]
    finding.projections.search = None
    finding.projections.ended.emit(object(), steps[2])
    assert results.chosen_one is made[1]
    assert "0.1% off per pixel on average, which is hardly anything." in view.controls.words.text()


def test_without_an_encoder_the_search_is_the_way(plain, photo, qtbot):
    take(plain, qtbot, photo)
    assert plain.results.chosen_one is None
    assert not plain.results.adopt.isEnabled()
    assert plain.controls.improve.text() == "Find by search"
    plain.finding.projections.progressed.connect(lambda _steps: plain.controls.stop.click())
    with qtbot.waitSignal(plain.finding.improved, timeout=60_000):
        plain.controls.improve.click()
    assert plain.results.chosen_one.method == "projection"
    assert plain.results.adopt.isEnabled()
    assert plain.controls.improve.isVisible()


def test_moving_the_frame_ends_the_search_for_the_old_crop(plain, photo, qtbot):
    take(plain, qtbot, photo)
    plain.controls.improve.click()
    assert plain.controls.stop.isVisible()
    key(plain, "Plus")
    assert not plain.controls.stop.isVisible()
    settle(plain, qtbot)
    assert plain.results.chosen_one is None
    assert plain.controls.improve.isEnabled()


def test_another_model_ends_the_search_and_keeps_the_photo(plain, photo, window, tiny_models, qtbot):
    take(plain, qtbot, photo)
    plain.controls.improve.click()
    plain.finding.projections._thread.pause()  # else it may be over before the other model is open
    open_and_wait(window, tiny_models / "fashion", qtbot)
    settle(plain, qtbot)
    assert plain.finding.projections.search is None
    qtbot.waitUntil(lambda: any("search" in toast.title for toast in window.toasts.shown))
    assert plain.found is not None
    assert plain.results.chosen_one is None
    assert plain.results.crop is not None


def test_closing_the_window_stops_the_search(plain, photo, window, qtbot):
    take(plain, qtbot, photo)
    plain.controls.improve.click()
    window.close()
    assert not plain.finding.projections.is_busy


def test_what_is_no_photo_is_told_and_leaves_the_one_before(view, photo, tmp_path, window, qtbot):
    take(view, qtbot, photo)
    (tmp_path / "broken.jpg").write_bytes(photo.read_bytes()[:80])
    with qtbot.waitSignal(window.studio.notices._arrived, timeout=10_000) as told:
        view.source.open([tmp_path / "broken.jpg"])
    assert told.args[0].kind == "problem"
    assert view.found.name == "photo.png"
    settle(view, qtbot)


def test_a_picture_on_the_clipboard_is_taken_and_a_scene_is_the_windows(view, window, qtbot):
    image = QImage(30, 30, QImage.Format.Format_ARGB32)
    image.fill(0)
    QGuiApplication.clipboard().setImage(image)
    window.window_actions.paste()
    settle(view, qtbot)
    assert view.found.name == "Pasted picture"
    assert (view.found.photo.pixels == 255).all()  # what is transparent becomes white
    QGuiApplication.clipboard().setText("nothing of ours")
    assert not view.paste()


def test_a_saved_picture_is_a_photo_whose_scene_can_be_opened(view, window, tmp_path, qtbot):
    scene = replace(window.studio.document.scene, z=np.full(4, 0.5, np.float32), seed=None)
    save_png(tmp_path / "saved.png", view.model.renderer.render(scene).picture, scene)
    take(view, qtbot, tmp_path / "saved.png")
    assert view.pages.scene.isVisible()
    let_draw(window, qtbot, view.pages.scene.click)
    assert np.array_equal(window.studio.document.scene.z, scene.z)


@pytest.mark.parametrize("size", [(8, 8), (20, 400)])
def test_photos_of_odd_sizes_can_be_used(view, tmp_path, qtbot, size):
    Image.new("LA", size, (200, 128)).save(tmp_path / "odd.png")
    take(view, qtbot, tmp_path / "odd.png")
    for name in ("Plus", "Minus", "Right", "R"):
        key(view, name)
    settle(view, qtbot)
    assert view.results.chosen_one is not None


def test_the_edited_picture_and_all_three_side_by_side_are_saved_with_the_scene(view, photo, tmp_path, qtbot):
    assert view.offers() == ()
    take(view, qtbot, photo)
    for offer in view.offers():
        path = tmp_path / offer.name
        offer.write(path, lambda _share: None, lambda: False)
        assert np.array_equal(scene_in_png(path).z, view.results.chosen_one.point.numbers)
    for name, size in {"edited": (8, 8), "side-by-side": (28, 8)}.items():
        with Image.open(tmp_path / f"photo-{name}.png") as saved:
            assert saved.size == size


def test_an_edit_is_saved_as_a_film_that_comes_back_to_where_it_began(view, photo, window, tmp_path, qtbot):
    take(view, qtbot, photo)
    assert len(view.offers()) == 2
    add_direction(window)
    let_draw(window, qtbot, lambda: view.results.sliders.moved.emit("bright", 1.5, new_gesture()))
    film = next(offer for offer in view.offers() if offer.suffix == ".gif")
    assert film.name == "photo-edited.gif"
    film.write(tmp_path / film.name, lambda *_: None, lambda: False)
    with Image.open(tmp_path / film.name) as saved:
        assert saved.n_frames > 50
        assert min(saved.size) >= 256
    scenes = there_and_back(window.studio.document.scene)
    assert scenes[0].directions == ()
    assert max(scene.directions for scene in scenes) == (("bright", pytest.approx(1.5)),)
    assert scenes[-1].directions[0][1] < 0.01


def test_the_edited_picture_is_saved_in_any_size(view, photo, window, tmp_path, qtbot):
    take(view, qtbot, photo)
    view.offers()[0].ask()
    (dialog,) = window.findChildren(SaveDialog)
    dialog._place = tmp_path
    dialog.scale.setCurrentIndex(1)
    dialog.accept()
    qtbot.waitUntil(lambda: set(tmp_path.glob("*.png")) > {photo} and not window.studio.saver.is_busy, timeout=20_000)
    (path,) = set(tmp_path.glob("*.png")) - {photo}
    with Image.open(path) as saved:
        assert saved.size == (16, 16)


def test_a_speck_that_is_pasted_is_refused(view, qtbot):
    QGuiApplication.clipboard().setImage(QImage(1, 1, QImage.Format.Format_RGB32))
    with qtbot.assertNotEmitted(view.source.taken):
        view.source.paste_any()

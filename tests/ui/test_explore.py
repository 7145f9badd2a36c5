from __future__ import annotations

import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit

from explorer.core.models.card import ModelCard
from explorer.core.rendering.dimensions import named
from explorer.core.rendering.latents import sample
from explorer.paths import models_folder
from explorer.session.explore import scene_pictures
from explorer.ui.explore.latent_row import LatentRow
from explorer.ui.explore.neighbours import CENTRE
from explorer.ui.theme import UNIT, apply_theme
from explorer.ui.widgets.callout import Complaint
from explorer.ui.window.main_window import MainWindow
from tests.models import tiny_generator
from tests.ui.conftest import let_draw, open_and_wait


def test_the_same_seed_gives_the_same_latent(opened, qtbot):
    controls, document = opened.panel.controls, opened.studio.document
    let_draw(opened, qtbot, lambda: controls.seed.edited.emit(7))
    assert document.scene.z.tobytes() == sample(7, 4).tobytes()
    assert controls.seed.seed == 7


@pytest.mark.parametrize("typed", ["4294967296", "-1", "smile", "1.5"])
def test_what_is_no_seed_is_refused_in_a_sentence(opened, qtbot, typed):
    box, scene = opened.panel.controls.seed, opened.studio.document.scene
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    (said,) = opened.findChildren(Complaint)
    assert typed in said.title.text()
    assert "from 0 to 4294967295" in said.words.text()
    beside = QRect(box.mapTo(opened, QPoint()), box.size()).adjusted(-20, -20, 20, 20)
    assert beside.intersects(said.geometry())
    assert opened.focusWidget() is box
    assert box.text() == str(scene.seed)
    assert opened.studio.document.scene is scene
    qtbot.keyClicks(box, "7")
    assert not opened.findChildren(Complaint)


def test_an_emptied_seed_box_says_nothing(opened, qapp, qtbot):
    box, said = opened.panel.controls.seed, []
    opened.studio.notices.report(said.append)
    box.setFocus()
    box.selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qapp.processEvents()
    assert not said
    assert box.text() == str(opened.studio.document.scene.seed)


def test_the_facts_of_the_model_scroll_in_a_low_window(opened, qapp):
    controls = opened.panel.controls
    facts = controls.facts
    card = replace(opened.studio.edits.card, data="pictures of many kinds " * 15, family="dcgan")
    facts.show_model("faces", card, ())
    opened.resize(900, 560)
    qapp.processEvents()
    assert controls.rect().contains(facts.geometry())
    assert facts.verticalScrollBar().maximum() > 0
    assert facts.widget().width() <= facts.viewport().width()
    assert controls._pair.geometry().bottom() < facts.geometry().top()
    line_px = facts._facts.fontMetrics().lineSpacing()
    assert (facts.viewport().height() - facts._facts.y()) % line_px == 0  # none is cut


def test_two_buttons_share_a_row_where_their_letters_have_room(opened, qtbot):
    controls = opened.panel.controls
    pair, buttons = controls._pair, (controls._neighbours_button, controls._layers_button)
    room = controls.width() - 4 * UNIT
    for size, rows in (("large", 2), ("normal", 1)):
        apply_theme(QApplication.instance(), "dark", size)
        qtbot.waitUntil(lambda: len({button.y() for button in buttons}) == rows and pair.width() <= room)  # noqa: B023


def test_moving_a_dimension_leaves_the_sample(opened, qtbot):
    let_draw(opened, qtbot, lambda: opened.panel.latent.list.rows.moved.emit(1, 0.5, 1))
    assert opened.studio.document.scene.seed is None
    assert opened.panel.controls.seed.seed is None


def test_locked_dimensions_stay_put(opened, qtbot):
    edits, document = opened.studio.edits, opened.studio.document
    let_draw(opened, qtbot, lambda: edits.set_value(2, 1.25))
    opened.panel.latent.list.set_locks({2})
    opened.panel.latent.list.rows.locks_changed.emit(frozenset({2}))

    let_draw(opened, qtbot, edits.new_sample)
    assert document.scene.z[2] == 1.25
    assert document.scene.seed is None
    let_draw(opened, qtbot, edits.reset_all)
    assert document.scene.z.tolist() == [0.0, 0.0, 1.25, 0.0]
    assert all(scene.z[2] == 1.25 for scene in edits.around(1.0, 0))


def test_locks_of_one_model_do_not_reach_another(opened, qtbot, tiny_models):
    opened.panel.latent.list.set_locks({2})
    opened.panel.latent.list.rows.locks_changed.emit(frozenset({2}))
    open_and_wait(opened, tiny_models / "large", qtbot)
    assert opened.studio.edits.locked == frozenset()


def test_pins_and_locks_belong_to_their_model_and_wait_for_it(opened, qtbot, tiny_models):
    rows, edits = opened.panel.latent.list.rows, opened.studio.edits
    rows.toggle_pin(1)
    rows.toggle_lock(2)
    for model in ("fashion", "large"):  # of the same latent size, and of another
        open_and_wait(opened, tiny_models / model, qtbot)
        assert (rows.pins, rows.locks, edits.locked) == (frozenset(), frozenset(), frozenset())

    open_and_wait(opened, tiny_models / "faces", qtbot)
    assert (rows.pins, rows.locks, edits.locked) == ({1}, {2}, {2})
    assert opened.studio.document.scene.seed is not None  # the lock held nothing of another model's latent


def test_classes_are_offered_only_where_there_are_some(opened, qtbot, tiny_models):
    assert not opened.panel.controls.classes.isVisible()
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    classes = opened.panel.controls.classes
    assert classes.isVisible()
    assert classes.count() == 3
    before = opened.panel.canvas.picture.copy()

    let_draw(opened, qtbot, lambda: classes.activated.emit(2))

    assert opened.studio.document.scene.label == 2
    assert classes.currentIndex() == 2
    assert (opened.panel.canvas.picture != before).any()
    let_draw(opened, qtbot, opened.commands["undo"].trigger)
    assert classes.currentIndex() == 0


def test_the_walk_goes_on_until_it_is_stopped_and_undoes_as_one_step(opened, qtbot):
    studio, panel = opened.studio, opened.panel
    before, shown = studio.document.scene, []
    studio.pictures.shown.connect(lambda rendering: shown.append(rendering.scene))

    panel.walk.trigger()
    assert studio.player.is_playing
    qtbot.waitUntil(lambda: len(shown) >= 5)
    panel.walk.trigger()

    assert not studio.player.is_playing
    steps = [np.abs(later.z - earlier.z).max() for earlier, later in pairwise(shown)]
    assert 0 < max(steps) < 0.3
    assert studio.document.history.count() == 1
    opened.commands["undo"].trigger()
    assert studio.document.scene is before
    qtbot.waitUntil(lambda: not studio.pictures.is_busy)


def test_undo_stops_the_walk(opened, qtbot):
    studio = opened.studio
    before = studio.document.scene
    opened.panel.walk.trigger()
    qtbot.waitUntil(lambda: studio.document.history.count() == 1)
    opened.commands["undo"].trigger()
    assert not opened.panel.walk.isChecked()
    assert studio.document.scene is before
    qtbot.waitUntil(lambda: not studio.pictures.is_busy)


def test_neighbours_are_drawn_and_lead_on(opened, qtbot):
    stage, studio = opened.panel.stage, opened.studio
    shown = []
    stage.neighbours.work.drawn.connect(lambda scene, _picture: shown.append(scene))
    opened.panel.neighbours.trigger()
    assert stage.neighbours.sheet.isVisible()
    qtbot.waitUntil(lambda: len(shown) == 8)
    assert len({scene.z.tobytes() for scene in shown}) == 8

    let_draw(opened, qtbot, lambda: stage.neighbours.sheet.tiles.picked.emit(CENTRE + 1))

    assert studio.document.scene is shown[4]
    qtbot.waitUntil(lambda: len(shown) == 16)
    opened.panel.neighbours.trigger()
    assert not stage.neighbours.sheet.isVisible()


def test_dimensions_are_sorted_by_how_much_they_change_the_picture(opened, qtbot, tiny_models):
    open_and_wait(opened, tiny_models / "large", qtbot)
    latent = opened.panel.latent
    with qtbot.waitSignal(latent.strengths.changed, timeout=20_000):
        latent.list.set_sort("strength")
        latent.list.sort_wanted.emit("strength")
    strengths = latent.strengths.values
    assert strengths.shape == (512,)
    assert np.isfinite(strengths).all()
    assert latent.list.rows.shown[0] == int(strengths.argmax())


def test_the_strongest_dimensions_come_first_without_being_asked_for(build_window, qtbot, tiny_models):
    window = build_window()
    latent = window.panel.latent
    with qtbot.waitSignal(latent.strengths.changed, timeout=20_000):
        window.open(tiny_models / "faces")
    order = np.argsort(-latent.strengths.values, kind="stable").tolist()
    assert list(latent.list.rows.shown) == order
    assert latent.directions.y() < latent.list.y()
    latent.list.set_sort("number")
    latent.list.sort_wanted.emit("number")
    window.close()
    again = build_window()
    open_and_wait(again, tiny_models / "faces", qtbot)
    assert list(again.panel.latent.list.rows.shown) == [0, 1, 2, 3]


def test_dimensions_are_named_in_place_for_good(opened, build_window, qtbot, tiny_models):
    rows = opened.panel.latent.list.rows
    qtbot.mouseDClick(rows.row_of(2), Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    editor = rows.row_of(2).editor
    assert editor.text() == "z2"
    editor.setText(" the   background ")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert rows.row_of(2).accessibleName() == "the background"
    opened.panel.latent.list.search.setText("backgr")
    assert rows.shown == (2,)
    qtbot.keyClick(rows, Qt.Key.Key_F2)
    qtbot.keyClick(rows.row_of(2).editor, Qt.Key.Key_Escape)
    opened.commands["undo"].trigger()
    assert rows.shown == ()
    opened.commands["redo"].trigger()
    opened.close()

    window = build_window()
    open_and_wait(window, tiny_models / "faces", qtbot)
    window.show_panel(1)
    grid = window.panel.view
    qtbot.waitUntil(lambda: grid.plan is not None, timeout=10_000)
    assert set(grid.plan.row_names) == {"z0", "z1", "the background", "z3"}
    window.studio.dimension_names.call(window.studio.models.hash, "z2", "")
    assert set(grid.plan.row_names) == {"z0", "z1", "z2", "z3"}


def test_an_order_by_strength_follows_the_scene_and_outlasts_another_device(opened, qtbot):
    latent, studio = opened.panel.latent, opened.studio
    qtbot.waitUntil(lambda: latent.strengths.values is not None and not latent.strengths.is_busy, timeout=20_000)
    before = latent.strengths.values
    with qtbot.waitSignal(latent.strengths.changed, timeout=20_000):
        studio.edits.sample(12)
    assert not np.array_equal(latent.strengths.values, before)
    assert latent.list.rows.shown == tuple(np.argsort(-latent.strengths.values, kind="stable"))
    with qtbot.waitSignal(studio.pictures.settled):
        studio.controller.use_device("cpu")
    assert latent.list.rows.order == "strength"
    assert latent.list.rows.strengths is not None
    qtbot.waitUntil(lambda: not latent.strengths.is_busy)


def test_a_latent_truncated_to_nearly_nothing_is_close_to_the_mean(opened, qtbot):
    gauge = opened.panel.latent.gauge
    let_draw(opened, qtbot, lambda: opened.studio.edits.set_truncation(0.03))
    scene = opened.studio.document.scene
    assert gauge._norm == pytest.approx(0.03 * np.linalg.norm(scene.z), rel=1e-3)


def test_measuring_can_be_called_off(opened, qtbot, tiny_models):
    open_and_wait(opened, tiny_models / "large", qtbot)
    strengths = opened.panel.latent.strengths
    with qtbot.assertNotEmitted(strengths.changed):
        opened.panel.latent.list.sort_wanted.emit("strength")
        opened.panel.latent.list.sort_wanted.emit("number")
        qtbot.waitUntil(lambda: not strengths.is_busy)


def test_measuring_stops_when_the_window_closes(opened, tiny_models, qtbot):
    open_and_wait(opened, tiny_models / "large", qtbot)
    opened.panel.latent.list.sort_wanted.emit("strength")
    opened.close()


def test_keys_switch_the_walk_and_the_neighbours(opened, qtbot):
    opened.panel.canvas.setFocus()
    qtbot.keyClick(opened.panel.canvas, Qt.Key.Key_N)
    assert opened.panel.stage.neighbours.sheet.isVisible()
    qtbot.keyClick(opened.panel.canvas, Qt.Key.Key_N)
    qtbot.keyClick(opened.panel.canvas, Qt.Key.Key_W)
    assert opened.studio.player.is_playing
    qtbot.keyClick(opened.panel.canvas, Qt.Key.Key_W)
    assert not opened.studio.player.is_playing
    qtbot.waitUntil(lambda: not opened.studio.pictures.is_busy)


def test_every_control_has_a_name_for_those_who_hear_the_window(opened):
    nameless = [
        control
        for kind in (QAbstractButton, QComboBox, QLineEdit)
        for control in opened.findChildren(kind)
        if control.isVisible() and not isinstance(control.parent(), QLineEdit)  # Qt's own icon in a box
        if not (control.accessibleName() or getattr(control, "text", str)())
    ]
    assert not nameless


def test_layers_follow_the_sliders_and_keep_their_channels(opened, qtbot, tiny_models):
    view = opened.panel.stage.layers.part
    opened.panel.layers.setChecked(True)
    qtbot.waitUntil(lambda: not view.work.is_busy)
    assert view.current is None  # of a model without convolutions
    open_and_wait(opened, models_folder() / "faces", qtbot)
    qtbot.waitUntil(lambda: view.maps is not None, timeout=10_000)
    assert view.sheet.mosaic.known.sum() == 16
    view.sheet.picked.emit(3)
    first, shown = view.maps, view.large.picture
    assert (shown == first.picture(view.channel)).all()
    opened.studio.edits.sample(99)
    qtbot.waitUntil(lambda: view.maps is not first, timeout=10_000)
    assert (view.large.picture == view.maps.picture(view.channel)).all()
    assert (view.sheet.mosaic.picture(3) == view.large.picture).all()
    opened.panel.neighbours.setChecked(True)
    assert not opened.panel.layers.isChecked()
    opened.panel.layers.setChecked(True)
    qtbot.waitUntil(lambda: view.maps is not None and not view.work.is_busy, timeout=10_000)
    qtbot.waitUntil(lambda: not opened.panel.stage.neighbours.work.is_busy, timeout=10_000)


def test_a_slow_picture_leaves_the_old_one_and_says_that_it_is_drawn(opened, qtbot, monkeypatch):
    stage, pictures, gate = opened.panel.stage, opened.studio.pictures, threading.Event()
    old, render = stage.canvas.picture, pictures.renderer.render
    monkeypatch.setattr(pictures.renderer, "render", lambda scene: (gate.wait(10), render(scene))[1])
    monkeypatch.setattr(scene_pictures, "_QUICK_MS", 0.0)
    opened.studio.edits.sample(4)
    qtbot.waitUntil(lambda: stage._readout.words == "8 × 8 pixels; drawing the next …")
    assert stage.canvas.picture is old
    with qtbot.waitSignal(pictures.settled):
        gate.set()
    assert stage._readout.words == "8 × 8 pixels"
    assert stage.canvas.picture is not old


def test_dimensions_are_called_as_the_card_says(window: MainWindow, tmp_path: Path, qtbot) -> None:
    path = tiny_generator(tmp_path / "named.onnx", latent=3)
    model = onnx.load(path)
    card = ModelCard.from_json(model.metadata_props[0].value)
    model.metadata_props[0].value = replace(card, dimensions=named(["", "", "code 1"])).to_json()
    onnx.save(model, path)
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=60_000):
        window.open(path)
    rows = {row.accessibleName() for row in window.findChildren(LatentRow)}
    assert {"z0", "z1", "code 1"} <= rows

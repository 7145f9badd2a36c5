from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication

from explorer.core.directions.direction import Direction, HeldOut, unit
from explorer.core.directions.files.store import load_directions
from explorer.core.problem import Problem
from explorer.core.rendering.scene import scene_from_json
from explorer.session.directions.direction_jobs import factorising
from explorer.session.explore.style_edits import layer_choices
from explorer.ui.arithmetic.panel import ArithmeticPanel
from explorer.ui.directions.directions_view import DirectionsView
from explorer.ui.directions.method import MARK, PICTURES
from explorer.ui.widgets.picture_drag import SCENE_MIME
from explorer.ui.window.main_window import PANELS
from tests.models import tiny_encoder, tiny_generator
from tests.ui.conftest import let_draw, open_and_wait

ABOUT = Qt.ItemDataRole.UserRole
SPAN = {"span": 3.0}  # as if it had been measured
HELD_OUT = HeldOut(0.94, 0.9, 0.97, 200)


def some(count: int = 3) -> list[Direction]:
    names = ["smiling", "age", "glasses", "hat"] + [f"pca {number}" for number in range(1, count)]
    waves = np.random.RandomState(0).randn(count, 4)
    return [
        Direction(name, unit(wave), "svm", "labelled faces", name, (40, 38), HELD_OUT, ("Few examples.",), SPAN)
        for name, wave in zip(names, waves, strict=False)
    ]


@pytest.fixture
def bare(window, qtbot, tmp_path) -> DirectionsView:
    """The view, with a model that has an encoder and no directions."""
    folder = tmp_path / "own"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_encoder(folder / "encoder.onnx")
    open_and_wait(window, folder, qtbot)
    window.show_panel(PANELS.index(ArithmeticPanel))
    window.panel.show_view(0)
    settle(window.panel.view, qtbot)
    return window.panel.view


@pytest.fixture
def view(bare, qtbot) -> DirectionsView:
    """The view with three directions."""
    bare.studio.directions.add(some(), "Add three")
    settle(bare, qtbot)
    return bare


def settle(view: DirectionsView, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy, timeout=30_000)


def in_file(view: DirectionsView, qtbot) -> list[str]:
    qtbot.waitUntil(lambda: not view.studio.directions.is_saving)
    return [each.name for each in load_directions(view.model.path / "directions.npz", 4)]


def test_without_directions_it_says_what_to_do_next(bare, window):
    assert bare.empty.isVisible()
    assert not bare.controls.export_button.isEnabled()
    assert bare.from_pictures.isEnabled()
    bare.from_pictures.click()
    assert window.panel.view.segments.index == PICTURES
    window.panel.show_view(0)
    bare.from_marks.click()
    assert window.panel.view.segments.index == MARK


def test_without_an_encoder_labelled_pictures_are_not_offered(opened, qtbot):
    opened.show_panel(PANELS.index(ArithmeticPanel))
    opened.panel.show_view(0)
    view = opened.panel.view
    settle(view, qtbot)
    assert not view.from_pictures.isEnabled()
    assert "encoder" in view.from_pictures.toolTip()
    assert "encoder" in view.empty.hint.text()
    assert view.from_marks.isEnabled()


def test_the_list_tells_how_each_was_found_and_how_good_it_is(view):
    assert view.list.names == ("smiling", "age", "glasses")
    assert view.list.current == "smiling"
    tip = view.list.item(0).toolTip()
    for words in (
        "Support vector machine",
        "labelled faces",
        "40 examples",
        "95% interval 90% to 97%",
        "Few",
    ):
        assert words in tip
    assert view.head.name.text() == "smiling"
    assert "it had not seen" in view.head.story.accessibleName()


def test_the_strips_show_the_picture_and_eight_samples(view, qtbot):
    plan = view.strips.plan
    assert (plan.rows, plan.columns) == (9, 7)
    assert plan.row_names[0] == "This picture"
    assert plan.row_names[1] == f"Seed {view.strips.seeds[0]}"
    renderer = view.studio.pictures.renderer
    for row, column in ((0, 0), (0, 3), (4, 6)):
        wanted = renderer.render(plan.scene(row, column)).picture
        tile = view.strips.sheet_view.mosaic.picture(row * 7 + column)
        assert np.abs(tile.astype(int) - wanted).max() <= 1


@pytest.mark.parametrize("size", [(960, 600), (1280, 720)])
def test_the_strips_are_as_wide_as_the_room_with_two_rows_in_sight(view, window, qtbot, size):
    window.resize(*size)
    sheet = view.strips.sheet_view
    qtbot.waitUntil(lambda: 0 <= sheet.viewport().width() - sheet.place_of(6).right() < sheet.tile_px / 2)
    assert sheet.place_of(7).bottom() <= sheet.viewport().height()


def test_span_and_other_eight_change_the_strips(view, qtbot):
    before = view.strips.seeds
    view.strips.span.moved.emit(6.0, 1)
    view.strips.span.show_value(6.0)
    view.strips.others.click()
    settle(view, qtbot)
    assert view.strips.plan.alphas[0] == -6.0
    assert view.strips.seeds != before


def test_a_span_that_is_set_is_the_directions_own_and_undone(view, qtbot, window):
    view.strips.span.take(5.0)
    settle(view, qtbot)
    assert view.studio.directions.named("smiling").span == 5.0
    assert view.head.slider.shown_range == (-5.0, 5.0)
    assert view.strips.span_words.text() == "±5.0"
    view.list.choose("age")
    settle(view, qtbot)
    assert view.strips.plan.alphas[-1] == 3.0  # each goes as far as it goes
    window.studio.document.history.undo()
    assert view.studio.directions.named("smiling").span == 3.0


def test_how_far_a_direction_goes_is_found_out_when_it_is_looked_at(view, qtbot, window):
    fresh = Direction("fresh", unit(np.array([0.1, 0.2, 1.0, 0.0])), "sefa")
    view.studio.directions.add([fresh], "Add it")
    steps = window.studio.document.history.count()
    view.list.choose("fresh")
    settle(view, qtbot)
    found = view.studio.directions.named("fresh")
    assert found.has_span
    assert view.strips.plan.alphas[-1] == found.span == view.strips.span.value
    assert window.studio.document.history.count() == steps  # looking is no step
    assert view.list.current == "fresh"


def test_where_it_cannot_be_found_out_the_strips_go_as_far_as_usual(view, qtbot, monkeypatch):
    def refuse(*_args):
        raise Problem("No.", "Never.")

    monkeypatch.setattr("explorer.core.directions.span.with_span", refuse)
    view.studio.directions.add([Direction("fresh", unit(np.ones(4)), "sefa")], "Add it")
    view.list.choose("fresh")
    settle(view, qtbot)
    assert view.strips.plan.direction == "fresh"
    assert view.strips.plan.alphas[-1] == 3.0


def test_a_tile_of_the_picture_applies_the_direction(view, window, qtbot):
    place = view.strips.sheet_view.place_of(5).center()
    let_draw(
        window,
        qtbot,
        lambda: qtbot.mouseClick(view.strips.sheet_view.viewport(), Qt.MouseButton.LeftButton, pos=place),
    )
    assert view.studio.document.scene.directions == (("smiling", 2.0),)
    assert view.head.slider.value == 2.0
    assert view.head.applied.text() == "Edited: 1 applied"


def test_a_tile_of_another_picture_is_adopted_whole(view, window, qtbot):
    let_draw(window, qtbot, lambda: view.strips.sheet_view.picked.emit(2 * 7 + 6))
    scene = view.studio.document.scene
    assert scene.seed == view.strips.seeds[1]
    assert scene.directions == (("smiling", 3.0),)


def test_a_tile_dragged_out_carries_its_scene(view):
    mime = view.strips.sheet_view.mime_for_drag(6)
    scene = scene_from_json(bytes(mime.data(SCENE_MIME).data()).decode())
    assert scene.directions == (("smiling", 3.0),)
    assert np.array_equal(scene.z, view.studio.document.scene.z)


def test_moving_along_the_direction_itself_draws_no_strip_again(view, window, qtbot):
    plan = view.strips.plan
    let_draw(window, qtbot, lambda: view.head.moved.emit(1.5, 3))
    settle(view, qtbot)
    assert view.strips.plan is plan
    let_draw(window, qtbot, lambda: view.studio.edits.set_strength("age", 1.0))
    settle(view, qtbot)
    assert view.strips.plan.base.directions == (("age", 1.0),)


def test_choosing_another_shows_what_it_does(view, qtbot):
    view.list.choose("glasses")
    settle(view, qtbot)
    assert view.strips.plan.direction == "glasses"
    assert view.head.name.text() == "glasses"


def test_delete_removes_and_undo_brings_back(view, window, qtbot):
    view.list.setFocus()
    qtbot.keyClick(view.list, Qt.Key.Key_Delete)
    settle(view, qtbot)
    assert view.list.names == ("age", "glasses")
    assert view.list.current == "age"
    assert in_file(view, qtbot) == ["age", "glasses"]
    window.commands["undo"].trigger()
    assert view.list.names == ("smiling", "age", "glasses")
    settle(view, qtbot)


def test_the_last_one_removed_leaves_the_hint(view, qtbot):
    view.list.selectAll()
    view.list.remove_wanted.emit(view.list.selected)
    assert view.list.names == ()
    assert view.empty.isVisible()
    settle(view, qtbot)


def test_a_typed_name_renames_and_a_taken_one_is_refused(view, qtbot):
    said = []
    view.studio.notices.report(said.append)
    view.list.item(0).setText("joy")
    assert view.studio.directions.names == ("joy", "age", "glasses")
    view.list.item(0).setText("age")
    qtbot.waitUntil(lambda: bool(said))
    assert "called age already" in said[0].what
    assert view.list.item(0).text() == "joy"
    settle(view, qtbot)


def test_many_are_searched(bare, qtbot):
    bare.studio.directions.add(some(60), "Add")
    settle(bare, qtbot)
    assert bare.controls.search.isVisible()
    bare.controls.search.setText("GLASS")
    assert [row for row in range(60) if not bare.list.isRowHidden(row)] == [2]


def test_locking_adds_directions_that_leave_the_others_alone(view, qtbot):
    view.controls.lock.click()
    names = view.studio.directions.names
    assert names == ("smiling, independent", "age, independent", "glasses, independent", "smiling", "age", "glasses")
    locked = view.studio.directions.named("smiling, independent").vector
    assert abs(locked @ view.studio.directions.named("age").vector) < 1e-6
    assert view.list.current == "smiling, independent"
    view.studio.document.history.undo()
    assert view.studio.directions.names == ("smiling", "age", "glasses")
    settle(view, qtbot)


def test_focusing_adds_a_direction_that_changes_less_of_the_rest(view, qtbot):
    view.list.choose("age")
    focus = next(action for action in view.list.menu().actions() if action.text() == "Keep the rest still")
    with qtbot.waitSignal(view.studio.directions.changed, timeout=20_000):
        focus.trigger()
    found = view.studio.directions.named("age, focused")
    assert found.details["calm"] < 1.0
    assert view.list.current == "age, focused"


def test_locking_in_their_place_keeps_the_names(view, qtbot):
    before = view.studio.directions.named("smiling").vector
    view.list.item(0).setSelected(True)
    view.list.item(2).setSelected(True)
    view.list.lock_wanted.emit(True)
    assert view.studio.directions.names == ("smiling", "age", "glasses")
    after = view.studio.directions.named("smiling").vector
    assert not np.array_equal(after, before)
    settle(view, qtbot)


def test_the_menu_of_a_row_offers_what_can_be_done(view):
    view.list.item(1).setSelected(True)
    words = {action.text(): action.isEnabled() for action in view.list.menu().actions()}
    assert words["Make independent"]
    assert not words["Rename"]
    view.list.layer_choices = layer_choices(18)
    (layers,) = [action.menu() for action in view.list.menu().actions() if action.menu()]
    assert [action.text() for action in layers.actions()] == [
        "All layers, 0 to 17",
        "The coarse layers, 0 to 5",
        "The middle layers, 6 to 11",
        "The fine layers, 12 to 17",
    ]
    view.list.top_wanted.emit("glasses")
    assert view.list.names[0] == "glasses"


def test_files_that_are_dropped_are_imported(bare, tmp_path, qtbot):
    np.save(tmp_path / "beard.npy", np.eye(4, dtype=np.float32)[2])
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "beard.npy"))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    bare.dropEvent(event)
    qtbot.waitUntil(lambda: bare.list.names == ("beard",), timeout=30_000)
    settle(bare, qtbot)
    assert bare.studio.document.history.undoText() == "Import beard.npy"


def test_a_file_for_another_model_is_explained(bare, tmp_path, qtbot):
    said = []
    bare.studio.notices.report(said.append)
    np.save(tmp_path / "wide.npy", np.ones(512, np.float32))
    bare.bring([tmp_path / "wide.npy"])
    qtbot.waitUntil(lambda: bool(said), timeout=30_000)
    assert "512" in said[0].what
    assert "takes 4" in said[0].what
    settle(bare, qtbot)
    assert not bare.controls.working.isVisible()


def test_the_weights_and_the_samples_of_the_model_give_directions(bare, qtbot):
    bare.controls.factorise_wanted.emit(2)
    qtbot.waitUntil(lambda: bare.list.names == ("sefa 1", "sefa 2"), timeout=30_000)
    bare.controls.analyse_wanted.emit(2)
    qtbot.waitUntil(lambda: bare.list.names[:2] == ("pca 1", "pca 2"), timeout=60_000)
    settle(bare, qtbot)
    assert "of what varies" in bare.list.item(0).toolTip()


def test_factorising_twice_adds_no_direction_twice(bare, window, qtbot):
    bare._factorise(3)
    qtbot.waitUntil(lambda: len(bare.list.names) == 3)
    settle(bare, qtbot)
    bare._factorise(4)
    qtbot.waitUntil(lambda: len(bare.list.names) == 4)
    assert bare.list.names == ("sefa 4", "sefa 1", "sefa 2", "sefa 3")
    qtbot.waitUntil(lambda: any("already" in toast.title for toast in window.toasts.shown))
    assert "Eigenvalue" in bare.list.item(0).toolTip()


def test_what_is_found_for_another_model_than_the_open_one_is_kept_for_it(bare, window, tiny_models, tmp_path, qtbot):
    bare._factorise(2)
    qtbot.waitUntil(lambda: len(bare.list.names) == 2)
    settle(bare, qtbot)
    found, job = bare.studio.directions.all, factorising(bare.model, 2)
    bare.studio.directions.remove([each.name for each in found])
    open_and_wait(window, tiny_models / "large", qtbot)
    bare._on_found(job, found)
    assert bare.studio.directions.all == ()
    qtbot.waitUntil(lambda: any("not open now" in toast.title for toast in window.toasts.shown))
    open_and_wait(window, tmp_path / "own", qtbot)
    assert bare.studio.directions.names == ("sefa 1", "sefa 2")


def test_a_cancelled_search_adds_nothing(bare, qtbot):
    bare.controls.analyse_wanted.emit(2)
    bare.controls.working.cancel.click()
    settle(bare, qtbot)
    assert bare.list.names == ()
    assert not bare.controls.working.isVisible()


def test_all_are_exported_into_one_file(view, tmp_path, qtbot):
    with qtbot.waitSignal(view.saving.exporter.written, timeout=10_000):
        view.saving.export(tmp_path / "out.npz")
    assert [each.name for each in load_directions(tmp_path / "out.npz", 4)] == list(view.list.names)


def measured(view: DirectionsView, qtbot):
    view.show_page(1)
    with qtbot.waitSignal(view.effects.meter.measured, timeout=60_000):
        view.effects.measure.click()
    return view.effects.found


def test_the_meter_measures_every_direction_against_every_other(view, qtbot):
    found = measured(view, qtbot)
    assert found.effects.slopes.shape == (3, 3)
    table = view.effects.map.table
    assert sorted(table.columns) == ["age", "glasses", "smiling"]
    names = [row.partition(":")[0] for row in table.rows]
    assert sorted(names) == sorted(table.columns)
    row, column = names.index("age"), table.columns.index("smiling")
    slope = found.effects.slopes[1, 0]
    assert table.words(row, column) == f"{slope:+.2f}".replace("-", "−")
    assert "Turning age up by 1 changes “smiling” by" in table.tip(row, column)
    assert "over 64 samples" in table.tip(row, column)
    view.effects.map.setFocus()
    qtbot.keyClick(view.effects.map, Qt.Key.Key_Right)
    assert view.effects.words.text() == table.tip(*view.effects.map.current)


def test_whether_a_direction_is_strong_comes_first_and_knows_what_was_measured(view, qtbot):
    assert view.list.item(0).data(ABOUT).startswith("Strong · right for 94%")
    assert view.head.story.accessibleName().startswith("Strong: right for 188 of 200 examples it had not seen.")
    found = measured(view, qtbot)
    for row, judged in zip(view.effects.map.table.rows, (found.verdicts[i] for i in view.effects._rows), strict=True):
        assert row.endswith(f": {judged.word}")
    judged = view.effects.verdict_of(view.studio.directions.named("smiling"))
    assert judged == found.verdicts[0]
    assert judged.word != "strong"  # it changes others as much
    assert view.head.story.accessibleName().startswith(judged.sentence)
    assert view.effects.map.table.tip(0, 0).startswith(found.verdicts[view.effects._rows[0]].sentence)


def test_what_was_measured_stays_while_the_directions_it_is_about_do(view, qtbot):
    assert view.effects.map._empty[0] == "Not measured yet"
    view.show_page(1)
    view.effects.measure.click()
    qtbot.waitUntil(lambda: view.effects.map._empty[0].startswith("Measuring"))
    view._factorise(1)  # adds one meanwhile
    qtbot.waitUntil(lambda: len(view.list.names) == 4)
    qtbot.waitUntil(lambda: view.effects.found is not None, timeout=20_000)
    view._factorise(2)
    qtbot.waitUntil(lambda: len(view.list.names) > 4)
    assert len(view.effects.map.table.rows) == 3
    view.studio.directions.remove(["smiling"])
    assert view.effects.found is None


def test_measuring_after_locking_shows_both_in_one_order(view, qtbot):
    before = measured(view, qtbot)
    rows = view.effects.map.table.rows
    view.effects.way.show_index(1)
    view.effects.way.chosen.emit(1)
    assert view.effects.map.table is None
    after = measured(view, qtbot)
    assert after is not before
    assert [name.partition(",")[0] for name in view.effects.map.table.rows] == [row.partition(":")[0] for row in rows]
    view.effects.way.show_index(0)
    view.effects.way.chosen.emit(0)
    assert view.effects.found is before


def test_what_was_measured_is_taken_along(view, tmp_path, qtbot):
    found = measured(view, qtbot)
    view.effects.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[0] == "direction"
    assert len(lines) == 10
    for name in ("effects.csv", "effects.json"):
        with qtbot.waitSignal(view.saving.exporter.written, timeout=10_000):
            view.saving.export_effects(tmp_path / name, found)
    told = json.loads((tmp_path / "effects.json").read_text())
    assert np.allclose(told["slopes"], found.effects.slopes)
    assert Path(tmp_path / "effects.csv").read_text().count("\n") == 10


def test_a_changed_list_forgets_what_was_measured(view, qtbot):
    measured(view, qtbot)
    view.studio.directions.remove(["age"])
    assert view.effects.found is None
    assert not view.effects.copy.isEnabled()
    settle(view, qtbot)


def test_measuring_can_be_cancelled(view, qtbot):
    view.show_page(1)
    view.effects.measure.click()
    assert view.effects.measure.text() == "Cancel"
    view.effects.measure.click()
    assert view.effects.measure.text() == "Measure"
    settle(view, qtbot)
    assert view.effects.found is None


def test_a_model_that_nothing_reads_is_told_of(opened, qtbot):
    opened.studio.directions.add(some(), "Add")
    opened.show_panel(PANELS.index(ArithmeticPanel))
    view, said = opened.panel.view, []
    opened.studio.notices.report(said.append)
    view.show_page(1)
    view.effects.measure.click()
    qtbot.waitUntil(lambda: any("no classifier and no encoder" in notice.what for notice in said))
    settle(view, qtbot)


def test_every_control_has_a_name_and_a_tip(view):
    for button in (view.controls.lock, view.controls.from_model, view.strips.others, view.effects.measure):
        assert button.toolTip()
    for part in (view.list, view.head.slider, view.strips.span, view.effects.map, view.strips.sheet_view):
        assert part.accessibleName()

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from explorer.core.directions.direction import Direction, unit
from explorer.ui.explore.direction_side import DirectionSide
from explorer.ui.explore.latent_row import ROW_PX
from tests.ui.conftest import let_draw, open_and_wait


def directions(count: int) -> list[Direction]:
    vectors = np.random.RandomState(0).randn(count, 4)
    return [Direction(f"way {index}", unit(vector), "pca") for index, vector in enumerate(vectors)]


@pytest.fixture
def side(opened) -> DirectionSide:
    return opened.panel.latent.directions


def test_without_directions_there_is_a_hint(side):
    assert side.hint.isVisible()
    assert not side.rows.isVisible()
    assert not side.reset.isVisible()


def test_a_slider_moves_the_picture_along_its_direction(side, opened, qtbot):
    opened.studio.directions.add(directions(2), "Add")
    assert side.rows.isVisible()
    before = opened.panel.canvas.picture.copy()
    let_draw(opened, qtbot, lambda: side.rows.row_of(1).slider.moved.emit(2.0, 5))
    assert opened.studio.document.scene.directions == (("way 1", 2.0),)
    assert (opened.panel.canvas.picture != before).any()
    assert side.mark.text() == "Edited: 1 applied"
    assert opened.studio.document.scene.seed is not None  # it is still that sample, edited


def test_several_combine_and_one_click_takes_them_off(side, opened, qtbot):
    opened.studio.directions.add(directions(2), "Add")
    let_draw(opened, qtbot, lambda: side.rows.moved.emit(0, 1.0, 1))
    let_draw(opened, qtbot, lambda: side.rows.moved.emit(1, -1.5, 2))
    assert dict(opened.studio.document.scene.directions) == {"way 0": 1.0, "way 1": -1.5}
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    assert len(opened.studio.document.scene.directions) == 2  # the next picture is edited too
    let_draw(opened, qtbot, side.reset.click)
    assert opened.studio.document.scene.directions == ()
    assert side.rows.row_of(1).slider.value == 0.0
    assert not side.reset.isEnabled()


def test_baking_in_moves_the_latent_itself(side, opened, qtbot):
    opened.studio.directions.add(directions(1), "Add")
    let_draw(opened, qtbot, lambda: side.rows.moved.emit(0, 2.0, 1))
    picture, z = opened.panel.canvas.picture.copy(), opened.studio.document.scene.z
    shown = side.moved(opened.studio.document.scene)
    let_draw(opened, qtbot, side.bake.click)
    scene = opened.studio.document.scene
    assert scene.directions == ()
    assert not np.array_equal(scene.z, z)
    assert np.array_equal(scene.z, shown)  # which the norm gauge showed before
    assert np.array_equal(opened.panel.canvas.picture, picture)


def test_many_scroll_and_pinned_ones_come_first(side, opened, qtbot):
    opened.studio.directions.add(directions(60), "Add")
    assert side.rows.height() == 6 * ROW_PX
    side.rows.toggle_pin(40)
    assert side.rows.shown[0] == 40
    opened.studio.directions.add([Direction("newest", unit([1, 0, 0, 0]), "svm")], "Add")
    assert [side._name(place) for place in side.rows.shown[:2]] == ["way 40", "newest"]


def test_the_keyboard_steps_and_resets(side, opened, qtbot):
    opened.studio.directions.add(directions(3), "Add")
    side.rows.setFocus()
    qtbot.keyClick(side.rows, Qt.Key.Key_Down)
    let_draw(opened, qtbot, lambda: qtbot.keyClick(side.rows, Qt.Key.Key_Right))
    assert opened.studio.document.scene.directions == (("way 1", 0.1),)
    qtbot.keyClick(side.rows, Qt.Key.Key_L)  # directions have no lock
    assert side.rows.locks == frozenset()
    let_draw(opened, qtbot, lambda: qtbot.keyClick(side.rows, Qt.Key.Key_Delete))
    assert opened.studio.document.scene.directions == ()


def test_the_tip_tells_the_story(side, opened):
    opened.studio.directions.add(directions(1), "Add")
    row = side.rows.row_of(0)
    assert "Principal component" in row.slider.toolTip()
    assert row.accessibleName() == "way 0"
    opened.studio.directions.rename("way 0", "smile")
    assert side.rows.row_of(0).accessibleName() == "smile"


def test_folding_gives_the_latent_the_room(side, opened):
    opened.studio.directions.add(directions(3), "Add")
    side.fold.click()
    assert not side.rows.isVisible()
    side.fold.click()
    assert side.rows.isVisible()


def test_another_model_has_its_own(side, opened, qtbot, tiny_models):
    opened.studio.directions.add(directions(3), "Add")
    side.rows.toggle_pin(2)
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    assert side.hint.isVisible()
    open_and_wait(opened, tiny_models / "faces", qtbot)
    assert side.rows.isVisible()
    assert side.rows.pins == {2}


def test_the_history_names_the_direction(side, opened, qtbot):
    opened.studio.directions.add(directions(1), "Add way 0")
    let_draw(opened, qtbot, lambda: side.rows.moved.emit(0, 2.0, 1))
    opened.strips.history.catch_up()
    assert len(opened.strips.history.strip.keys) == 3  # adding it is a step too, of the same picture
    assert opened.studio.document.history.undoText() == "Apply way 0"


def test_a_direction_is_renamed_in_place(side, opened, qtbot):
    opened.studio.directions.add(directions(2), "Add")
    let_draw(opened, qtbot, lambda: side.rows.moved.emit(1, 1.0, 1))
    side.rows.row_of(1).edit_name()
    side.rows.row_of(1).editor.setText("smiling")
    qtbot.keyClick(side.rows.row_of(1).editor, Qt.Key.Key_Return)
    assert opened.studio.directions.names == ("way 0", "smiling")
    assert opened.studio.document.scene.directions == (("smiling", 1.0),)

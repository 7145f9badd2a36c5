"""Explore with a style-based model: sliders in W, style mixing, and what both leave behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent

from explorer.core.rendering.scene import scene_to_json
from explorer.ui.explore.latent_side import W, Z
from explorer.ui.widgets.picture_drag import SCENE_MIME
from tests.models import tiny_style_model
from tests.ui.conftest import let_draw, open_and_wait


@pytest.fixture
def styled(window, qtbot, tmp_path):
    open_and_wait(window, tiny_style_model(tmp_path / "styled", classes=2), qtbot)
    return window


def choose(side, space: int) -> None:
    side.spaces._buttons.button(space).click()


def test_ordinary_models_have_no_w_to_choose(opened):
    side, controls = opened.panel.latent, opened.panel.controls
    assert not side.spaces.isVisible()
    assert not controls.styles.isVisible()
    assert not controls.cutoff.isVisible()
    assert "mean of W" not in controls.psi.toolTip()


def test_sliders_move_in_z_or_in_w(styled, qtbot):
    side, document = styled.panel.latent, styled.studio.document
    assert side.spaces.isVisible()
    assert side.list.rows.z.size == 4
    choose(side, W)
    assert side.list.rows.z == pytest.approx(styled.studio.edits.styles.values(document.scene))
    z = document.scene.z
    let_draw(styled, qtbot, lambda: side.list.rows.moved.emit(2, 1.5, 1))
    assert document.scene.z is z
    assert side.list.rows.z[2] == pytest.approx(1.5, abs=1e-5)
    assert side.leave.isVisible()
    let_draw(styled, qtbot, side.leave.click)
    assert document.scene.w is None
    assert not side.leave.isVisible()
    choose(side, Z)
    let_draw(styled, qtbot, lambda: side.list.rows.moved.emit(2, 0.5, 2))
    assert document.scene.z[2] == 0.5


def test_rows_of_each_space_have_their_names_pins_and_locks(styled):
    side = styled.panel.latent
    side.list.rows.toggle_pin(1)
    side.list.rows.toggle_lock(2)
    choose(side, W)
    assert side.list.rows.row_of(0).accessibleName() == "w0"
    assert side.list.rows.pins == side.list.rows.locks == frozenset()
    side.list.rows.toggle_lock(4)
    choose(side, Z)
    assert side.list.rows.row_of(0).accessibleName() == "z0"
    assert (side.list.rows.pins, side.list.rows.locks) == ({1}, {2})
    assert styled.studio.edits.styles.locked == {4}


def test_another_model_is_shown_in_z(styled, tiny_models, qtbot):
    choose(styled.panel.latent, W)
    open_and_wait(styled, tiny_models / "faces", qtbot)
    side = styled.panel.latent
    assert not side.is_in_w
    assert side.list.rows.z.tobytes() == styled.studio.document.scene.z.tobytes()


def test_dimensions_of_w_are_sorted_by_how_much_they_change(styled, qtbot):
    side = styled.panel.latent
    choose(side, W)
    with qtbot.waitSignal(side.strengths.changed, timeout=20_000):
        side.list._sort("strength")
    assert side.strengths.values.shape == (5,)
    assert np.isfinite(side.strengths.values).all()


def test_a_sample_is_mixed_in_and_its_layers_are_chosen(styled, qtbot):
    controls, document = styled.panel.controls.styles.part, styled.studio.document
    assert not controls.layers.isVisible()
    let_draw(styled, qtbot, lambda: styled.studio.edits.styles.mix_sample(5))
    assert controls.layers.isVisible()
    assert controls.layers.chosen == (1, 2)
    qtbot.waitUntil(lambda: controls.picture._image is not None)
    let_draw(styled, qtbot, lambda: controls.layers.moved.emit(0, 1, 9))
    assert (document.scene.mix.first, document.scene.mix.last) == (0, 1)
    let_draw(styled, qtbot, document.history.undo)
    assert controls.layers.chosen == (1, 2)
    let_draw(styled, qtbot, controls.stop.click)
    assert document.scene.mix is None
    assert controls.picture._image is None


def test_the_menu_offers_a_sample_this_picture_bookmarks_and_the_history(styled, qtbot):
    controls, studio = styled.panel.controls.styles.part, styled.studio
    first = studio.document.scene
    styled.commands["bookmark"].trigger()
    let_draw(styled, qtbot, lambda: studio.edits.sample(8))
    menu = controls.source.menu()
    menu.aboutToShow.emit()
    names = [action.text() for action in menu.actions() if action.text()]
    assert names == ["A new sample", "The current picture", "A bookmark", "A step of the history"]
    marks = next(action.menu() for action in menu.actions() if action.text() == "A bookmark")
    steps = next(action.menu() for action in menu.actions() if action.text() == "A step of the history")
    assert [action.text() for action in steps.actions()] == [f"Seed {first.seed}"]
    let_draw(styled, qtbot, marks.actions()[0].trigger)
    assert studio.document.scene.mix.z.tobytes() == first.z.tobytes()
    assert studio.document.scene.seed == 8


def test_a_thumbnail_dropped_on_the_second_picture_is_mixed_in(styled, qtbot):
    controls, studio = styled.panel.controls.styles.part, styled.studio
    first = studio.document.scene
    let_draw(styled, qtbot, lambda: studio.edits.sample(8))
    mime = QMimeData()
    mime.setData(SCENE_MIME, scene_to_json(first).encode())
    drop = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    let_draw(styled, qtbot, lambda: controls.picture.dropEvent(drop))
    assert studio.document.scene.mix.z.tobytes() == first.z.tobytes()


def test_truncation_says_what_it_does_and_reaches_some_layers(styled, qtbot):
    controls, document = styled.panel.controls, styled.studio.document
    assert "mean of W" in controls.psi.toolTip()
    assert controls.cutoff.value == 3
    let_draw(styled, qtbot, lambda: controls.cutoff.edited.emit(2.0, 4))
    assert document.scene.cutoff == 2
    let_draw(styled, qtbot, document.history.undo)
    assert controls.cutoff.value == 3


def test_a_saved_picture_brings_w_and_the_mix_back_to_the_bit(styled, qtbot, tmp_path):
    studio, edits = styled.studio, styled.studio.edits
    let_draw(styled, qtbot, lambda: edits.styles.mix_sample(5))
    let_draw(styled, qtbot, lambda: edits.styles.set_value(1, 0.7))
    let_draw(styled, qtbot, lambda: edits.set_truncation(0.6))
    scene, path = studio.document.scene, tmp_path / "saved.png"
    picture = studio.pictures.shown_last.picture
    said = []
    studio.notices.report(said.append)
    studio.saver.save(studio.pictures.renderer, scene, path)
    qtbot.waitUntil(lambda: len(said) == 1)
    let_draw(styled, qtbot, edits.new_sample)
    let_draw(styled, qtbot, lambda: styled.open(path))
    back = studio.document.scene
    assert back.w.tobytes() == scene.w.tobytes()
    assert scene_to_json(back) == scene_to_json(scene)
    assert (studio.pictures.shown_last.picture == picture).all()


def test_measuring_w_is_told_while_the_model_opens(window, qtbot, tmp_path):
    said = []
    window.studio.models.busy_changed.connect(said.append)
    open_and_wait(window, tiny_style_model(tmp_path / "fresh", seed=77), qtbot)
    assert any("fresh: mean of W" in words for words in said)
    assert said[-1] == ""


def test_sliders_of_w_move_the_layers_that_are_chosen(styled, qtbot):
    side, document = styled.panel.latent, styled.studio.document
    assert not side.layers.isVisible()
    choose(side, W)
    assert side.layers.isVisible()
    assert side.layers.chosen == (0, 2)
    side.layers._move(1, 2, 5)
    before = styled.studio.edits.styles.renderer.drawn(document.scene)
    let_draw(styled, qtbot, lambda: side.list.rows.moved.emit(2, 1.5, 1))
    after = styled.studio.edits.styles.renderer.drawn(document.scene)
    assert (after[0] == before[0]).all()
    assert (after[1:, 2] != before[1:, 2]).all()
    assert side.list.rows.z[2] == pytest.approx(1.5, abs=1e-5)
    side.layers._move(0, 0, 6)
    assert side.list.rows.z[2] != pytest.approx(1.5, abs=1e-2)
    let_draw(styled, qtbot, document.history.undo)
    assert document.scene.w is None


def test_the_picture_says_that_it_is_a_preview(styled, qtbot):
    stage, last = styled.panel.stage, styled.studio.pictures.shown_last
    styled.studio.pictures.shown.emit(replace(last, is_preview=True))
    assert "preview" in stage._readout.words
    styled.studio.pictures.shown.emit(last)
    assert "preview" not in stage._readout.words

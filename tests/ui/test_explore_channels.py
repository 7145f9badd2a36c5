"""Explore with channels of StyleSpace: their sliders, and the dialog that looks for them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt

from explorer.core.inference.style_space import Channel
from explorer.core.rendering.scene import scene_from_json, scene_to_json
from explorer.session.directions import channel_search
from tests.models import tiny_classifier, tiny_stylegan
from tests.ui.conftest import let_draw, open_and_wait


@pytest.fixture
def styled(window, qtbot, tmp_path):
    folder = tiny_stylegan(tmp_path / "styled")
    tiny_classifier(folder / "classifier.onnx")
    open_and_wait(window, folder, qtbot)
    return window


def test_ordinary_models_have_no_channels(opened):
    assert not opened.panel.latent.channels.isVisible()


def test_a_channel_is_added_by_its_number_and_moved_in_one_step(styled, qtbot):
    side, document = styled.panel.latent.channels.part, styled.studio.document
    assert side.isVisible()
    side.layer.show_value(3)
    side.layer.edited.emit(3, 1)
    side.number.show_value(2)
    side.take.click()
    assert side._names == ("s3:2",)
    steps = document.history.count()
    for value in (1.0, 2.0, 4.0):
        let_draw(styled, qtbot, lambda value=value: side.rows.moved.emit(0, value, 7))
    assert document.scene.directions == (("s3:2", 4.0),)
    assert document.history.count() == steps + 1
    let_draw(styled, qtbot, document.history.undo)
    assert side.rows.z[0] == 0.0
    assert side._names == ("s3:2",)  # still listed


def test_a_scene_that_moves_channels_lists_them(styled, qtbot):
    side, document = styled.panel.latent.channels.part, styled.studio.document
    styled.studio.edits.styles.list_channels([Channel(0, 1)])
    let_draw(styled, qtbot, lambda: styled.studio.edits.set_strength("s4:5", -3.0))
    text = scene_to_json(document.scene)
    assert side._names == ("s0:1", "s4:5")
    assert styled.panel.latent.directions.mark.text() == ""
    styled.studio.edits.reset_strengths()
    assert document.scene.directions == (("s4:5", -3.0),)
    let_draw(styled, qtbot, side.reset.click)
    assert side._names == ()
    let_draw(styled, qtbot, lambda: styled.studio.controller.paste(scene_from_json(text)))
    assert side._names == ("s4:5",)
    assert side.rows.z[0] == -3.0


def test_baking_in_keeps_channels(styled, qtbot):
    studio = styled.studio
    let_draw(styled, qtbot, lambda: studio.edits.set_strength("s4:5", -3.0))
    before = studio.document.scene
    studio.edits.styles.bake_in()
    assert studio.document.scene is before


def test_what_changes_a_region_is_found_listed_and_kept(styled, qtbot, monkeypatch):
    monkeypatch.setattr(channel_search, "PICTURES", 1)
    side, studio = styled.panel.latent.channels.part, styled.studio
    side.find_channels()
    finder = side.finder
    finder.picture.show_region(QRect(0, 0, 4, 4))
    finder.count.show_value(3)
    with qtbot.waitSignal(finder.work.ended, timeout=30_000):
        finder.search.click()
    assert len(finder.found) == finder.table.topLevelItemCount() == 3
    qtbot.waitUntil(lambda: finder.previews[2].picture is not None, timeout=10_000)
    finder.take.click()
    assert side._names == (finder.found[0].channel.name,)
    finder.keep.click()
    kept = studio.directions.all[0]
    assert (kept.space, kept.method) == ("s", "channel")
    assert kept.channels == ((finder.found[0].channel.layer, finder.found[0].channel.number),)
    let_draw(styled, qtbot, lambda: studio.edits.set_strength(kept.name, 2.0))
    finder.close()
    assert side.finder is None


def test_what_an_attribute_goes_with_is_found_and_can_be_stopped(styled, qtbot):
    styled.panel.latent.channels.part.find_channels()
    finder = styled.panel.latent.channels.part.finder
    finder.show_way(1)
    assert finder.attributes.count() > 0
    finder.samples.show_value(100)
    with qtbot.waitSignal(finder.work.ended, timeout=30_000):
        finder.search.click()
    assert finder.found
    assert finder.found[0].inside is None
    with qtbot.waitSignal(finder.work.idle, timeout=30_000):
        finder.search.click()
        finder.working.cancel.click()
    assert finder.found == ()


def test_a_region_is_drawn_with_the_mouse_and_moved_with_the_keys(styled, qtbot):
    styled.panel.latent.channels.part.find_channels()
    picture = styled.panel.latent.channels.part.finder.picture
    picture.show_region(QRect())
    assert picture.region == QRect(0, 0, 8, 8)
    left, top, width, height = picture._view.box
    centre = QPoint(int(left + width * 0.3), int(top + height * 0.3))
    qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.mouseMove(picture, centre + QPoint(int(width * 0.25), int(height * 0.25)))
    qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton)
    assert picture.region == QRect(2, 2, 3, 3)
    qtbot.keyClick(picture, Qt.Key.Key_Right)
    qtbot.keyClick(picture, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert picture.region == QRect(3, 2, 3, 4)

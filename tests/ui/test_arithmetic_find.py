from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from explorer.session.directions.evidence import Counts
from explorer.ui.arithmetic.panel import VIEWS
from explorer.ui.directions.attribute_table import AttributeTable
from explorer.ui.directions.find_view import CLASSIFIER, MARK, PICTURES, FindView
from tests.models import tiny_classifier, tiny_encoder, tiny_generator
from tests.pictures import labelled_folder
from tests.ui.conftest import let_draw, open_and_wait

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def find_view(window) -> FindView:
    window.show_panel([panel.title for panel in window.panels].index("Arithmetic"))
    window.panel.show_view([view.title for view in VIEWS].index("Find"))
    return window.panel.view


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy, timeout=20_000)


@pytest.fixture
def view(opened, qtbot) -> FindView:
    view = find_view(opened)
    settle(view, qtbot)
    return view


@pytest.fixture
def seeing_model(tmp_path):
    folder = tmp_path / "seeing"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", seed=5)
    tiny_encoder(folder / "encoder.onnx", seed=5)
    tiny_classifier(folder / "classifier.onnx", seed=5)
    return folder


@pytest.fixture
def seeing(window, seeing_model, qtbot) -> FindView:
    open_and_wait(window, seeing_model, qtbot)
    view = find_view(window)
    settle(view, qtbot)
    return view


def press(view, index, qtbot, button=LEFT, keys=Qt.KeyboardModifier.NoModifier) -> None:
    sheet = view.marking.sheet
    qtbot.mouseClick(sheet.viewport(), button, keys, sheet.place_of(index).center())


def sides(view, count=8) -> str:
    return "".join(view.marking.marks.of(sample) or "." for sample in view.marking.samples[:count])


def test_the_sheet_shows_samples_as_they_would_be_drawn(view, opened):
    way = view.marking
    assert way.sheet.count == len(way.samples) == 36
    assert way.sheet.mosaic.known[:36].all()
    expected = opened.studio.models.current.generator.picture(way._latents[5])
    assert np.abs(way.sheet.mosaic.pictures[5].astype(int) - expected).max() <= 1


def test_samples_are_marked_with_the_mouse(view, qtbot):
    press(view, 0, qtbot)
    press(view, 1, qtbot, RIGHT)
    press(view, 2, qtbot, LEFT, SHIFT)
    press(view, 3, qtbot)
    press(view, 3, qtbot)
    assert sides(view) == "ABB....."
    assert view.marking.parts.counts.text() == "1 A, 2 B"
    settle(view, qtbot)


def test_samples_are_marked_with_the_keyboard_and_not_the_windows_shortcuts(view, opened, qtbot):
    sheet, scene = view.marking.sheet, opened.studio.document.scene
    sheet.setFocus()
    for key in (
        Qt.Key.Key_Right,
        Qt.Key.Key_A,
        Qt.Key.Key_Right,
        Qt.Key.Key_B,
        Qt.Key.Key_Right,
        Qt.Key.Key_A,
    ):
        qtbot.keyClick(sheet, key)
    assert sides(view, 4) == "ABA."
    qtbot.keyClick(sheet, Qt.Key.Key_Space)
    assert sides(view, 4) == "AB.."
    assert opened.studio.document.scene is scene
    assert opened.studio.bookmarks.of(scene.model) == ()
    settle(view, qtbot)


def test_marks_are_steps_of_the_history_that_leave_the_scene_alone(view, opened, qtbot):
    scene = opened.studio.document.scene
    press(view, 0, qtbot)
    press(view, 1, qtbot, RIGHT)
    qtbot.keyClick(view.marking.sheet, Qt.Key.Key_Z, CTRL)
    assert sides(view, 3) == "A.."
    qtbot.keyClick(view.marking.sheet, Qt.Key.Key_Z, CTRL | SHIFT)
    assert sides(view, 3) == "AB."
    view.marking.parts.clear.click()
    assert sides(view, 3) == "..."
    opened.commands["undo"].trigger()
    assert sides(view, 3) == "AB."
    assert opened.studio.document.scene is scene
    settle(view, qtbot)


def test_marks_are_undone_wherever_in_the_view_the_keyboard_is(view, qtbot):
    press(view, 0, qtbot)
    press(view, 1, qtbot)
    more = view.marking.parts.more
    more.setFocus()
    qtbot.keyClick(more, Qt.Key.Key_Z, CTRL)
    assert sides(view, 3) == "A.."
    qtbot.keyClick(more, Qt.Key.Key_Y, CTRL)
    assert sides(view, 3) == "AA."
    sheet = view.marking.sheet
    qtbot.mouseMove(sheet.viewport(), sheet.place_of(2).center())
    qtbot.keyClick(more, Qt.Key.Key_B)
    assert sides(view, 3) == "AAB"
    settle(view, qtbot)


def test_the_direction_of_the_marks_is_previewed_and_kept(view, opened, qtbot):
    way, directions = view.marking, opened.studio.directions
    assert not way.card.keep.isEnabled()
    for index in range(3):
        press(view, index, qtbot)
        press(view, index + 6, qtbot, RIGHT)
    settle(view, qtbot)
    marked = way.marks.latents("A").mean(axis=0) - way.marks.latents("B").mean(axis=0)
    assert way.direction.vector @ marked > 0
    assert "6 marks" in way.card.words.text()
    assert "Mark about 10 of each" in way.card.words.text()
    strip = way.card.strip
    assert strip.view.mosaic.known.all()
    current = opened.studio.models.current.renderer.render(opened.studio.document.scene).picture
    assert np.abs(strip.view.mosaic.pictures[3].astype(int) - current).max() <= 1
    way.card.name.setText("bright")
    with qtbot.waitSignal(directions.saved, timeout=10_000):
        way.card.keep.click()
    assert directions.names == ("bright",)
    assert directions.all[0].method == "marked"
    opened.studio.document.history.undo()
    assert directions.names == ()
    qtbot.waitUntil(lambda: not directions.is_saving)


def test_the_preview_follows_the_current_picture(view, opened, qtbot):
    press(view, 0, qtbot)
    press(view, 1, qtbot, RIGHT)
    settle(view, qtbot)
    let_draw(opened, qtbot, lambda: opened.studio.edits.sample(77))
    settle(view, qtbot)
    strip = view.marking.card.strip
    assert strip._latents[3] == pytest.approx(opened.studio.document.scene.z)
    let_draw(opened, qtbot, lambda: strip.view.picked.emit(6))
    assert opened.studio.document.scene.z == pytest.approx(strip._latents[3], abs=1e-6)
    settle(view, qtbot)


def test_marks_stay_while_paging_and_on_other_models(view, opened, tiny_models, qtbot):
    press(view, 0, qtbot)
    way = view.marking
    first = way.samples
    way.parts.more.click()
    assert not set(first) & set(way.samples)
    assert way.parts.counts.text() == "1 A, 0 B, 1 of them on other sheets"
    press(view, 0, qtbot, RIGHT)
    settle(view, qtbot)
    assert way.parts.counts.text() == "1 A, 1 B, 1 of them on other sheets"
    way.parts.back.click()
    assert way.samples == first
    settle(view, qtbot)
    open_and_wait(opened, tiny_models / "large", qtbot)
    settle(view, qtbot)
    assert len(way.marks) == 0
    open_and_wait(opened, tiny_models / "faces", qtbot)
    settle(view, qtbot)
    assert (way.marks.count("A"), way.marks.count("B")) == (1, 1)
    assert way.direction is not None


def test_suggestions_lie_close_to_the_border(view, qtbot):
    way = view.marking
    for index in range(4):
        press(view, index, qtbot, LEFT if way._latents[index, 0] > 0 else RIGHT)
    settle(view, qtbot)
    border, vector = way.direction.details["threshold"], way.direction.vector
    before = np.abs(way._latents @ vector - border).mean()
    way.parts.suggest.click()
    settle(view, qtbot)
    assert np.abs(way._latents @ vector - border).mean() < before / 5
    assert way.sheet.mosaic.known[: way.sheet.count].all()


def test_tiles_of_another_size_fill_the_width(view, qtbot):
    sheet = view.marking.sheet
    before = sheet.mosaic.columns
    view.marking.parts.size.moved.emit(48.0, 1)
    assert sheet.mosaic.columns > before
    assert sheet.mosaic.known[:36].all()
    assert sheet._at(QPointF(sheet.place_of(36).center())) == -1  # room beyond the last sample


def test_without_an_encoder_the_view_leads_to_a_classifier(view, qtbot):
    view.segments.chosen.emit(PICTURES)
    assert view.pictures.empty.title.text() == "faces has no encoder to see pictures with"
    assert not view.pictures.options.isEnabled()
    view.pictures.to_classifier.click()
    assert view.way is view.classifier


def test_labelled_pictures_give_a_direction_that_is_kept(seeing, window, tmp_path, qtbot):
    seeing.show_way(PICTURES)
    way = seeing.pictures
    way.choose(labelled_folder(tmp_path / "made", 40))
    settle(seeing, qtbot)
    assert way.table.attributes == ("smile", "hat", "hair=black", "hair=brown", "hair=grey", "class=dog")
    assert [way.table.topLevelItem(1).text(column) for column in range(4)] == ["hat", "20", "19", "1"]
    way.table.setCurrentItem(way.table.topLevelItem(5))
    way.table.topLevelItem(1).setCheckState(4, Qt.CheckState.Checked)
    way.options.fit.click()
    settle(seeing, qtbot)
    found = way.found["class=dog"]
    assert found.request.balance == ("hat",)
    assert "pictures it had not seen" in way.card.words.text()
    assert "balanced by hat" in way.card.title.text()
    assert way.table.topLevelItem(5).text(5).endswith("%")
    assert way.card.strip.view.mosaic.rows == 1 + len(found.kept)
    assert way.card.strip.view.mosaic.known.all()
    way.card.keep.click()
    assert window.studio.directions.names == ("class: dog",)
    qtbot.waitUntil(lambda: not window.studio.directions.is_saving)


def test_directions_are_tried_on_the_real_pictures_of_a_fit(seeing, window, tmp_path, qtbot):
    seeing.show_way(PICTURES)
    way = seeing.pictures
    way.choose(labelled_folder(tmp_path / "made", 40))
    settle(seeing, qtbot)
    way.options.fit.click()
    settle(seeing, qtbot)
    way.card.keep.click()
    window.panel.show_view(0)
    strips = window.panel.view.strips
    assert strips.real.isEnabled()
    strips.real.click()
    qtbot.waitUntil(lambda: not window.panel.view.is_busy)
    real = way.found[way.table.attribute].real
    assert strips.plan.row_names[1:] == tuple(name for name, _z in real[:8])
    assert strips.plan.row_names[1] == "Kept out 1"
    assert (strips.plan.others[0].z == real[0][1]).all()
    strips.others.click()
    qtbot.waitUntil(lambda: not window.panel.view.is_busy)
    assert strips.plan.row_names[1] == real[8][0]
    qtbot.waitUntil(lambda: not window.studio.directions.is_saving)


def test_where_pictures_are_from_is_not_what_a_fit_begins_with(qtbot):
    table = AttributeTable()
    qtbot.addWidget(table)
    both = Counts(20, 20, 0)
    table.show_counts({"source=london": both, "source=paris": both, "smile": both})
    assert table.attribute == "smile"
    table.show_counts({"source=london": both})
    assert table.attribute is None
    assert table.attributes == ("source=london",)


def test_all_attributes_are_fitted_at_once_and_kept_in_one_step(seeing, window, tmp_path, qtbot):
    seeing.show_way(PICTURES)
    way = seeing.pictures
    way.choose(labelled_folder(tmp_path / "made", 40))
    settle(seeing, qtbot)
    way.options.fit_all.click()
    settle(seeing, qtbot)
    assert set(way.found) == set(way.table.attributes)
    way.keep_all.click()
    assert len(window.studio.directions.names) == 6
    window.studio.document.history.undo()
    assert window.studio.directions.names == ()
    qtbot.waitUntil(lambda: not window.studio.directions.is_saving)


def test_pictures_of_which_nothing_is_known_are_told_in_place(seeing, tmp_path, qtbot):
    folder = labelled_folder(tmp_path / "made")
    (folder / "labels.csv").unlink()
    seeing.show_way(PICTURES)
    seeing.pictures.choose(folder)
    settle(seeing, qtbot)
    assert seeing.pictures.empty.title.text().startswith("Nothing is known about the pictures in made")
    seeing.pictures.choose(tmp_path / "gone")
    settle(seeing, qtbot)
    assert "gone" in seeing.pictures.empty.title.text()
    assert seeing.pictures.evidence is None


def test_a_fit_that_cannot_be_is_told_on_the_card(seeing, tmp_path, qtbot):
    seeing.show_way(PICTURES)
    way = seeing.pictures
    way.choose(labelled_folder(tmp_path / "made", 12))
    settle(seeing, qtbot)
    way.table.setCurrentItem(way.table.topLevelItem(4))  # hair=grey, on 4 of 12
    way.options.share.show_value(80)
    way.options.seed.show_value(3)
    way.options.fit.click()
    settle(seeing, qtbot)
    assert way.found == {}
    assert way.card.title.text()
    assert not way.card.keep.isEnabled()


def test_opening_pictures_can_be_cancelled(seeing, tmp_path, qtbot):
    seeing.show_way(PICTURES)
    way = seeing.pictures
    way.choose(labelled_folder(tmp_path / "made"))
    assert not way.options.working.isHidden()
    way.options.working.cancel.click()
    settle(seeing, qtbot)
    assert way.evidence is None
    assert way.options.working.isHidden()
    assert way.empty.title.text() == "Choose labelled pictures"


def test_the_classifier_of_the_model_judges_samples(seeing, window, qtbot):
    seeing.show_way(CLASSIFIER)
    way = seeing.classifier
    assert way.file.name == "classifier.onnx"
    way.count.show_value(200)
    way.judge.click()
    settle(seeing, qtbot)
    assert way.table.attributes == ("first", "second")
    way.table.setCurrentItem(way.table.topLevelItem(1))
    way.options.fit.click()
    settle(seeing, qtbot)
    assert way.found["second"].direction.vector.argmax() == 1
    way.card.name.setText("wavy")
    way.card.keep.click()
    assert window.studio.directions.all[0].method == "sampled"
    qtbot.waitUntil(lambda: not window.studio.directions.is_saving)


def test_a_file_that_is_no_classifier_is_told_in_place(seeing, tmp_path, qtbot):
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    seeing.show_way(CLASSIFIER)
    seeing.classifier.choose(broken)
    seeing.classifier.judge.click()
    settle(seeing, qtbot)
    assert "broken.onnx" in seeing.classifier.empty.title.text()


def dropped(view, path) -> QDropEvent:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    view.dropEvent(event)
    return event


def test_a_folder_that_is_dropped_is_used_as_data(seeing, tmp_path, qtbot):
    assert dropped(seeing, labelled_folder(tmp_path / "made")).isAccepted()
    settle(seeing, qtbot)
    assert seeing.way is seeing.pictures
    assert len(seeing.pictures.evidence) == 12


def test_what_the_window_opens_is_left_to_it(seeing, seeing_model, tmp_path):
    for path in (seeing_model, tmp_path / "a.png", seeing_model / "generator.onnx"):
        assert not dropped(seeing, path).isAccepted()


def test_way_source_and_method_are_remembered(seeing, window, build_window, seeing_model, tmp_path, qtbot):
    seeing.show_way(PICTURES)
    seeing.pictures.choose(labelled_folder(tmp_path / "made"))
    seeing.pictures.options.method.setCurrentIndex(2)
    settle(seeing, qtbot)
    window.close()
    other = build_window()
    open_and_wait(other, seeing_model, qtbot)
    view = find_view(other)
    settle(view, qtbot)
    assert view.way is view.pictures
    assert view.pictures.source == tmp_path / "made"
    assert view.pictures.options.method.currentData() == "logistic"
    assert view.pictures.evidence is None  # nothing slow begins by itself


def test_work_stops_when_another_model_is_opened(seeing, window, tiny_models, tmp_path, qtbot):
    seeing.show_way(PICTURES)
    seeing.pictures.choose(labelled_folder(tmp_path / "made"))
    open_and_wait(window, tiny_models / "faces", qtbot)
    settle(seeing, qtbot)
    assert seeing.pictures.evidence is None
    assert seeing.pictures.finder.job is None
    seeing.show_way(MARK)
    settle(seeing, qtbot)
    assert seeing.marking.sheet.mosaic.known[:36].all()

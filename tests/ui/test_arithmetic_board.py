from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer.core.arithmetic.board import formula
from explorer.core.rendering.latents import sample
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.ui.arithmetic.board_view import BoardView
from explorer.ui.arithmetic.panel import VIEWS
from explorer.ui.widgets.picture_drag import SCENE_MIME, scene_mime, scene_text
from explorer.ui.window import clipboard
from tests.models import tiny_encoder, tiny_generator
from tests.ui.conftest import let_draw, open_and_wait

LEFT = Qt.MouseButton.LeftButton
PANEL, BOARD = 2, [view.title for view in VIEWS].index("Board")


@pytest.fixture
def view(opened, qtbot) -> BoardView:
    return board_of(opened, qtbot)


def board_of(window, qtbot) -> BoardView:
    window.show_panel(PANEL)
    window.panel.show_view(BOARD)
    settle(window.panel.view, qtbot)
    return window.panel.view


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)


def drop(card, mime: QMimeData) -> None:
    event = QDropEvent(QPointF(20, 60), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    card.dropEvent(event)


def drop_scene(view, place: int, scene: Scene) -> None:
    drop(view.slots.cards[place], scene_mime(scene_to_json(scene).encode()))


def seeds_of(view) -> list[list[int | None]]:
    return [[each.scene.seed for each in slot.exemplars] for slot in view.studio.boards.current.slots]


def test_three_drags_make_a_picture(view, opened, qtbot):
    tray = view.tray
    for place, tile in ((0, 0), (1, 1), (2, 2)):
        drop(view.slots.cards[place], tray.view.mime_for_drag(tile))
    settle(view, qtbot)
    expected = sample(1, 4) - sample(2, 4) + sample(3, 4)
    assert np.allclose(view.result.z, expected, atol=1e-6)
    picture = opened.studio.pictures.renderer.render(view.result).picture
    assert np.array_equal(view.side.canvas.picture, picture)
    assert len(view.way.scenes) == 9
    assert np.allclose(view.way.scenes[-1].z, expected, atol=1e-6)
    assert all(card.mean.accessibleName() == "Mean of the slot" for card in view.slots.cards)


def test_an_empty_slot_says_what_to_drop_there(view):
    assert [card.mean.accessibleName() for card in view.slots.cards] == [
        "Drop pictures here",
        "Subtract these",
        "Add these",
    ]
    assert view.side.canvas.picture is None
    assert not view.side.explore.isEnabled()


def test_a_slot_is_the_mean_of_what_was_dropped_on_it(view, qtbot):
    for tile in range(3):
        drop_scene(view, 0, view.tray.scenes[tile])
    settle(view, qtbot)
    assert np.allclose(view.result.z, np.mean([sample(seed, 4) for seed in (1, 2, 3)], axis=0), atol=1e-6)
    assert view.slots.cards[0].row.count == 3


def test_truncation_is_part_of_what_is_dropped(view, qtbot):
    drop_scene(view, 0, replace(view.tray.scenes[0], truncation=0.5))
    assert np.allclose(view.result.z, sample(1, 4) / 2, atol=1e-6)
    settle(view, qtbot)


def test_a_scene_of_another_model_is_refused(view, opened, qtbot):
    told = []
    opened.studio.notices.report(told.append)
    drop_scene(view, 0, Scene("0" * 64, "elsewhere", sample(1, 4)))
    assert seeds_of(view) == [[], [], []]
    qtbot.waitUntil(lambda: bool(told))
    assert "elsewhere" in told[0].what


def test_what_is_no_scene_is_refused(view, opened, qtbot):
    told = []
    opened.studio.notices.report(told.append)
    drop(view.slots.cards[0], scene_mime(b"nonsense"))
    assert seeds_of(view) == [[], [], []]
    qtbot.waitUntil(lambda: bool(told))


def test_undo_takes_back_what_was_dropped_and_says_so(view, opened, qtbot):
    drop_scene(view, 1, view.tray.scenes[0])
    assert "Add to slot B" in opened.commands["undo"].text()
    opened.commands["undo"].trigger()
    assert seeds_of(view) == [[], [], []]
    assert view.slots.cards[1].mean.accessibleName() != "Mean of the slot"
    opened.commands["redo"].trigger()
    assert seeds_of(view) == [[], [1], []]
    settle(view, qtbot)


def test_weights_are_slid_typed_and_turned_around(view, qtbot):
    drop_scene(view, 0, view.tray.scenes[0])
    card, boards = view.slots.cards[0], view.studio.boards
    card.slider.moved.emit(0.6, 7)
    card.slider.moved.emit(0.5, 7)
    assert np.allclose(view.result.z, 0.5 * sample(1, 4), atol=1e-6)
    card.sign.click()
    assert boards.current.slots[0].weight == -0.5
    assert card.sign.text() == "−"
    card.box.setFocus()
    card.box.selectAll()
    qtbot.keyClicks(card.box, "1.5")
    qtbot.keyClick(card.box, Qt.Key.Key_Return)
    assert boards.current.slots[0].weight == 1.5
    for expected in (-0.5, 0.5, 1.0):
        view.studio.document.history.undo()
        assert boards.current.slots[0].weight == expected
        assert card.slider.value == card.box.value == expected
    settle(view, qtbot)


def test_keys_choose_a_slot_and_enter_puts_a_sample_in(view, qtbot):
    view.window().activateWindow()
    qtbot.keyClick(view.window(), Qt.Key.Key_3)
    assert view.slots.current == 2
    assert view.slots.cards[2].row.hasFocus()
    view.tray.view.setFocus()
    qtbot.keyClick(view.tray.view, Qt.Key.Key_Right)
    qtbot.keyClick(view.tray.view, Qt.Key.Key_Right)
    qtbot.keyClick(view.tray.view, Qt.Key.Key_Return)
    assert seeds_of(view) == [[], [], [2]]
    qtbot.keyClick(view.tray.view, Qt.Key.Key_1)
    qtbot.mouseClick(view.add_current, LEFT)
    assert len(view.studio.boards.current.slots[0].exemplars) == 1
    settle(view, qtbot)


def test_a_digit_typed_into_a_box_chooses_no_slot(view, qtbot):
    box = view.slots.cards[0].box
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_2)
    assert view.slots.current == 0


def test_delete_and_the_cross_take_a_picture_away(view, qtbot):
    for tile in range(3):
        drop_scene(view, 0, view.tray.scenes[tile])
    settle(view, qtbot)
    row = view.slots.cards[0].row
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Right)
    qtbot.keyClick(row, Qt.Key.Key_Delete)
    assert seeds_of(view)[0] == [1, 3]
    QTest.mouseClick(row, LEFT, pos=row.cross_of(0).center())
    assert seeds_of(view)[0] == [3]
    settle(view, qtbot)


def test_a_picture_dragged_to_another_slot_moves_there(view, qtbot):
    drop_scene(view, 0, view.tray.scenes[0])
    drop_scene(view, 0, view.tray.scenes[1])
    mime = view.slots.cards[0].row.mime_for(1)
    assert scene_from_json(scene_text(mime)).seed == 2
    drop(view.slots.cards[2], mime)
    assert seeds_of(view) == [[1], [], [2]]
    assert view.studio.document.history.undoText() == "Move to slot C"
    settle(view, qtbot)


def test_an_example_shows_what_a_direction_does(view, opened, qtbot):
    assert not view.examples.isVisible()
    direction = np.array([0, 1, 0, 0], np.float32)
    opened.studio.models.current.renderer.directions = {"smile": direction}
    view.studio.boards.restart()
    view.examples.menu().aboutToShow.emit()
    (action,) = view.examples.menu().actions()
    action.trigger()
    lowest = sorted((sample(seed, 4) for seed in range(1, 17)), key=lambda z: z[1])
    assert np.allclose(view.result.z, lowest[3] + 2.5 * direction, atol=1e-5)
    assert formula(view.studio.boards.current) == "with smile − without smile + C"
    settle(view, qtbot)


def test_holding_a_picture_over_a_panel_brings_it_into_view(opened, qtbot):
    button = opened.workbench.rail._buttons.button(PANEL)
    mime = opened.panel.canvas.mime_for_drag()
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(button.clicked):
        button.dragEnterEvent(enter)
    assert opened.panel is opened.panels[PANEL]


def test_slots_come_go_and_have_names(view, qtbot):
    view.slots.add.click()
    assert len(view.slots.cards) == 4
    card = view.slots.cards[3]
    qtbot.keyClicks(card.name, "hat")
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    assert formula(view.studio.boards.current) == "A − B + C + hat"
    view.slots.cards[0].remove_action.trigger()
    assert [slot.name for slot in view.studio.boards.current.slots] == ["", "", "hat"]
    assert view.slots.cards[2].name.text() == "hat"


def test_names_have_the_room_there_is_and_are_shortened_where_there_is_none(view, opened, qtbot):
    opened.resize(1280, 720)
    names = [card.name for card in view.slots.cards]
    for place in range(2):
        view.studio.boards.name(place, "without smiling")
    qtbot.waitUntil(lambda: all(name.shown_text == name.text() for name in names))
    view.studio.boards.name(0, "without smiling, and with glasses too")
    opened.resize(960, 600)
    qtbot.waitUntil(lambda: names[0].shown_text.endswith("…"))
    assert names[0].text() in names[0].toolTip()


def test_the_result_becomes_the_scene_undoably(view, opened, qtbot):
    before = opened.studio.document.scene
    drop_scene(view, 0, view.tray.scenes[4])
    let_draw(opened, qtbot, view.side.explore.click)
    assert np.array_equal(opened.studio.document.scene.z, sample(5, 4))
    assert opened.studio.document.history.undoText() == "Arithmetic"
    let_draw(opened, qtbot, opened.studio.document.history.undo)
    assert opened.studio.document.scene is before
    assert seeds_of(view)[0] == [5]
    settle(view, qtbot)


def test_a_step_of_the_way_is_adopted_by_a_click(view, opened, qtbot):
    drop_scene(view, 0, view.tray.scenes[0])
    drop_scene(view, 2, view.tray.scenes[1])
    settle(view, qtbot)
    wanted = view.way.scenes[4]
    place = view.way.view.place_of(4).center()
    let_draw(opened, qtbot, lambda: qtbot.mouseClick(view.way.view.viewport(), LEFT, pos=place))
    assert opened.studio.document.scene is wanted


def test_the_usual_norm_can_be_kept(view, qtbot):
    drop_scene(view, 0, view.tray.scenes[0])
    loose = float(np.linalg.norm(view.result.z))
    view.side.keep.click()
    kept = float(np.linalg.norm(view.result.z))
    assert kept != pytest.approx(loose)
    assert view.side.gauge.words == "typical"
    view.studio.document.history.undo()
    assert not view.side.keep.isChecked()
    settle(view, qtbot)


def test_a_pasted_scene_goes_into_the_chosen_slot_and_not_into_the_window(view, opened, qtbot):
    before = opened.studio.document.scene
    clipboard.copy_scene(view.tray.scenes[6])
    view.slots.focus(1)
    qtbot.keyClick(view.slots.cards[1].row, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert seeds_of(view) == [[], [7], []]
    assert opened.studio.document.scene is before
    settle(view, qtbot)


def test_other_samples_are_others(view, qtbot):
    view.tray.other.click()
    assert [scene.seed for scene in view.tray.scenes] == list(range(17, 33))
    settle(view, qtbot)
    assert view.tray.view.mosaic.known.all()


def test_a_drag_out_of_the_tray_picks_nothing(view):
    port = view.tray.view.viewport()
    dragged = []
    view.tray.view._pull_out = dragged.append  # a real drag would wait for the pointer
    start = view.tray.view.place_of(2).center()
    QTest.mousePress(port, LEFT, pos=start)
    QTest.mouseMove(port, start + QPoint(0, 2))
    assert dragged == []
    QTest.mouseMove(port, start + QPoint(0, 40))
    QTest.mouseRelease(port, LEFT, pos=start + QPoint(0, 40))
    assert dragged == [2]
    assert seeds_of(view) == [[], [], []]


def test_the_result_can_be_dragged_out(view, qtbot):
    drop_scene(view, 0, view.tray.scenes[0])
    settle(view, qtbot)
    mime = view.side.canvas.mime_for_drag()
    assert mime.hasFormat("image/png")
    assert np.array_equal(scene_from_json(scene_text(mime)).z, view.result.z)


def test_going_back_in_the_history_strip_leaves_the_board(view, opened, qtbot):
    let_draw(opened, qtbot, lambda: opened.studio.edits.sample(5))
    drop_scene(view, 0, view.tray.scenes[0])
    settle(view, qtbot)
    strip = opened.strips.history
    strip.catch_up()
    assert len(strip.strip.keys) == 3  # what the board does is a step too
    let_draw(opened, qtbot, lambda: strip.strip.picked.emit(strip.strip.keys[0]))
    assert seeds_of(view)[0] == [1]
    assert opened.studio.document.history.undoText() == "Go back to a picture"


@pytest.fixture
def with_encoder(window, tmp_path, qtbot) -> BoardView:
    folder = tmp_path / "encoded"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_encoder(folder / "encoder.onnx")
    open_and_wait(window, folder, qtbot)
    return board_of(window, qtbot)


def photo(path: Path) -> QMimeData:
    Image.fromarray(np.random.RandomState(0).randint(0, 255, (20, 30, 3), np.uint8)).save(path)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def test_a_dropped_photograph_is_encoded_and_keeps_its_name(with_encoder, tmp_path, qtbot):
    view = with_encoder
    drop(view.slots.cards[1], photo(tmp_path / "me.jpg"))
    assert "me.jpg" in view.working.text()
    settle(view, qtbot)
    (exemplar,) = view.studio.boards.current.slots[1].exemplars
    assert exemplar.name == "me.jpg"
    assert not view.working.isVisible()


def test_encoding_can_be_stopped(with_encoder, tmp_path, qtbot):
    view = with_encoder
    for name in ("one.jpg", "two.jpg", "three.jpg"):
        drop(view.slots.cards[1], photo(tmp_path / name))
    view.stop.click()
    assert not view.stop.isVisible()
    settle(view, qtbot)
    assert seeds_of(view) == [[], [], []]


def test_without_an_encoder_a_photograph_is_refused_with_the_way_out(view, opened, tmp_path, qtbot):
    told = []
    opened.studio.notices.report(told.append)
    drop(view.slots.cards[0], photo(tmp_path / "me.jpg"))
    assert seeds_of(view) == [[], [], []]
    qtbot.waitUntil(lambda: bool(told))
    assert "Your picture" in told[0].hint


def test_the_result_has_the_class_of_the_first_picture_or_the_chosen_one(window, tiny_models, qtbot):
    open_and_wait(window, tiny_models / "fashion", qtbot)
    view = board_of(window, qtbot)
    drop_scene(view, 0, replace(view.tray.scenes[0], label=2))
    assert view.result.label == 2
    view.side.classes.setCurrentIndex(2)
    view.side.classes.activated.emit(2)
    assert view.result.label == 1
    view.studio.document.history.undo()
    assert view.result.label == 2
    assert view.side.classes.currentIndex() == 0
    settle(view, qtbot)


def test_the_board_is_there_again_in_the_next_window(view, build_window, tiny_models, qtbot):
    drop_scene(view, 0, view.tray.scenes[2])
    settle(view, qtbot)
    view.window().close()
    second = build_window()
    open_and_wait(second, tiny_models / "faces", qtbot)
    assert seeds_of(board_of(second, qtbot)) == [[3], [], []]


def test_another_model_has_another_board(view, opened, tiny_models, qtbot):
    drop_scene(view, 0, view.tray.scenes[2])
    settle(view, qtbot)
    open_and_wait(opened, tiny_models / "large", qtbot)
    settle(view, qtbot)
    assert seeds_of(view) == [[], [], []]
    assert view.side.canvas.picture is None
    assert view.tray.scenes[0].z.size == 512


@pytest.mark.parametrize("name", ["Grid", "Plane", "Map"])
def test_pictures_of_the_traverse_views_can_be_dragged(opened, qtbot, name):
    opened.show_panel(1)
    opened.panel.show_view(opened.panel.views.index(name))
    view = opened.panel.view
    qtbot.waitUntil(lambda: not view.is_busy, timeout=30_000)
    source = {"Grid": "grid", "Plane": "plane", "Map": "scatter"}[name]
    mime = getattr(view, source).mime_for_drag(1)
    assert mime.hasFormat(SCENE_MIME)
    assert scene_from_json(scene_text(mime)).model == opened.studio.models.hash


def test_the_picture_of_the_explore_panel_is_dragged_with_its_scene(opened):
    mime = opened.panel.canvas.mime_for_drag()
    assert np.array_equal(scene_from_json(scene_text(mime)).z, opened.studio.document.scene.z)


def test_a_picture_dragged_from_another_program_of_ours_is_a_scene_like_any_other(view, qtbot):
    mime = scene_mime(scene_to_json(view.tray.scenes[0]).encode())
    mime.setData("application/x-latent-explorer-exemplar", b"0123456789abcdef 9 9")
    drop(view.slots.cards[1], mime)
    assert seeds_of(view) == [[], [1], []]
    settle(view, qtbot)


def test_a_board_out_of_view_is_drawn_when_it_comes_back(view, opened, qtbot):
    drop_scene(view, 0, view.tray.scenes[0])
    settle(view, qtbot)
    opened.show_panel(0)
    opened.commands["undo"].trigger()
    opened.show_panel(PANEL)
    assert view.slots.cards[0].mean.accessibleName() != "Mean of the slot"
    assert view.side.canvas.picture is None
    settle(view, qtbot)


def test_path_and_samples_share_a_low_window_and_stand_below_each_other_in_a_high_one(opened, view):
    strips = view.strips
    shown = {}
    for height in (600, 1000):
        opened.resize(1280, height)
        QApplication.processEvents()
        shown[height] = (view.way.isVisible(), view.tray.isVisible())
    assert shown == {600: (False, True), 1000: (True, True)}
    opened.resize(1280, 600)
    QApplication.processEvents()
    strips._to_path.click()
    assert (view.way.isVisible(), view.tray.isVisible()) == (True, False)

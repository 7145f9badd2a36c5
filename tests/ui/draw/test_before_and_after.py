from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication

from explorer.core.models.card import ModelCard
from explorer.ui.draw.panel import DrawPanel
from explorer.ui.translate.split_view import SplitView
from explorer.ui.translate.translate_view import TranslateView
from explorer.ui.widgets.qimages import image_of
from explorer.ui.window.clipboard import leave
from tests.models import tiny_translator

SHARED = Path(os.environ.get("LATENT_EXPLORER_SHARED_DATA", Path(__file__).parents[4] / "shared" / "data"))
ESPCN = SHARED.parent / "checkpoints" / "espcn" / "super_resolution.onnx"

BLACK, WHITE = (np.full((60, 80, 3), value, np.uint8) for value in (0, 255))


@pytest.fixture
def view(qtbot):
    """A view with a black picture before, a white one after."""
    view = SplitView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.show_pair(BLACK, np.full((120, 160, 3), 255, np.uint8))
    return view


def at(view, x: float) -> int:
    """How light the view is at a share of the picture's width."""
    area = view._in_sight()
    place = QPoint(round(area.left() + x * area.width()), round(area.top() + 0.8 * area.height()))
    return view.grab().toImage().pixelColor(place).lightness()


def test_the_picture_before_is_left_of_the_line_and_that_after_right_of_it(view):
    assert (at(view, 0.3), at(view, 0.7)) == (0, 255)
    view.move_split(0.2)
    assert (at(view, 0.1), at(view, 0.3)) == (0, 255)


def test_the_line_is_dragged_across_the_picture(view, qtbot):
    area, y = view._in_sight(), view.height() // 2
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(view.line_px), y))
    qtbot.mouseMove(view, QPoint(round(area.left() + 0.75 * area.width()), y))
    assert view.split == pytest.approx(0.75, abs=0.01)
    qtbot.mouseMove(view, QPoint(view.width() + 50, y))
    assert view.split == 1.0
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(10, y))
    qtbot.mouseMove(view, QPoint(round(area.center().x()), y))
    assert view.split == 1.0
    assert at(view, 0.9) == 0


def test_a_zoomed_picture_is_panned_and_its_line_stays_in_sight(view, qtbot):
    view.zoom_by(4)
    y = view.height() // 2
    before = view._view.centre
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(40, y))
    qtbot.mouseMove(view, QPoint(80, y))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(80, y))
    assert view._view.centre != before
    assert view.split == 0.5
    assert 0 < view.line_px < view.width()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(view.line_px), y))
    qtbot.mouseMove(view, QPoint(round(view.width() * 0.25), y))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(0, y))
    assert view.split == pytest.approx(0.25, abs=0.01)


def test_keys_move_the_line_and_change_the_sides(view, qtbot):
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.split == pytest.approx(0.55)
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.split == pytest.approx(0.54)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert (at(view, 0.3), at(view, 0.7)) == (255, 0)
    assert view.accessibleDescription().startswith("After to the left")
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.split == 0.0
    assert at(view, 0.2) == 0


def pictures_of(window) -> TranslateView:
    """The view of pictures before and after."""
    panel = next(each for each in window.panels if isinstance(each, DrawPanel))
    return panel.every_view()[1]


def wait_for_result(window, qtbot) -> TranslateView:
    """The view, once it shows what came out."""
    view = pictures_of(window)
    qtbot.waitUntil(lambda: view.translation is not None, timeout=30_000)
    return view


@pytest.fixture
def negative(tmp_path):
    return tiny_translator(tmp_path / "negative.onnx")


@pytest.fixture
def shown(opened, negative, qtbot):
    """The view with the negative of the current picture."""
    opened.open(negative)
    return wait_for_result(opened, qtbot)


def test_a_translator_that_is_brought_shows_the_current_picture_before_and_after(shown, opened):
    current = opened.studio.pictures.shown_last.picture
    np.testing.assert_array_equal(shown.translation.before, current)
    assert np.abs(shown.translation.after.astype(int) - (255 - current)).max() <= 1
    assert (opened.panel.title, opened.panel.view_title) == ("Draw", "Before and after")
    assert opened.panel.choice.currentText() == "negative"
    assert opened.windowTitle().startswith("faces")
    assert shown.controls.value_range == (-1.0, 1.0)
    assert "8\u00a0×\u00a08" in shown.controls.result.text()


def test_without_a_generator_it_asks_for_a_picture(window, negative, qtbot):
    window.open(negative)
    shown = pictures_of(window)
    qtbot.waitUntil(lambda: shown.work.translator is not None, timeout=30_000)
    assert shown.translation is None
    assert not shown.controls.current.isEnabled()
    assert "Which picture" in shown.stage.empty.title.text()
    shown.show_source(WHITE[:8, :8], "white")
    wait_for_result(window, qtbot)
    assert shown.translation.after.max() == 0


def test_noise_is_added_for_a_model_that_takes_it_off_and_for_no_other(shown, tmp_path, qtbot):
    assert shown.controls.noise.isHidden()
    card = ModelCard(name="denoiser", kind="translator", height=8, width=8, channels=3, config={"noise": 0.4})
    with qtbot.waitSignal(shown.work.shown, timeout=30_000):
        shown.open_own(tiny_translator(tmp_path / "denoiser.onnx", card=card))
    assert not shown.controls.noise.isHidden()
    assert shown.controls.noise.value == 0.4
    noisy = shown.translation.before
    with qtbot.waitSignal(shown.work.shown):
        shown.controls.noise.take(0.0)
    assert np.abs(noisy.astype(int) - shown.translation.before).mean() > 20


def test_other_values_and_another_fit_take_effect_at_once(shown, qtbot):
    with qtbot.waitSignal(shown.work.shown):
        shown.controls.values._buttons.button(0).click()
    assert shown.translation.value_range == (0.0, 1.0)
    with qtbot.waitSignal(shown.work.shown):
        shown.show_source(np.concatenate([BLACK, WHITE], axis=1), "wide")
    assert shown.translation.before.shape == (8, 8, 1)
    with qtbot.waitSignal(shown.work.shown):
        shown.controls.fits._buttons.button(1).click()
    assert shown.translation.before.shape == (3, 8, 1)


def test_pictures_are_dropped_and_pasted(shown, tmp_path, qtbot):
    Image.fromarray(WHITE).save(tmp_path / "white.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "white.png"))])
    with qtbot.waitSignal(shown.work.shown):
        _drop(shown, data)
    assert shown.translation.before.min() == 255
    assert "white.png" in shown.controls.source.text()
    QGuiApplication.clipboard().setImage(image_of(BLACK))
    with qtbot.waitSignal(shown.work.shown):
        shown.controls.paste.click()
    assert shown.translation.before.max() == 0
    leave()


def test_the_result_is_saved_as_a_png(shown, tmp_path):
    (offer,) = shown.exports()
    offer.write(tmp_path / "result.png", lambda *_: None, lambda: False)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "result.png")), shown.translation.after)


def test_a_picture_that_cannot_be_read_is_told_and_the_last_one_stays(shown, opened, tmp_path, qtbot):
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    before = shown.translation
    shown.source.open([tmp_path / "broken.jpg"])
    qtbot.waitUntil(lambda: opened.toasts.count == 1)
    assert shown.translation is before


def test_what_is_going_on_can_be_cancelled(shown, qtbot):
    before = shown.translation
    shown.show_source(WHITE, "white")
    assert shown.work.is_busy
    shown.controls.cancel.click()
    assert not shown.work.is_busy
    qtbot.waitUntil(lambda: not shown.work._work.is_busy)
    assert shown.translation is before


def test_another_translator_gets_the_picture_that_is_there(shown, opened, tmp_path, qtbot):
    with qtbot.waitSignal(shown.work.shown):
        shown.show_source(WHITE, "white")
    with qtbot.waitSignal(shown.work.shown, timeout=30_000):
        opened.panel.open_own(tiny_translator(tmp_path / "other.onnx", value_range=(0.0, 255.0)))
    assert opened.panel.choice.currentText() == "other"
    assert shown.translation.before.min() == 255


def test_a_folder_of_pictures_is_translated_into_a_new_one(shown, tmp_path, qtbot, monkeypatch):
    source, out = tmp_path / "mine", tmp_path / "negatives"
    source.mkdir()
    for name, picture in (("black", BLACK), ("white", WHITE)):
        Image.fromarray(picture).save(source / f"{name}.png")
    monkeypatch.setattr("explorer.ui.translate.translate_view.ask_where", lambda *_: out)
    with qtbot.waitSignal(shown.folders.written, timeout=20_000):
        shown.translate_folder(source)
    assert sorted(path.name for path in out.iterdir()) == ["black.png", "white.png"]
    assert np.asarray(Image.open(out / "black.png")).min() == 255


def test_what_is_being_done_with_a_folder_comes_into_sight_in_the_smallest_window(shown, opened, qtbot):
    opened.resize(960, 600)
    controls = shown.controls
    controls.verticalScrollBar().setValue(0)
    shown.folders.began.emit("Translating mine")
    qtbot.waitUntil(lambda: controls.working.visibleRegion().boundingRect().height() == controls.working.height())


def test_a_translator_with_another_beside_it_goes_the_other_way_round(shown, opened, tmp_path, qtbot):
    assert shown.controls.turned.isHidden()
    both = tmp_path / "both"
    both.mkdir()
    for name in ("translator.onnx", "backwards.onnx"):
        tiny_translator(both / name)
    with qtbot.waitSignal(shown.work.shown, timeout=30_000):
        opened.panel.open_own(both)
    assert shown.work.translator.path.name == "translator.onnx"
    with qtbot.waitSignal(shown.work.shown, timeout=30_000):
        shown.controls.turned.click()
    assert shown.work.translator.path.name == "backwards.onnx"
    assert shown.controls.turned.isChecked()
    assert opened.panel.choice.currentText() == "both"


def test_a_picture_is_given_as_in_training_where_the_model_says_how_that_was(shown, opened, tmp_path, qtbot):
    card = ModelCard("coloured", "translator", height=8, width=8, channels=3, config={"given": "grey"})
    with qtbot.waitSignal(shown.work.shown, timeout=30_000):
        opened.panel.open_own(tiny_translator(tmp_path / "coloured.onnx", card=card))
    assert np.ptp(shown.translation.before.astype(int), axis=2).max() == 0
    with qtbot.waitSignal(shown.work.shown):
        shown.controls.taken._buttons.button(0).click()
    assert np.ptp(shown.translation.before.astype(int), axis=2).max() > 0


@pytest.mark.skipif(not ESPCN.is_file(), reason="the published model is not here")
def test_a_published_model_enlarges_the_current_picture(opened, qtbot):
    opened.open(ESPCN)
    shown = wait_for_result(opened, qtbot)
    assert shown.translation.after.shape == (672, 672, 3)
    assert shown.controls.value_range == (0.0, 1.0)
    assert shown.controls.fits.isVisibleTo(shown)


def _drop(window, data: QMimeData) -> None:
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none))


def test_of_several_pictures_the_newest_is_shown(shown, qtbot):
    greys = [np.full((8, 8, 3), level, np.uint8) for level in (0, 64, 128, 255)]
    results = []
    shown.work.shown.connect(lambda task, _translation: results.append(task.picture))
    for grey in greys:
        shown.show_source(grey, "grey")
    qtbot.waitUntil(lambda: not shown.work.is_busy)
    assert results[-1] is greys[-1]
    assert shown.translation.before.min() == 255


def test_another_model_can_be_dropped_on_it(shown, opened, tmp_path, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tiny_translator(tmp_path / "second.onnx", value_range=(0.0, 1.0))))])
    _drop(shown, data)
    qtbot.waitUntil(lambda: opened.panel.choice.currentText() == "second" and not shown.is_busy, timeout=30_000)
    assert shown.translation.value_range == (0.0, 1.0)


def test_what_a_stranger_takes_is_said_otherwise_here_and_holds_for_the_board(opened, shown, qtbot):
    otherwise, work = shown.controls.otherwise, shown.work
    assert otherwise.isVisible()
    with qtbot.waitSignal(work.opened):
        otherwise.box.setCurrentIndex(otherwise.box.findData("grey"))
        otherwise.box.activated.emit(otherwise.box.currentIndex())
    assert work.translator.given == "grey"
    assert otherwise.box.currentData() == "grey"
    opened.panel.show_view(0)
    view = opened.panel.view
    qtbot.waitUntil(lambda: view.board.work.translator is not None and not view.board.work.is_busy)
    assert view.controls.given.box.currentData() == "grey"

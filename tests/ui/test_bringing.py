"""Photos that are brought, by any way, are offered; nothing is ever said of models."""

from __future__ import annotations

import shutil
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from explorer.app import first_paths
from explorer.core.rendering.picture_files import png_bytes
from explorer.core.rendering.scene import Scene
from explorer.session.models import brought as bringing
from explorer.session.models import intake
from explorer.session.models.brought import SortedOut, sorted_out
from tests.models import tiny_encoder, tiny_generator, tiny_likelihood
from tests.steps import gaussian_step, raster_step
from tests.ui.conftest import open_and_wait
from tests.ui.test_intake import drop, heard


@pytest.fixture
def seeing(opened, tiny_models, tmp_path, qtbot):
    """The window with a model that has an encoder."""
    shutil.copytree(tiny_models / "faces", tmp_path / "seeing")
    tiny_encoder(tmp_path / "seeing" / "encoder.onnx")
    open_and_wait(opened, tmp_path / "seeing", qtbot)
    return opened


def photos(folder, *names):
    folder.mkdir(exist_ok=True)
    draw = np.random.RandomState(len(names))
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        Image.fromarray(draw.randint(0, 256, (40, 60, 3)).astype(np.uint8)).save(folder / name)
    return [folder / name for name in names]


def brought(window, qtbot, *paths):
    """The page of the choice, once it is asked what the paths are for."""
    with qtbot.waitSignal(window.studio.intake.pictures_brought, timeout=20_000):
        drop(window, paths)
    return window.bringing.page


def possible(page):
    return [way for way, button in page.buttons.items() if button.isEnabled()]


def test_a_photo_is_offered_and_edited_by_the_keyboard(seeing, qtbot, tmp_path):
    said = heard(seeing)
    (photo,) = photos(tmp_path / "one", "me.jpg")
    page = brought(seeing, qtbot, photo)
    assert page.isVisible()
    assert page.title.text() == "me.jpg"
    assert possible(page) == ["edit", "draw", "unfold"]
    assert "One picture is not enough" in page.buttons["train"].accessibleDescription()
    assert seeing.focusWidget() is page.buttons["edit"]
    qtbot.waitUntil(lambda: page.thumbnail.pixmap().width() > 100, timeout=10_000)
    qtbot.keyClick(page.buttons["edit"], Qt.Key.Key_Return)
    view = seeing.panel.view
    assert seeing.panel.title == "Arithmetic"
    qtbot.waitUntil(lambda: view.found is not None and view.found.name == "me.jpg", timeout=10_000)
    assert not said


def test_a_folder_of_photos_leads_to_training_to_directions_and_to_a_quiz(seeing, qtbot, tmp_path):
    photos(tmp_path / "holiday", "cat/1.jpg", "cat/2.png", "dog/3.jpg")
    page = brought(seeing, qtbot, tmp_path / "holiday")
    assert possible(page) == ["edit", "draw", "unfold", "train", "directions", "quiz"]
    assert page.told.text().startswith("3 pictures")
    page.buttons["directions"].click()
    assert str(seeing.panel.view.pictures.source) == str(tmp_path / "holiday")
    page = brought(seeing, qtbot, tmp_path / "holiday")
    page.buttons["quiz"].click()
    assert seeing.panel.view.set_up.source.source == str(tmp_path / "holiday")
    page = brought(seeing, qtbot, tmp_path / "holiday")
    page.buttons["train"].click()
    assert seeing.panel.title == "Train"
    new = seeing.panel.view.new_page
    qtbot.waitUntil(lambda: new._data is not None, timeout=20_000)
    assert new._source == str(tmp_path / "holiday")


def test_a_photo_is_taken_to_before_and_after(seeing, qtbot, tmp_path):
    (photo,) = photos(tmp_path / "one", "me.jpg")
    brought(seeing, qtbot, photo).buttons["draw"].click()
    assert (seeing.panel.title, seeing.panel.view_title) == ("Draw", "Before and after")
    qtbot.waitUntil(lambda: "me.jpg" in seeing.panel.view.controls.source.text(), timeout=10_000)


def test_without_a_model_or_an_encoder_it_is_said_what_is_missing(window, tiny_models, qtbot, tmp_path):
    photos(tmp_path / "p", "1.jpg", "2.jpg")
    page = brought(window, qtbot, tmp_path / "p")
    assert possible(page) == ["draw", "unfold", "train"]
    assert "Open a model first" in page.buttons["edit"].accessibleDescription()
    open_and_wait(window, tiny_models / "faces", qtbot)
    assert possible(page) == ["edit", "draw", "unfold", "train", "quiz"]
    assert "faces has no encoder" in page.buttons["directions"].accessibleDescription()
    qtbot.keyClick(page.buttons["edit"], Qt.Key.Key_Escape)
    assert not page.isVisible()
    assert window.panel.isVisible()


def test_a_photo_unfolds_as_the_open_model_paints(window, qtbot, tmp_path):
    (photo,) = photos(tmp_path / "one", "me.jpg")
    for make, title in ((gaussian_step, "Denoise"), (raster_step, "Pixel by pixel")):
        open_and_wait(window, make(tmp_path / title), qtbot)
        qtbot.waitUntil(lambda: window.studio.models.current.name == title, timeout=20_000)  # noqa: B023
        page = brought(window, qtbot, photo)
        assert "edit" not in possible(page)
        assert "paints in steps" in page.buttons["edit"].accessibleDescription()
        page.buttons["unfold"].click()
        assert (window.panel.title, window.panel.view_title) == ("Unfold", title)
        qtbot.waitUntil(lambda: window.studio.document.scene.seed is None, timeout=20_000)


def test_photos_are_sorted_by_strangeness(window, qtbot, tmp_path):
    (tmp_path / "model").mkdir()
    tiny_generator(tmp_path / "model" / "generator.onnx")
    tiny_likelihood(tmp_path / "model" / "likelihood.onnx", 8, 3)
    open_and_wait(window, tmp_path / "model", qtbot)
    photos(tmp_path / "holiday", "1.jpg", "2.jpg", "3.jpg")
    page = brought(window, qtbot, tmp_path / "holiday")
    page.buttons["unfold"].click()
    qtbot.waitUntil(lambda: window.panel.view.comparison is not None, timeout=20_000)
    assert len(window.panel.view.comparison.tables[0].names) == 3
    assert window.panel.view.controls.ask.isEnabled()


def test_several_things_are_each_taken_where_they_belong(window, tiny_models, qtbot, tmp_path):
    one, two = photos(tmp_path / "p", "1.jpg", "2.jpg")
    (tmp_path / "labels.csv").write_text("file,age\n1.jpg,3\n2.jpg,5\n")
    page = brought(window, qtbot, one, tiny_models / "faces", two, tmp_path / "labels.csv")
    assert window.studio.models.current is not None
    assert page.title.text() == "2 pictures"
    assert "labels in labels.csv" in page.told.text()
    page.buttons["train"].click()
    assert window.panel.view.new_page._attributes == str(tmp_path / "labels.csv")
    page = brought(window, qtbot, one)  # of a folder with another
    assert page.buttons["edit"].text() == "Edit it in Your picture"
    (far,) = photos(tmp_path / "far", "3.jpg")
    page = brought(window, qtbot, one, far)
    assert possible(page) == ["edit"]
    assert "several places" in page.buttons["train"].accessibleDescription()


def test_looking_into_much_is_shown_and_can_be_left(seeing, qtbot, tmp_path, monkeypatch):
    (photo,) = photos(tmp_path / "p", "huge.jpg")
    gate = threading.Event()
    monkeypatch.setattr(intake, "takes_long", lambda _paths: True)
    monkeypatch.setattr(intake, "sorted_out", lambda *_: gate.wait(20) and SortedOut((photo,), None))
    drop(seeing, [photo])
    page = seeing.bringing.page
    assert page.bar.isVisible()
    assert page.title.text() == "huge.jpg"
    assert seeing.focusWidget() is page.leave
    said = heard(seeing)
    qtbot.keyClick(page.leave, Qt.Key.Key_Escape)
    assert not page.isVisible()
    gate.set()
    qtbot.waitUntil(lambda: not seeing.studio.intake._sorting.is_busy, timeout=10_000)
    assert not said


def test_what_is_brought_is_told_apart_by_what_it_is(tmp_path):
    photos(tmp_path / "p", "a.png", "b.jpg", "c.png")
    carrying = tmp_path / "p" / "scene.png"
    carrying.write_bytes(png_bytes(np.zeros((8, 8, 3), np.uint8), Scene(z=np.zeros(4, np.float32))))
    jpeg = tmp_path / "p" / "really-a-jpeg.png"
    shutil.copy(tmp_path / "p" / "b.jpg", jpeg)
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / "p" / "a.png", carrying, jpeg, tmp_path / "empty"]
    found = sorted_out(paths, lambda *_: None, lambda: False)
    assert found.opened == (carrying, tmp_path / "empty")
    assert found.pictures.photos == (paths[0], jpeg)
    assert (found.pictures.source, found.pictures.count, found.pictures.is_whole) == (tmp_path / "p", 5, False)


def found_in(folder):
    return sorted_out([folder], lambda *_: None, lambda: False)


def test_pictures_are_counted_however_deep_they_lie(window, qtbot, tmp_path):
    names = ("a/1.png", "b/c/2.jpg", "b/c/d/e/3.webp", ".hidden/4.png", "b/.5.png", "__MACOSX/6.png")
    photos(tmp_path / "deep", *names)
    (tmp_path / "deep" / "b" / "back").symlink_to(tmp_path / "deep")
    found = found_in(tmp_path / "deep").pictures
    assert [path.relative_to(tmp_path / "deep").as_posix() for path in found.photos] == list(names[:3])
    assert (found.count, found.counted) == (3, "3 pictures")
    page = brought(window, qtbot, tmp_path / "deep")
    assert page.told.text().startswith("3 pictures.")
    page.buttons["train"].click()
    new = window.panel.view.new_page
    qtbot.waitUntil(lambda: new._data is not None, timeout=20_000)
    assert new._data.count == 3


def test_of_a_folder_without_end_only_so_much_is_looked_at(window, qtbot, tmp_path, monkeypatch):
    photos(tmp_path / "much", *(f"{folder}/{name}.png" for folder in "abc" for name in range(4)))
    monkeypatch.setattr(bringing, "MOST_VISITED", 8)  # three folders, and five of what lies in them
    found = found_in(tmp_path / "much").pictures
    assert (found.counted, found.is_at_least) == ("at least 5 pictures", True)
    assert brought(window, qtbot, tmp_path / "much").told.text().startswith("At least 5 pictures.")
    monkeypatch.setattr(bringing, "MOST_VISITED", 2)
    assert found_in(tmp_path / "much").pictures is None


def test_files_that_may_be_pictures_leave_the_number_open(tmp_path):
    photos(tmp_path / "p", "1.png", "2.png")
    (tmp_path / "p" / "LICENSE").write_text("free")
    assert found_in(tmp_path / "p").pictures.counted == "2 pictures"
    (tmp_path / "p" / "1.png").rename(tmp_path / "p" / "picture1")  # which training tries
    assert found_in(tmp_path / "p").pictures.counted == "at least 1 picture"


def test_a_folder_that_is_slow_to_look_into_says_so(seeing, qtbot, tmp_path, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(intake, "sorted_out", lambda *_: gate.wait(20) and SortedOut((), None))
    drop(seeing, [tmp_path])
    qtbot.waitUntil(lambda: seeing.bringing.page is not None and seeing.bringing.page.bar.isVisible(), timeout=5000)
    gate.set()
    qtbot.waitUntil(lambda: not seeing.bringing.page.isVisible(), timeout=10_000)


def test_a_photo_on_the_command_line_comes_after_the_last_model(opened, tmp_path, tiny_models):
    (photo,) = photos(tmp_path / "p", "me.png")
    assert first_paths(opened.studio, [photo]) == (tiny_models / "faces", photo)
    assert first_paths(opened.studio, [tmp_path / "p"]) == (tiny_models / "faces", tmp_path / "p")

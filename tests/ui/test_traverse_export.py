from __future__ import annotations

import threading

import numpy as np
import pytest
from PIL import Image

from explorer.cli import run_verb
from explorer.core.rendering.picture_files import scene_in_png
from explorer.core.rendering.scene import scene_to_json
from explorer.ui.traverse.panel import VIEWS
from explorer.ui.traverse.plane_controls import CORNERS
from tests.models import tiny_generator
from tests.ui.conftest import let_draw, open_and_wait


@pytest.fixture
def panel(opened, qtbot):
    opened.show_panel(1)
    qtbot.waitUntil(lambda: not opened.panel.is_busy, timeout=10_000)
    return opened.panel


def offers(panel, view: str, qtbot) -> dict[str, object]:
    panel.show_view([each.title for each in VIEWS].index(view))
    qtbot.waitUntil(lambda: not panel.is_busy, timeout=10_000)
    return {offer.suffix or "folder": offer for offer in panel.view.exports()}


def save(panel, offer, path, qtbot) -> None:
    with qtbot.waitSignal(panel.exporting.exporter.idle, timeout=20_000):
        panel.exporting.exporter.write(path, offer.write)
        assert panel.exporting.isVisible()
    assert not panel.exporting.isVisible()


def test_a_grid_is_saved_as_a_sheet_that_carries_its_scene(panel, opened, qtbot, tmp_path):
    offer = offers(panel, "Grid", qtbot)[".png"]
    save(panel, offer, tmp_path / "sheet.png", qtbot)
    with Image.open(tmp_path / "sheet.png") as image:
        assert image.width > 9 * 8
    scene = scene_in_png(tmp_path / "sheet.png")
    assert scene_to_json(scene) == scene_to_json(opened.studio.document.scene)


def test_a_path_is_saved_as_a_gif_of_as_many_frames_as_asked(panel, qtbot, tmp_path):
    kinds = offers(panel, "Interpolate", qtbot)
    assert set(kinds) == {".mp4", ".gif", "folder", ".npz", ".csv"}
    panel.view.controls.seconds.show_value(1.0)
    panel.view.controls.fps.show_value(10.0)
    kinds = offers(panel, "Interpolate", qtbot)
    save(panel, kinds[".gif"], tmp_path / "path.gif", qtbot)
    with Image.open(tmp_path / "path.gif") as film:
        assert film.n_frames == 10
    save(panel, kinds["folder"], tmp_path / "frames", qtbot)
    assert len(list((tmp_path / "frames").glob("*.png"))) == 10
    save(panel, kinds[".npz"], tmp_path / "path.npz", qtbot)
    with np.load(tmp_path / "path.npz", allow_pickle=False) as kept:
        assert kept["z"].shape == (10, 4)


def test_cancelling_leaves_nothing(panel, qtbot, tmp_path):
    offer = offers(panel, "Interpolate", qtbot)[".gif"]
    begun, go_on = threading.Event(), threading.Event()

    def write(path, progress, cancelled):
        def report(*far):
            begun.set()
            assert go_on.wait(10)
            progress(*far)

        offer.write(path, report, cancelled)

    with qtbot.waitSignal(panel.exporting.exporter.stopped):
        panel.exporting.exporter.write(tmp_path / "path.gif", write)
        assert begun.wait(10)
        panel.exporting.cancel.click()
        go_on.set()
    qtbot.waitUntil(lambda: not panel.exporting.exporter.is_busy)
    assert list(tmp_path.glob("path*")) == []


def test_a_place_that_cannot_be_written_to_is_told(panel, opened, qtbot, tmp_path):
    offer = offers(panel, "Grid", qtbot)[".png"]
    with qtbot.waitSignal(opened.studio.notices._arrived) as told:
        panel.exporting.exporter.write(tmp_path / "missing" / "sheet.png", offer.write)
    assert told.args[0].kind == "problem"
    qtbot.waitUntil(lambda: not panel.exporting.exporter.is_busy)


def test_closing_the_window_cancels_what_is_being_saved(panel, opened, qtbot, tmp_path):
    offers(panel, "Interpolate", qtbot)
    panel.view.controls.seconds.show_value(120)  # so many pictures that it is closed before they are all written
    panel.exporting.exporter.write(tmp_path / "frames", panel.view.exports()[2].write)
    opened.close()
    assert not (tmp_path / "frames").exists()


def test_the_menu_offers_what_the_view_has(panel, qtbot):
    menu = panel.export.menu()
    menu.fill()
    assert [action.text() for action in menu.actions()] == [offer.text for offer in panel.view.exports()]


def test_the_command_line_saves_the_same_bytes(panel, opened, qtbot, tmp_path):
    model = tiny_generator(tmp_path / "tiny.onnx")
    open_and_wait(opened, model, qtbot)
    let_draw(opened, qtbot, lambda: opened.studio.edits.sample(7))
    grid = panel.view
    grid.controls.rows.setCurrentIndex(grid.controls.rows.findData("all"))
    grid.controls.changed.emit()
    save(panel, offers(panel, "Grid", qtbot)[".png"], tmp_path / "window.png", qtbot)
    told = run_verb(["grid", str(model), "--seed", "7", "--rows", "4", "--out", str(tmp_path / "line.png")])
    assert told == 0
    assert (tmp_path / "window.png").read_bytes() == (tmp_path / "line.png").read_bytes()

    path = offers(panel, "Interpolate", qtbot)
    view = panel.view
    view.controls.easing.setCurrentIndex(view.controls.easing.findData("smooth"))
    view.controls.seconds.show_value(1.0)
    view.controls.fps.show_value(8.0)
    view.controls.changed.emit()
    path = offers(panel, "Interpolate", qtbot)
    save(panel, path["folder"], tmp_path / "window", qtbot)
    words = ["--seeds", "1,2,3,4", "--frames", "8", "--easing", "smooth", "--loop"]
    assert run_verb(["walk", str(model), *words, "--out", str(tmp_path / "line")]) == 0
    for number in range(8):
        name = f"{number:05d}.png"
        assert (tmp_path / "window" / name).read_bytes() == (tmp_path / "line" / name).read_bytes()


def test_a_surface_between_corners_is_saved(panel, qtbot, tmp_path):
    panel.show_view([each.title for each in VIEWS].index("Plane"))
    panel.view.controls.way.show_index(CORNERS)
    panel.view.controls.way.chosen.emit(CORNERS)
    save(panel, offers(panel, "Plane", qtbot)[".png"], tmp_path / "corners.png", qtbot)
    with Image.open(tmp_path / "corners.png") as image:
        assert image.width > 9 * 64

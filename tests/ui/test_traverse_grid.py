from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from explorer.core.problem import Problem
from explorer.core.rendering.latent_axes import fitted_axes, save_axes
from explorer.core.rendering.truncation import truncate
from explorer.core.traverse.grid import strongest
from explorer.session.explore import sensitivities
from explorer.ui.traverse.grid_choice import GridChoice, listed_dimensions
from explorer.ui.traverse.grid_view import GridView
from explorer.ui.traverse.panel import VIEWS, TraversePanel
from explorer.ui.widgets.gestures import new_gesture
from tests.models import tiny_encoder, tiny_generator
from tests.steps import raster_step
from tests.ui.conftest import let_draw, open_and_wait


@pytest.fixture
def grid(opened, qtbot) -> GridView:
    """The grid of ``faces``, drawn; its rows are all four dimensions."""
    opened.show_panel(1)
    assert isinstance(opened.panel, TraversePanel)
    opened.panel.show_view([view.title for view in VIEWS].index("Grid"))
    settle(opened.panel.view, qtbot)
    return opened.panel.view


def settle(view: GridView, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)
    qtbot.waitUntil(lambda: view.grid.mosaic is None or bool(view.grid.mosaic.known.all()))


def choose(view: GridView, box: str, key: str) -> None:
    combo = getattr(view.controls, box)
    combo.setCurrentIndex(combo.findData(key))
    combo.activated.emit(combo.currentIndex())


def drawn_of(view: GridView, row: int, column: int) -> np.ndarray:
    renderer = view.studio.pictures.renderer
    return renderer.render(view.plan.scene(row, column)).picture


def test_starting_the_program_loads_nothing_for_traversals():
    heavy = ("torch", "sklearn", "av", "scipy", "onnx", "explorer.core.traverse", "explorer.core.exports")
    code = f"import sys, explorer.app; raise SystemExit(any(name in sys.modules for name in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_views_are_built_when_they_are_first_shown(opened):
    panel = opened.panels[1]
    assert panel._built == {}


def test_the_grid_shows_what_each_dimension_does(grid, opened):
    assert grid.plan.columns == 9
    assert sorted(grid.plan.row_names) == ["z0", "z1", "z2", "z3"]
    for row, column in ((0, 0), (2, 5), (3, 8)):
        shown = grid.grid.mosaic.picture(row * 9 + column)
        assert np.abs(shown.astype(int) - drawn_of(grid, row, column)).max() <= 1
    strengths = grid.grid.mosaic.row_strengths()
    assert (strengths > 0).all()


def test_picking_a_tile_adopts_it_as_one_undo_step(grid, opened, qtbot):
    document = opened.studio.document
    before, wanted = document.scene, grid.plan.scene(1, 7)
    let_draw(opened, qtbot, lambda: grid.grid.picked.emit(9 + 7))
    assert np.array_equal(document.scene.z, wanted.z)
    assert document.history.count() == 1
    settle(grid, qtbot)
    let_draw(opened, qtbot, opened.commands["undo"].trigger)
    assert document.scene is before


def test_the_grid_follows_the_scene_and_ends_true(grid, opened, qtbot):
    gesture = new_gesture()

    def drag():
        for value in np.linspace(0, 2, 30):
            opened.studio.edits.set_value(1, float(value), gesture)

    let_draw(opened, qtbot, drag)
    settle(grid, qtbot)
    row = grid.plan.row_names.index("z0")
    qtbot.waitUntil(lambda: grid.sheet.is_true)
    shown = grid.grid.mosaic.picture(row * 9)
    assert np.abs(shown.astype(int) - drawn_of(grid, row, 0)).max() <= 1
    assert grid.plan.base is opened.studio.document.scene


def test_a_grid_out_of_sight_draws_nothing(grid, opened, qtbot):
    opened.show_panel(0)
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    assert not grid.sheet.tiles.is_busy
    opened.show_panel(1)
    settle(grid, qtbot)
    assert grid.plan.base is opened.studio.document.scene


def test_rows_picked_by_hand_are_laid_out_in_that_order(grid, qtbot):
    choose(grid, "rows", "listed")
    grid.controls.list.setText("3, 0-1")
    grid.controls.list.textEdited.emit("3, 0-1")
    settle(grid, qtbot)
    assert grid.plan.row_names == ("z3", "z0", "z1")


def test_what_cannot_be_laid_out_is_told_in_place_of_the_grid(grid, qtbot):
    choose(grid, "rows", "listed")
    grid.controls.list.setText("1, 1")
    grid.controls.list.textEdited.emit("1, 1")
    assert grid.grid.mosaic is None
    assert grid.grid._empty[0] == "Dimension 1 is picked twice."
    grid.controls.list.textEdited.emit(grid.controls.list.setText("1, 2") or "")
    settle(grid, qtbot)
    assert grid.plan.rows == 2


@pytest.mark.parametrize("text", ["", "x", "9", "2-9", "0 0", "3--1", "1-"])
def test_a_list_that_means_nothing_is_a_problem(text):
    with pytest.raises(Problem):
        listed_dimensions(text, 4)


def test_lists_of_dimensions_may_be_written_in_many_ways():
    assert listed_dimensions("3-5, 17; z1 9 – 8", 20) == (3, 4, 5, 17, 1, 9, 8)


def test_the_strongest_come_first_and_only_so_many():
    strengths = np.array([1, 5, np.nan, 3], np.float32)
    axes = GridChoice(rows="strongest", count=2).axes(4, strengths, ())
    assert [axis.index for axis in axes] == [1, 3]


def test_where_strengths_are_not_known_rows_are_spread_over_all_dimensions():
    assert [axis.index for axis in GridChoice(rows="strongest", count=4).axes(64, None, ())] == [8, 24, 40, 56]
    assert [axis.index for axis in GridChoice(rows="strongest", count=8).axes(3, None, ())] == [0, 1, 2]


def test_a_model_that_is_too_slow_to_be_measured_has_a_grid_all_the_same(window, tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(sensitivities, "_LONGEST_MIN", 0.0)
    open_and_wait(window, raster_step(tmp_path / "pixels"), qtbot)
    window.show_panel(1)
    view = window.panel.view
    qtbot.waitUntil(lambda: view.plan is not None, timeout=10_000)
    settle(view, qtbot)
    assert view.plan.rows == 8
    assert view.plan.values[-1] == 1.0  # a uniform prior ends there
    assert any("spread over all" in notice.hint for _, notice in window.studio.notices.log)


def test_a_latent_with_axes_has_a_row_for_the_first_of_them(window, tmp_path, qtbot):
    (tmp_path / "wide").mkdir()
    tiny_generator(tmp_path / "wide" / "generator.onnx", latent=600, size=8)
    codes = np.random.RandomState(0).standard_normal((30, 600)).astype(np.float32)
    save_axes(tmp_path / "wide" / "axes.npz", fitted_axes(codes, 12))
    open_and_wait(window, tmp_path / "wide", qtbot)
    window.show_panel(1)
    settle(window.panel.view, qtbot)
    assert window.panel.view.plan.row_names == tuple(f"axis {number}" for number in range(1, 9))


def test_quantiles_and_values_around_here_are_laid_out(grid, qtbot):
    choose(grid, "values", "quantiles")
    settle(grid, qtbot)
    assert grid.plan.mode == "quantiles"
    choose(grid, "values", "around")
    settle(grid, qtbot)
    row, here = 0, grid.plan.axes[0].coordinate(grid.plan.base)
    assert grid.plan.axes[0].coordinate(grid.plan.scene(row, 4)) == pytest.approx(here)
    base = grid.grid.mosaic.base.astype(int)
    assert np.abs(grid.grid.mosaic.picture(4) - base).max() <= 1


def test_the_keyboard_moves_and_adopts(grid, opened, qtbot):
    view = grid.grid
    view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert view.current == 9 + 1
    assert grid._tip(10) in view.accessibleDescription()
    wanted = grid.plan.scene(1, 1)
    let_draw(opened, qtbot, lambda: qtbot.keyClick(view, Qt.Key.Key_Return))
    assert np.array_equal(opened.studio.document.scene.z, wanted.z)
    settle(grid, qtbot)


def test_a_click_adopts_the_tile_under_the_pointer(grid, opened, qtbot):
    place = grid.grid.place_of(2).center()
    wanted = grid.plan.scene(0, 2)
    let_draw(
        opened,
        qtbot,
        lambda: qtbot.mouseClick(grid.grid.viewport(), Qt.MouseButton.LeftButton, pos=place),
    )
    assert np.array_equal(opened.studio.document.scene.z, wanted.z)
    settle(grid, qtbot)


def test_pointing_at_a_tile_compares_it_with_the_base(grid, qtbot):
    qtbot.mouseMove(grid.grid.viewport(), grid.grid.place_of(1).center())
    assert "changes the picture by" in grid.pair.words.text()


def test_the_difference_view_is_black_where_nothing_changes(grid, qtbot):
    choose(grid, "values", "around")
    settle(grid, qtbot)
    grid.controls.difference.setChecked(True)
    mosaic = grid.grid.mosaic
    mosaic.band(0)
    band = mosaic._bands[0][0]
    pitch = mosaic.width + mosaic.gap
    assert band[:, 4 * pitch : 4 * pitch + mosaic.width, :3].max() <= 4
    assert band[:, : mosaic.width, :3].max() > 40


def test_tiles_can_be_made_larger_and_fitted_again(grid):
    fitted = grid.grid.tile_px
    grid.controls.size_wanted.emit(200)
    assert grid.grid.tile_px == 200
    assert grid.grid.horizontalScrollBar().maximum() > 0
    grid.controls.size_wanted.emit(0)
    assert grid.grid.tile_px == fitted


def test_a_large_grid_draws_what_is_in_sight_first(grid, opened, qtbot, tiny_models):
    open_and_wait(opened, tiny_models / "large", qtbot)
    seen = []
    grid.sheet.tiles.drawn.connect(lambda _order, indices, _pictures: seen.extend(indices.tolist()))
    choose(grid, "rows", "all")
    assert "4,608 tiles" in grid.grid._empty[0]
    grid.controls.columns.show_value(8)
    grid.controls.changed.emit()
    bar = grid.grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    settle(grid, qtbot)
    assert seen.index(4095) < len(seen) / 4
    assert set(seen) >= set(range(4096))


def test_another_model_has_its_own_grid(grid, opened, qtbot, tiny_models):
    open_and_wait(opened, tiny_models / "fashion", qtbot)
    settle(grid, qtbot)
    assert grid.plan.base.model == opened.studio.models.hash
    assert grid.plan.base.label == 0


def test_the_grid_can_lie_around_a_real_picture(opened, qtbot, tmp_path):
    folder = tmp_path / "with-encoder"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx")
    tiny_encoder(folder / "encoder.onnx")
    picture = tmp_path / "photo.png"
    Image.fromarray(np.random.RandomState(0).randint(0, 255, (20, 30, 3), np.uint8)).save(picture)
    open_and_wait(opened, folder, qtbot)
    opened.show_panel(1)
    grid = opened.panel.view
    settle(grid, qtbot)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    grid.controls.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: grid._encoded is not None)
    settle(grid, qtbot)
    assert grid.plan.mode == "around"
    assert np.array_equal(grid.plan.base.z, grid._encoded)


@pytest.fixture
def with_encoder(tmp_path):
    """A model of four numbers with an encoder, and beside it a photo and a file that is no picture."""
    folder = tmp_path / "with-encoder"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", seed=5)
    tiny_encoder(folder / "encoder.onnx", seed=5)
    pixels = np.random.RandomState(0).randint(0, 255, (20, 30, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    return folder


@pytest.fixture
def encoding(opened, qtbot, with_encoder) -> GridView:
    """The grid of a model that has an encoder."""
    open_and_wait(opened, with_encoder, qtbot)
    opened.show_panel(1)
    settle(opened.panel.view, qtbot)
    return opened.panel.view


def test_a_picture_that_is_none_is_a_problem(encoding, qtbot, tmp_path):
    choose(encoding, "values", "encoded")
    unnamed = encoding.controls.picture.text()
    with qtbot.waitSignal(encoding.encodings.failed) as failed:
        encoding.controls.picture_chosen.emit(tmp_path / "bad.png")
    assert isinstance(failed.args[0], Problem)
    assert encoding.controls.picture.text() == unnamed
    with qtbot.waitSignal(encoding.encodings.encoded):
        encoding.controls.picture_chosen.emit(tmp_path / "photo.png")
    assert encoding.controls.picture.text() == "photo.png"
    with qtbot.waitSignal(encoding.encodings.failed):
        encoding.controls.picture_chosen.emit(tmp_path / "bad.png")
    assert encoding.controls.picture.text() == "photo.png"
    settle(encoding, qtbot)
    assert np.array_equal(encoding.plan.base.z, encoding._encoded)


def test_a_late_encoding_of_another_model_is_no_encoding(encoding, opened, qtbot, tmp_path, tiny_models, monkeypatch):
    gate, work = threading.Event(), encoding.encodings._work
    encode = work._work
    monkeypatch.setattr(work, "_work", lambda order: gate.wait(10) and encode(order))
    encoding.controls.picture_chosen.emit(tmp_path / "photo.png")
    open_and_wait(opened, tiny_models / "faces", qtbot)
    gate.set()
    settle(encoding, qtbot)
    assert encoding._encoded is None
    encoding.encodings.encoded.emit("0" * 64, tmp_path / "photo.png", np.zeros(9, np.float32))
    assert encoding._encoded is None


def test_late_strengths_of_another_model_rank_nothing(opened, qtbot, tiny_models, monkeypatch):
    open_and_wait(opened, tiny_models / "large", qtbot)
    gate, generator = threading.Event(), opened.studio.models.current.generator
    pictures = generator.pictures
    monkeypatch.setattr(generator, "pictures", lambda *given: gate.wait(10) is True and pictures(*given))
    opened.show_panel(1)
    grid = opened.panel.view
    choose(grid, "rows", "all")
    open_and_wait(opened, tiny_models / "faces", qtbot)
    gate.set()
    settle(grid, qtbot)
    choose(grid, "rows", "strongest")
    settle(grid, qtbot)
    assert sorted(grid.plan.row_names) == ["z0", "z1", "z2", "z3"]


def strongest_around(view: GridView) -> tuple[str, ...]:
    """The rows that the command line gives to the scene the grid lies around."""
    base, generator = view.plan.base, view.studio.models.current.generator
    around = truncate(base.z, base.truncation)
    return tuple(f"z{index}" for index in strongest(generator, around, 8, label=base.label))


def test_the_strongest_are_those_around_where_the_scene_rests(opened, qtbot, tmp_path):
    open_and_wait(opened, tiny_generator(tmp_path / "wide.onnx", latent=32), qtbot)
    opened.show_panel(1)
    grid, seen = opened.panel.view, set()
    for psi in (1.0, 1.0, 0.3, 2.0):
        let_draw(opened, qtbot, opened.studio.edits.new_sample)
        if psi != 1.0:
            let_draw(opened, qtbot, lambda psi=psi: opened.studio.edits.set_truncation(psi))
        settle(grid, qtbot)
        assert grid.plan.base is opened.studio.document.scene
        assert grid.plan.row_names == strongest_around(grid)
        seen.add(grid.plan.row_names)
    assert len(seen) > 1


def test_the_strongest_around_a_real_picture_are_its_own(encoding, qtbot, tmp_path):
    choose(encoding, "values", "encoded")
    encoding.controls.picture_chosen.emit(tmp_path / "photo.png")
    settle(encoding, qtbot)
    assert np.array_equal(encoding.strengths._around[0].z, encoding._encoded)
    assert encoding.plan.row_names == strongest_around(encoding)[:4]


def test_the_bars_of_the_strongest_are_what_ranks_them(grid, qtbot):
    settle(grid, qtbot)
    grid._show_meters()
    bars = grid.grid._strengths
    assert np.array_equal(bars, np.sort(grid.strengths.values)[::-1])
    choose(grid, "rows", "all")
    settle(grid, qtbot)
    grid._show_meters()
    assert np.array_equal(grid.grid._strengths, grid.grid.mosaic.row_strengths())


def test_a_measurement_is_let_finish_and_the_newest_scene_is_next(opened, qtbot, tmp_path, monkeypatch):
    open_and_wait(opened, tiny_generator(tmp_path / "wide.onnx", latent=32), qtbot)
    opened.show_panel(1)
    grid, studio = opened.panel.view, opened.studio
    settle(grid, qtbot)
    rows, around, generator = grid.plan.row_names, [], studio.models.current.generator
    gate, pictures = threading.Event(), generator.pictures
    monkeypatch.setattr(generator, "pictures", lambda *given: gate.wait(10) is True and pictures(*given))
    grid.strengths._strengths.measured.connect(lambda _values, scene: around.append(scene))
    let_draw(opened, qtbot, studio.edits.new_sample)
    first = studio.document.scene
    qtbot.waitUntil(lambda: grid.strengths._strengths.is_wanted)
    for _ in range(5):
        let_draw(opened, qtbot, studio.edits.new_sample)
        assert grid.plan.row_names == rows
        assert grid.plan.base is studio.document.scene
    gate.set()
    settle(grid, qtbot)
    assert around == [first, studio.document.scene]
    assert grid.plan.row_names == strongest_around(grid)

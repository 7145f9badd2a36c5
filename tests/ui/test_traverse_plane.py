from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from explorer.core.rendering.latent_axes import fitted_axes, save_axes
from explorer.core.rendering.latents import sample
from explorer.core.rendering.renderer import Renderer
from explorer.core.rendering.scene import Scene, scene_to_json
from explorer.core.traverse.corners import CornersPlan
from explorer.core.traverse.grid import strongest
from explorer.session.explore import sensitivities
from explorer.ui.traverse.panel import VIEWS
from explorer.ui.traverse.plane_controls import AXES, CORNERS, MANIFOLD
from explorer.ui.traverse.plane_view import PlaneView
from tests.models import tiny_generator
from tests.steps import raster_step
from tests.ui.conftest import let_draw, open_and_wait


@pytest.fixture
def view(opened, qtbot) -> PlaneView:
    opened.show_panel(1)
    opened.panel.show_view([view.title for view in VIEWS].index("Plane"))
    settle(opened.panel.view, qtbot)
    return opened.panel.view


def settle(view, qtbot) -> None:
    qtbot.waitUntil(lambda: not view.is_busy, timeout=10_000)
    qtbot.waitUntil(lambda: view.plan is None or view.sheet.is_true)


def go(view, way: int, qtbot) -> None:
    view.controls.way.show_index(way)
    view.controls.way.chosen.emit(way)
    settle(view, qtbot)


def test_a_plane_lies_along_the_two_strongest_dimensions(view):
    assert view.plan.rows == view.plan.columns == 9
    across, up = view.plan.across.index, view.plan.up.index
    assert across != up
    corner = view.plan.scene(0, 8)
    assert corner.z[across] == 3.0
    assert corner.z[up] == 3.0


def test_dragging_moves_along_both_axes_as_one_undo_step(view, opened, qtbot):
    document, port = opened.studio.document, view.plane.viewport()
    before = document.scene
    start, end = (view.plane.spot_of(place).toPoint() for place in ((0.25, 0.5), (1.0, 0.0)))

    def drag():
        qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
        for step in range(1, 5):
            qtbot.mouseMove(port, start + (end - start) * step / 4)
        qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)

    let_draw(opened, qtbot, drag)
    assert document.history.count() == 1
    z = document.scene.z
    assert z[view.plan.across.index] == pytest.approx(3.0, abs=0.05)
    assert z[view.plan.up.index] == pytest.approx(3.0, abs=0.05)
    rest = [index for index in range(4) if index not in (view.plan.across.index, view.plan.up.index)]
    assert np.array_equal(z[rest], before.z[rest])
    assert np.array_equal(view.canvas.picture, opened.studio.pictures.shown_last.picture)
    settle(view, qtbot)


def test_a_drag_draws_no_tile_again(view, opened, qtbot):
    drawn = []
    view.sheet.tiles.drawn.connect(lambda *_: drawn.append(1))
    let_draw(opened, qtbot, lambda: view.plane.dragged.emit(0.2, 0.8, 7))
    settle(view, qtbot)
    assert drawn == []
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    settle(view, qtbot)
    assert drawn


def test_the_point_follows_the_scene(view, opened, qtbot):
    let_draw(opened, qtbot, lambda: opened.studio.edits.set_value(view.plan.across.index, 0.0))
    settle(view, qtbot)
    assert view.plane.point[0] == pytest.approx(0.5)


def test_the_arrows_move_the_point(view, opened, qtbot):
    let_draw(opened, qtbot, lambda: view.plane.dragged.emit(0.5, 0.5, 3))
    let_draw(opened, qtbot, lambda: qtbot.keyClick(view.plane, Qt.Key.Key_Right))
    assert opened.studio.document.scene.z[view.plan.across.index] == pytest.approx(0.75, abs=1e-3)
    settle(view, qtbot)


def test_an_axis_twice_is_told_in_place_of_the_plane(view, qtbot):
    view.controls.up.setCurrentIndex(view.controls.across.currentIndex())
    view.controls.up.activated.emit(view.controls.up.currentIndex())
    assert view.plan is None
    assert "twice" in view.plane._empty[0]
    view.plane.dragged.emit(0.5, 0.5, 1)  # nothing to drag upon: nothing happens


def test_corners_meet_their_pictures_and_can_be_changed(view, opened, qtbot):
    go(view, CORNERS, qtbot)
    assert isinstance(view.plan, CornersPlan)
    assert np.allclose(view.plan.scene(0, 0).z, opened.studio.document.scene.z, atol=1e-6)
    assert view.plane.point == (0.0, 0.0)
    assert np.allclose(view.plan.scene(8, 8).z, sample(4, 4), atol=1e-6)
    view.controls.corners[1].current_wanted.emit()
    settle(view, qtbot)
    assert np.allclose(view.plan.scene(0, 8).z, opened.studio.document.scene.z, atol=1e-5)
    other = Scene(opened.studio.models.hash, "faces", sample(9, 4), seed=9)
    view.controls.corners[2].scene_dropped.emit(scene_to_json(other))
    settle(view, qtbot)
    assert np.allclose(view.plan.scene(8, 0).z, sample(9, 4), atol=1e-6)


def test_dragging_between_corners_shows_what_lies_there(view, opened, qtbot):
    go(view, CORNERS, qtbot)
    let_draw(opened, qtbot, lambda: view.plane.dragged.emit(1.0, 1.0, 5))
    assert np.allclose(opened.studio.document.scene.z, sample(4, 4), atol=1e-6)
    view.plane.show_point((1.0, 1.0))
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    assert view.plane.point is None
    settle(view, qtbot)


def test_corners_after_a_drag_among_axes_begin_with_the_picture_in_sight(view, opened, qtbot):
    let_draw(opened, qtbot, lambda: view.plane.dragged.emit(0.9, 0.1, 5))
    go(view, CORNERS, qtbot)
    across, down = view.plane.point
    assert np.allclose(view.plan.at(across, down).z, opened.studio.document.scene.z, atol=1e-6)
    view.controls.corners[0].scene_dropped.emit(scene_to_json(Scene(opened.studio.models.hash, "faces", sample(9, 4))))
    settle(view, qtbot)
    assert view.plane.point is None


def test_a_corner_of_another_model_is_refused(view, opened, qtbot):
    go(view, CORNERS, qtbot)
    with qtbot.waitSignal(opened.studio.notices._arrived) as told:
        view.controls.corners[0].scene_dropped.emit(scene_to_json(Scene("f" * 64, "other", sample(1, 4))))
    assert "other" in told.args[0].what


def test_all_of_a_two_dimensional_latent_is_shown(view, opened, qtbot, tmp_path):
    assert not view.controls.way._buttons.button(MANIFOLD).isEnabled()
    open_and_wait(opened, tiny_generator(tmp_path / "flat.onnx", latent=2), qtbot)
    settle(view, qtbot)
    go(view, MANIFOLD, qtbot)
    values = view.plan.column_values
    assert values[0] == pytest.approx(-values[-1])
    assert values[-1] < 2.0
    let_draw(opened, qtbot, lambda: view.plane.dragged.emit(1.0, 0.0, 2))
    assert opened.studio.document.scene.z == pytest.approx(np.array([values[-1]] * 2), abs=1e-5)
    go(view, AXES, qtbot)


def test_the_middle_of_a_tile_is_its_place(view):
    assert view.plane.spot_of((0.0, 0.0)) == QPointF(view.plane.place_of(0).center())
    assert view.plane.spot_of((1.0, 1.0)) == QPointF(view.plane.place_of(80).center())


@pytest.fixture
def unmeasured(opened, qtbot, tmp_path, monkeypatch):
    """The plane of a model of 32 numbers while it is measured, and what lets that go on."""
    open_and_wait(opened, tiny_generator(tmp_path / "wide.onnx", latent=32), qtbot)
    gate, generator = threading.Event(), opened.studio.models.current.generator
    pictures = generator.pictures
    monkeypatch.setattr(generator, "pictures", lambda *given: gate.wait(10) is True and pictures(*given))
    opened.show_panel(1)
    opened.panel.show_view([view.title for view in VIEWS].index("Plane"))
    yield opened.panel.view, gate
    gate.set()


def axes_of(view) -> tuple[int, int]:
    return view.controls.across.currentIndex(), view.controls.up.currentIndex()


def strongest_two(view) -> tuple[int, ...]:
    scene, generator = view.studio.document.scene, view.studio.models.current.generator
    return strongest(generator, scene.z, 2, label=scene.label)


def test_axes_that_the_user_chose_stay_whatever_is_measured(unmeasured, qtbot):
    view, gate = unmeasured
    view.controls.show_axes(7, 9)
    view.controls.up.activated.emit(9)
    gate.set()
    settle(view, qtbot)
    assert axes_of(view) == (7, 9)


def test_the_axes_are_found_when_the_view_is_shown_again(unmeasured, opened, qtbot):
    view, gate = unmeasured
    assert axes_of(view) == (0, 1)
    opened.show_panel(0)
    gate.set()
    qtbot.waitUntil(lambda: not view.is_busy)
    assert axes_of(view) == (0, 1)
    opened.show_panel(1)
    settle(view, qtbot)
    assert axes_of(view) == strongest_two(view) != (0, 1)


def test_the_axes_are_not_sought_again_once_they_are_found(view, opened, qtbot):
    measured = []
    view.strengths.measured.connect(lambda *_: measured.append(1))
    let_draw(opened, qtbot, opened.studio.edits.new_sample)
    settle(view, qtbot)
    assert measured == []


@pytest.mark.parametrize(("latent", "directions", "offered"), [(1, 1, False), (2, 3, True), (3, 0, False)])
def test_all_is_offered_for_two_dimensions_whatever_the_directions(
    view, opened, qtbot, tmp_path, latent, directions, offered
):
    open_and_wait(opened, tiny_generator(tmp_path / "some.onnx", latent=latent), qtbot)
    settle(view, qtbot)
    models = opened.studio.models
    named = {f"way {index}": np.ones(latent, np.float32) for index in range(directions)}
    models.current = replace(models.current, renderer=Renderer(models.current.generator, named))
    view._begin(models.current)
    assert view.controls.across.count() == latent + directions
    assert view.controls.way._buttons.button(MANIFOLD).isEnabled() is offered
    view._arrange()
    settle(view, qtbot)


def test_a_latent_with_axes_has_a_plane_of_the_first_two(window, tmp_path, qtbot):
    (tmp_path / "wide").mkdir()
    tiny_generator(tmp_path / "wide" / "generator.onnx", latent=600, size=8)
    codes = np.random.RandomState(0).standard_normal((30, 600)).astype(np.float32)
    save_axes(tmp_path / "wide" / "axes.npz", fitted_axes(codes, 12))
    open_and_wait(window, tmp_path / "wide", qtbot)
    window.show_panel(1)
    window.panel.show_view([view.title for view in VIEWS].index("Plane"))
    view = window.panel.view
    qtbot.waitUntil(lambda: view.plan is not None and not view.is_busy, timeout=10_000)
    assert (view.plan.across.label, view.plan.up.label) == ("axis 1", "axis 2")
    assert view.controls.across.count() == 12


def test_a_plane_of_a_uniform_prior_ends_where_that_does(window, tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr(sensitivities, "_LONGEST_MIN", 0.0)
    open_and_wait(window, raster_step(tmp_path / "pixels"), qtbot)
    window.show_panel(1)
    window.panel.show_view([view.title for view in VIEWS].index("Plane"))
    view = window.panel.view
    qtbot.waitUntil(lambda: view.plan is not None and not view.is_busy, timeout=10_000)
    assert view.controls.span.value == 1.0
    assert any("starts with the first two" in notice.hint for _, notice in window.studio.notices.log)

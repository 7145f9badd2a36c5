"""Traverse with a style-based model: grids and ways through W, and what is truncated on the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.core.rendering.renderer import Renderer
from explorer.training.weight_import.layouts import stylegan2
from explorer.training.weight_import.stylegan.style_export import export_style
from explorer.ui.traverse.blend_dialog import BlendDialog
from explorer.ui.traverse.interpolate_controls import IN_W
from explorer.ui.traverse.panel import VIEWS
from explorer.ui.traverse.plane_controls import CORNERS
from tests.models import tiny_style_model, tiny_stylegan
from tests.stylegan import Style, nvidia_state
from tests.ui.conftest import open_and_wait


@pytest.fixture
def styled(window, qtbot, tmp_path):
    open_and_wait(window, tiny_style_model(tmp_path / "styled"), qtbot)
    return window


def shown(window, qtbot, title: str):
    window.show_panel(1)
    window.panel.show_view([view.title for view in VIEWS].index(title))
    view = window.panel.view
    qtbot.waitUntil(lambda: not view.is_busy, timeout=20_000)
    return view


def test_rows_of_a_grid_may_be_dimensions_of_w(styled, qtbot):
    view = shown(styled, qtbot, "Grid")
    view.controls.rows.setCurrentIndex(view.controls.rows.findData("listed"))
    view.controls.list.setText("w0-2, 4")
    view.controls.changed.emit()
    qtbot.waitUntil(lambda: not view.is_busy, timeout=20_000)
    assert view.plan.row_names == ("w0", "w1", "w2", "w4")
    renderer: Renderer = styled.studio.models.current.renderer
    scene = view.plan.scene(1, 8)
    assert renderer.generator.spread().standard(scene.w)[1] == pytest.approx(3.0, abs=1e-4)
    qtbot.waitUntil(lambda: view.grid.mosaic.picture(17) is not None)
    drawn = view.grid.mosaic.picture(17).astype(int)
    assert np.abs(drawn - renderer.render(scene).picture).max() <= 1


def test_dimensions_of_w_are_refused_where_there_is_none(opened, qtbot):
    view = shown(opened, qtbot, "Grid")
    view.controls.rows.setCurrentIndex(view.controls.rows.findData("listed"))
    view.controls.list.setText("w1")
    view.controls.changed.emit()
    assert view.plan is None


def test_a_path_leads_straight_through_w_to_what_is_drawn(styled, qtbot):
    view = shown(styled, qtbot, "Interpolate")
    renderer: Renderer = styled.studio.models.current.renderer
    assert view.controls.kind.currentData() == IN_W
    scenes = view._route().frames(9)
    first, second = (renderer.point(point) for point in view.points[:2])
    assert np.allclose(scenes[0].w, first, atol=1e-6)
    between = view._scene_at(0.5 / len(view.points)).w - first
    cosine = between @ (second - first) / np.linalg.norm(between) / np.linalg.norm(second - first)
    assert cosine == pytest.approx(1.0, abs=1e-4)
    assert (renderer.render(scenes[0]).picture == renderer.render(view.points[0]).picture).all()


def test_a_path_through_z_is_truncated_in_w_all_along(styled, qtbot):
    styled.studio.edits.set_truncation(0.5)
    view = shown(styled, qtbot, "Interpolate")
    view.controls.kind.setCurrentIndex(view.controls.kind.findData("slerp"))
    view.controls.changed.emit()
    scenes = view._route().frames(5)
    assert all(scene.truncation == 0.5 and scene.w is None for scene in scenes)


def test_ordinary_models_have_no_way_through_w(opened, qtbot):
    view = shown(opened, qtbot, "Interpolate")
    assert view.controls.kind.findData(IN_W) == -1


def test_corners_are_joined_in_w(styled, qtbot):
    view = shown(styled, qtbot, "Plane")
    renderer: Renderer = styled.studio.models.current.renderer
    view.controls.way.chosen.emit(CORNERS)
    view.controls.way.show_index(CORNERS)
    view.controls.changed.emit()
    plan = view.plan
    first, last = plan.scene(0, 0).w, plan.scene(0, plan.columns - 1).w
    assert np.allclose(plan.at(0.5, 0.0).w, (first + last) / 2, atol=1e-5)
    assert np.allclose(first, renderer.point(view._corners[0]), atol=1e-6)


def test_channels_go_along_on_paths_and_between_corners(window, qtbot, tmp_path):
    open_and_wait(window, tiny_stylegan(tmp_path / "sg"), qtbot)
    view = shown(window, qtbot, "Interpolate")
    plain, other = view.points[:2]
    renderer: Renderer = window.studio.models.current.renderer
    moved = replace(plain, directions=(("s1:2", 4.0),))
    for kind in (IN_W, "slerp"):
        view.controls.kind.setCurrentIndex(view.controls.kind.findData(kind))
        view.show_points([moved, other])
        qtbot.waitUntil(lambda: not view.is_busy, timeout=20_000)
        assert (renderer.render(view._scene_at(0.0)).picture == renderer.render(moved).picture).all()
        assert view._scene_at(0.25).directions == (("s1:2", 2.0),)
    plane = shown(window, qtbot, "Plane")
    plane.controls.way.show_index(CORNERS)
    plane._set_corner(0, moved)
    qtbot.waitUntil(lambda: not plane.is_busy, timeout=20_000)
    assert plane.plan.at(0.5, 0.0).directions == (("s1:2", 2.0),)
    assert (renderer.render(plane.plan.scene(0, 0)).picture == renderer.render(moved).picture).all()


def test_what_a_way_through_z_leaves_out_is_said(styled, qtbot):
    view = shown(styled, qtbot, "Interpolate")
    renderer = styled.studio.models.current.renderer
    view.show_points([renderer.written(view.points[0]), view.points[1]])
    qtbot.waitUntil(lambda: not view.is_busy, timeout=20_000)
    assert not view.controls.left_out.isVisible()
    view.controls.kind.setCurrentIndex(view.controls.kind.findData("slerp"))
    view.controls.changed.emit()
    assert view.controls.left_out.isVisible()


def test_layers_of_both_models_become_one_that_is_opened(window, qtbot, tmp_path):
    for name, seed in (("a", 0), ("b", 1)):
        export_style(stylegan2.rebuild(nvidia_state(Style(size=8, channel_max=4, seed=seed)), {}), tmp_path / name)
    open_and_wait(window, tmp_path / "a", qtbot)
    view = shown(window, qtbot, "Compare")
    assert not view.blend.isVisible()
    with qtbot.waitSignal(view.pair.shown, timeout=20_000):
        view.open(tmp_path / "b")
    view.blend_layers()
    (dialog,) = window.findChildren(BlendDialog)
    qtbot.waitUntil(dialog.make.isEnabled)
    assert [dialog.side.itemData(place) for place in range(dialog.side.count())] == [8]
    dialog.swap.click()
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=20_000):
        dialog.save(tmp_path / "new")
    assert window.studio.models.current.name == "b + a"


def test_models_that_cannot_be_blended_are_told_in_the_dialog(window, qtbot, tmp_path):
    open_and_wait(window, tiny_stylegan(tmp_path / "foreign"), qtbot)
    view = shown(window, qtbot, "Compare")
    with qtbot.waitSignal(view.pair.shown, timeout=20_000):
        view.open(tiny_stylegan(tmp_path / "other", seed=1))
    view.blend_layers()
    (dialog,) = window.findChildren(BlendDialog)
    qtbot.waitUntil(lambda: not dialog.work.is_busy)
    assert "not a StyleGAN that this program" in dialog.hint.text()
    assert not dialog.make.isEnabled()
    dialog.close()

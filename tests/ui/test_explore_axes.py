"""A model with a latent of 3,072 numbers has a few sliders along axes; the latent itself moves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.core.rendering.latent_axes import LatentAxes, fitted_axes, save_axes
from explorer.core.rendering.latents import sample
from explorer.ui.arithmetic.result_path import ResultPath
from explorer.ui.window.main_window import MainWindow
from tests.models import tiny_generator
from tests.ui.conftest import let_draw, open_and_wait

SIZE, COUNT = 3072, 24


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generator of 3,072 numbers, as many as a picture of 32 x 32 in colour has, with axes."""
    folder = tmp_path_factory.mktemp("wide") / "wide"
    folder.mkdir()
    tiny_generator(folder / "generator.onnx", latent=SIZE, size=8)
    codes = np.random.RandomState(0).standard_normal((60, SIZE)) * 2.0
    save_axes(folder / "axes.npz", fitted_axes(codes.astype(np.float32), COUNT))
    return folder


@pytest.fixture
def shown(window: MainWindow, wide: Path, qtbot: QtBot) -> MainWindow:
    open_and_wait(window, wide, qtbot)
    return window


def axes_of(window: MainWindow) -> LatentAxes:
    model = window.studio.models.current
    assert model is not None and model.axes is not None  # noqa: PT018
    return model.axes


def test_there_is_a_slider_for_each_axis_and_it_moves_the_latent(shown: MainWindow, qtbot: QtBot) -> None:
    side, document, axes = shown.panel.latent, shown.studio.document, axes_of(shown)
    rows = side.list.rows
    assert len(rows.z) == COUNT
    before = document.scene
    assert rows.z == pytest.approx(axes.values(before.z), abs=1e-5)
    let_draw(shown, qtbot, lambda: rows.moved.emit(2, 1.5, 1))
    after = document.scene
    assert after.z.shape == (SIZE,)
    assert axes.values(after.z)[2] == pytest.approx(1.5, abs=1e-4)
    assert after.seed is None
    assert np.count_nonzero(after.z != before.z) > SIZE // 2
    assert rows.z[2] == pytest.approx(1.5, abs=1e-4)
    assert document.history.undoText() == "Move axis 3"
    document.history.undo()
    assert document.scene.z is before.z


def test_axes_are_counted_from_one_and_may_be_named(shown: MainWindow) -> None:
    side, names = shown.panel.latent, shown.studio.dimension_names
    side.list.search.setText("3-4")
    QApplication.processEvents()
    assert sorted(side.list.rows.shown) == [2, 3]
    side.list.search.clear()
    row = side.list.rows.row_of(side.list.rows.shown[0])
    assert row is not None
    assert row.accessibleName() == f"axis {row.dimension + 1}"
    side.list.rows.named.emit(row.dimension, "light")
    assert row.accessibleName() == "light"
    assert names.of(shown.studio.document.scene.model) == {f"axis {row.dimension + 1}": "light"}


def test_locked_axes_stay_put_and_resets_leave_them(shown: MainWindow, qtbot: QtBot) -> None:
    edits, document, axes = shown.studio.edits, shown.studio.document, axes_of(shown)
    let_draw(shown, qtbot, lambda: edits.axes.set_value(1, 1.25))
    shown.panel.latent.list.rows.locks_changed.emit(frozenset({1}))
    let_draw(shown, qtbot, edits.new_sample)
    assert axes.values(document.scene.z)[1] == pytest.approx(1.25, abs=1e-3)
    assert document.scene.seed is None
    let_draw(shown, qtbot, shown.panel.latent.list.reset_button.click)
    left = axes.values(document.scene.z)
    assert left[1] == pytest.approx(1.25, abs=1e-3)
    assert np.abs(np.delete(left, 1)).max() < 1e-3


def test_strengths_take_two_pictures_an_axis_and_not_thousands(shown: MainWindow, qtbot: QtBot) -> None:
    side = shown.panel.latent
    qtbot.waitUntil(lambda: side.strengths.values is not None and not side.strengths.is_busy, timeout=20_000)
    assert len(side.strengths.values) == COUNT
    assert np.isfinite(side.strengths.values).all()
    assert side.list.rows.strengths is not None


def test_truncation_is_not_offered_and_arcs_are_the_first_choice(
    shown: MainWindow, tiny_models: Path, qtbot: QtBot
) -> None:
    controls = shown.panel.controls
    assert controls.psi.isHidden()
    assert controls.psi_box.isHidden()
    way = ResultPath()
    qtbot.addWidget(way)
    for size, goes_around in ((SIZE, True), (64, False)):
        way.suggest(size, "normal")
        assert way.goes_around == goes_around
    open_and_wait(shown, tiny_models / "faces", qtbot)
    assert not controls.psi.isHidden()
    assert len(shown.panel.latent.list.rows.z) == 4


def test_a_model_with_damaged_axes_opens_without_them(
    window: MainWindow, wide: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    folder, said = tmp_path / "hurt", []
    folder.mkdir()
    (folder / "generator.onnx").write_bytes((wide / "generator.onnx").read_bytes())
    np.savez(folder / "axes.npz", mean=np.zeros(3), axes=np.zeros((2, 3)), scales=np.ones(2))
    window.studio.notices.report(said.append)
    open_and_wait(window, folder, qtbot)
    assert len(window.panel.latent.list.rows.z) == SIZE
    assert any("axes.npz is damaged" in notice.what for notice in said)
    assert window.studio.document.scene.z == pytest.approx(sample(window.studio.document.scene.seed, SIZE))

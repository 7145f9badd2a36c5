"""The grid in the window: from a change of the scene to its last tile on the screen, and beside a drag."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication

from explorer.cli.benches.bench_window import wait_for
from explorer.cli.benches.dragging import Gaps, move_slider
from explorer.ui.traverse.grid_view import GridView
from explorer.ui.traverse.panel import TraversePanel
from explorer.ui.window.main_window import MainWindow

_TILE_PX = 24  # so that all of the grid is in sight


def show_grid(window: MainWindow, rows: int, columns: int) -> GridView:
    """The traversal grid in ``window``, drawn, with so many rows and columns, all of them in sight."""
    panel = next(panel for panel in window.panels if isinstance(panel, TraversePanel))
    window.show_panel(window.panels.index(panel))
    view = panel.view
    assert isinstance(view, GridView)
    controls = view.controls
    controls.rows.setCurrentIndex(controls.rows.findData("listed"))
    controls.list.setText(f"0-{rows - 1}")
    controls.columns.show_value(columns)
    view.grid.set_tile_px(_TILE_PX)
    controls.changed.emit()
    _wait(view)
    return view


def painted_ms(window: MainWindow, view: GridView, seed: int) -> tuple[float, float]:
    """Milliseconds from a new sample to its first tiles, and to the last, being painted."""
    started = time.perf_counter()
    window.studio.edits.sample(seed)
    wait_for(view.sheet.arrived)
    _paint(view)
    first_ms = (time.perf_counter() - started) * 1e3
    _wait(view)
    return first_ms, (time.perf_counter() - started) * 1e3


def gap_ms(window: MainWindow, view: GridView) -> float:
    """The longest time that the window does not react while a slider is dragged and the grid follows."""
    gaps = Gaps()
    gaps.start()
    move_slider(window)
    gaps.stop()
    _wait(view)
    return gaps.longest_ms


def _wait(view: GridView) -> None:
    """Until every tile shows the grid as it is, and has been painted."""
    while not view.sheet.is_true:
        wait_for(view.sheet.arrived)
    _paint(view)


def _paint(view: GridView) -> None:
    """Paint all that is in sight, what was painted already too."""
    view.grid.viewport().update()
    painted = view.grid.painted_count
    while view.grid.painted_count == painted:
        QCoreApplication.processEvents()

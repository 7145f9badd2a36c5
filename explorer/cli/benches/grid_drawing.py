"""A grid of 256 tiles in the window, until the last is painted, against bare batches; and beside a drag."""

from __future__ import annotations

import time
from statistics import median

import numpy as np
from PySide6.QtCore import QCoreApplication

from explorer.cli.bench import Figures
from explorer.cli.benches.bench_window import open_window, wait_for
from explorer.cli.benches.dragging import Gaps, move_slider
from explorer.cli.benches.inference import PAUSE_S, Raw, took_ms
from explorer.cli.model_arguments import located
from explorer.core.rendering.latents import Latents
from explorer.core.traverse.plan import latents_of, scenes_of
from explorer.ui.traverse.grid_view import GridView
from explorer.ui.traverse.panel import TraversePanel
from explorer.ui.window.main_window import MainWindow

_SIDE, _BATCH = 16, 64
_ROUNDS, _REPEATS = 6, 3
_TILE_PX = 24  # so that all of the grid is in sight


def grid(model: str) -> Figures:
    """A grid of 16 by 16 in the window, and as many pictures by onnxruntime alone in batches of 64; in turn."""
    ratios, shares, took = [], [], []
    with open_window(model) as window:
        rows = min(_SIDE, window.studio.edits.card.latent_size)
        view = _show_grid(window, rows, _SIDE**2 // rows)
        for round_number in range(_ROUNDS):
            assert view.plan is not None
            theirs = _raw_ms(model, latents_of(scenes_of(view.plan)))
            time.sleep(PAUSE_S)
            times = [_painted_ms(window, view, 10 * round_number + each) for each in range(_REPEATS)]
            time.sleep(PAUSE_S)
            first, whole = min(times, key=lambda pair: pair[1])
            ratios.append(theirs / whole)
            shares.append(first / whole)
            took.append(whole)
        longest_ms = _gap_ms(window, view)
    return {
        "grid_ms": median(took),
        "grid_ratio": median(ratios),
        "grid_first_share": median(shares),
        "grid_gap_ms": longest_ms,
    }


def _raw_ms(model: str, latents: Latents) -> float:
    raw = Raw(located(model))
    batches = [np.ascontiguousarray(latents[start : start + _BATCH]) for start in range(0, len(latents), _BATCH)]

    def draw() -> None:
        for batch in batches:
            raw(batch)

    draw()
    return min(took_ms(draw) for _ in range(_REPEATS))


def _show_grid(window: MainWindow, rows: int, columns: int) -> GridView:
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


def _painted_ms(window: MainWindow, view: GridView, seed: int) -> tuple[float, float]:
    """Milliseconds from a new sample to its first tiles, and to the last, being painted."""
    started = time.perf_counter()
    window.studio.edits.sample(seed)
    wait_for(view.sheet.arrived)
    _paint(view)
    first_ms = (time.perf_counter() - started) * 1e3
    _wait(view)
    return first_ms, (time.perf_counter() - started) * 1e3


def _gap_ms(window: MainWindow, view: GridView) -> float:
    """The longest time that the window does not react while a slider is dragged and the grid follows."""
    with Gaps() as gaps:
        move_slider(window)
    _wait(view)
    return max(gaps.all_ms)


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

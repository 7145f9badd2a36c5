"""A plot of a million points that grows, against plain pyqtgraph with the same numbers; in turn."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import numpy as np
import pyqtgraph as pg

from explorer.cli.bench import Figures
from explorer.cli.benches.inference import took_ms
from explorer.cli.offscreen import application
from explorer.core.plots.metric_series import MetricSeries, Numbers
from explorer.ui.plots.loss_plot import LossPlot
from explorer.ui.plots.plot_curve import Line
from explorer.ui.theme import apply_theme

_POINTS, _NEW = 1_000_000, 100
_ROUNDS, _THEIR_ROUNDS = 40, 6
_SIZE = 800, 300


def plot(_model: str) -> Figures:
    """Add a hundred values to a million and paint them: raw and smoothed by us, raw alone by pyqtgraph."""
    apply_theme(application(), "dark")
    values = np.random.RandomState(7).standard_normal(_POINTS + _NEW * _ROUNDS * 2).cumsum() * 0.01 + 50.0
    ours, theirs = _ours(values), _theirs(values)
    for update in (ours, theirs):
        update()
    took = [
        (median(took_ms(ours) for _ in range(_ROUNDS // _THEIR_ROUNDS)), took_ms(theirs)) for _ in range(_THEIR_ROUNDS)
    ]
    return {
        "plot_ms": median(own for own, _ in took),
        "plot_ratio": median(plain / own for own, plain in took),
    }


def _ours(values: Numbers) -> Callable[[], None]:
    series = MetricSeries()
    series.add(np.arange(_POINTS), values[:_POINTS])
    sheet = LossPlot("Losses")
    sheet.set_smoothing(0.95)
    sheet.show_lines([Line("run", "generator", "generator", "generator", series)])
    paint = _painter(sheet)

    def update() -> None:
        count = len(series)
        series.add(np.arange(count, count + _NEW), values[count : count + _NEW])
        sheet.draw()
        paint()

    return update


def _theirs(values: Numbers) -> Callable[[], None]:
    sheet = pg.PlotWidget()
    curve = sheet.plot(pen=pg.mkPen("w", width=1))
    paint, count = _painter(sheet), _POINTS

    def update() -> None:
        nonlocal count
        count += _NEW
        curve.setData(np.arange(count), values[:count])
        paint()

    return update


def _painter(widget: LossPlot | pg.PlotWidget) -> Callable[[], object]:
    widget.resize(*_SIZE)
    widget.show()
    application().processEvents()
    return widget.grab

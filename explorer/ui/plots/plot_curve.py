"""One line of a plot: the raw values, thin and pale, and the smoothed ones upon them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen, QTransform

from explorer.core.plots.metric_series import MetricSeries, Numbers, Outline
from explorer.ui.plots.plot_axes import Against
from explorer.ui.plots.plot_look import LineStyle
from explorer.ui.theme import Colours

_ABOVE, _BELOW = 10, 5
_SHARE_SMOOTHED = 16  # at most this part of a series is averaged
_SMOOTH_FROM = 1e-3  # a weight below this smooths nothing


@dataclass(frozen=True, eq=False)
class Line:
    """What a line shows.

    Attributes
    ----------
    run, name : str
        Whose it is, and which number.
    label : str
        What the crosshair calls it.
    called : str
        What the legend calls all lines of this name.
    series : MetricSeries
    look : LineStyle
    clock : MetricSeries or None
        Seconds since the run began, against the step.
    """

    run: str
    name: str
    label: str
    called: str
    series: MetricSeries
    look: LineStyle = field(default_factory=LineStyle)
    clock: MetricSeries | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Run and name."""
        return self.run, self.name


@dataclass(frozen=True)
class Scale:
    """How steps and values become places along the axes."""

    against: Against = "step"
    is_log: bool = False
    weight: float = 0.0  # of the smoothing
    is_probability: bool = False  # the values are logits, and shown as their sigmoids

    @property
    def smooths(self) -> bool:
        """Whether there is anything to smooth."""
        return self.weight >= _SMOOTH_FROM

    def across(self, line: Line, steps: Numbers) -> Numbers:
        """Where steps stand on the horizontal axis."""
        if self.against == "step" or line.clock is None or not len(line.clock):
            return steps
        return np.interp(steps, line.clock.steps, line.clock.values)

    def steps(self, line: Line, x: float) -> float:
        """The step that stands at a place of the horizontal axis."""
        if self.against == "step" or line.clock is None or not len(line.clock):
            return x
        seconds = line.clock.values
        if x > seconds[-1]:
            return float(line.clock.steps[-1]) + 1.0
        return float(np.interp(x, seconds, line.clock.steps))

    def upright(self, values: Numbers) -> Numbers:
        """Where values stand on the upright axis; NaN where they cannot."""
        if self.is_probability:
            return self.told(values)
        if not self.is_log:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log10(values), np.nan)

    def told(self, values: ArrayLike) -> Numbers:
        """Values as they are said: of logits the probability."""
        values = np.asarray(values, np.float64)
        return 1.0 / (1.0 + np.exp(-np.clip(values, -700.0, 700.0))) if self.is_probability else values

    def weight_for(self, count: int) -> float:
        """The weight for a series of ``count`` values: a short one is not smoothed into a line of its own."""
        most = max(count // _SHARE_SMOOTHED, 1)
        most = 1 << (most.bit_length() - 1)  # in powers of two, or a growing series would be smoothed anew all the time
        return min(self.weight, 1.0 - 1.0 / most)

    def extent(self, line: Line) -> tuple[float, float] | None:
        """The first and the last place of a line on the horizontal axis."""
        if not len(line.series):
            return None
        ends = self.across(line, line.series.steps[[0, -1]])
        return float(ends[0]), float(ends[1])

    def extremes(self, line: Line, low: float, high: float) -> tuple[float, float]:
        """The lowest and the highest place of a line between two places of the horizontal axis."""
        found = line.series.extremes(self.steps(line, low), self.steps(line, high), log=self.is_log)
        both = self.upright(np.array(found))
        return float(both[0]), float(both[1])


class _Stroke(pg.PlotCurveItem):  # type: ignore[misc]
    """A line of any width, painted as hairs beside each other: Qt strokes a hair thirty times as fast."""

    def paint(self, painter: QPainter, option: object, widget: object) -> None:
        pen, antialias = self.opts["pen"], self.opts["antialias"]
        if self.xData is None or not len(self.xData):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, antialias)
        path, place = self.getPath(), painter.worldTransform()
        if pen.widthF() <= 1.0 or not antialias or pen.style() == Qt.PenStyle.CustomDashLine:
            painter.setPen(pen)
            painter.drawPath(path)
            return
        hair = QPen(pen)
        hair.setWidthF(1.0)
        painter.setPen(hair)
        for x, y in _beside(pen.widthF()):
            painter.setWorldTransform(place * QTransform.fromTranslate(x, y))
            painter.drawPath(path)
        painter.setWorldTransform(place)


def _beside(width: float) -> list[tuple[float, float]]:
    """Where hairs of one pixel lie that together look as wide as ``width``, whichever way the line goes."""
    out = (width - 1.0) / 2
    around = [(out, 0.0), (-out, 0.0), (0.0, out), (0.0, -out)]
    return around if width <= 2.0 else [*around, (0.0, 0.0)]


class Curve:
    """Draws one `Line` into a plot, with as many points as the plot is wide."""

    def __init__(self, line: Line, plot: pg.PlotItem, c: Colours) -> None:
        self.line = line
        self._plot = plot
        self._raw = _Stroke(connect="finite", antialias=False, skipFiniteCheck=False)
        self._smooth = _Stroke(connect="finite", antialias=True)
        self._raw.setZValue(_BELOW)
        self._smooth.setZValue(_ABOVE)
        for item in (self._raw, self._smooth):
            item.setSegmentedLineMode("off")
            plot.addItem(item, ignoreBounds=True)
        self.style(c)

    def style(self, c: Colours, *, strong: bool = False) -> None:
        """Take the colours of a theme; a strong line stands out from the others."""
        self._smooth.setPen(self.line.look.pen(c, 2.5 if strong else 1.5))
        self._raw.setPen(self.line.look.raw_pen(c))

    def draw(self, scale: Scale, low: float, high: float, width_px: int) -> None:
        """Show what lies between two places of the horizontal axis, on ``width_px`` pixels."""
        first, last = scale.steps(self.line, low), scale.steps(self.line, high)
        series, most = self.line.series, max(2 * width_px, 64)
        raw = series.raw_outline(first, last, most, log=scale.is_log)
        self._raw.setVisible(scale.smooths)
        if scale.smooths:
            self._put(self._raw, scale, raw)
            weight = scale.weight_for(len(series))
            raw = series.smooth_outline(first, last, max(width_px, 64), weight)
        self._put(self._smooth, scale, raw)
        dense = len(raw.steps) >= most // 2  # slow to antialias, and none the better for it
        self._smooth.opts["antialias"] = scale.smooths or not dense

    def _put(self, item: pg.PlotCurveItem, scale: Scale, outline: Outline) -> None:
        item.setData(scale.across(self.line, outline.steps), scale.upright(outline.values))

    def set_visible(self, visible: bool) -> None:
        """Be there, or not."""
        self._smooth.setVisible(visible)
        self._raw.setVisible(visible)

    def remove(self) -> None:
        """Leave the plot."""
        self._plot.removeItem(self._raw)
        self._plot.removeItem(self._smooth)

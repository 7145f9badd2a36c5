"""A plot that grows while a model is trained: raw lines under smoothed ones, at any zoom, at any length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QFont, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.plot_area import PlotArea, PlotCanvas
from explorer.ui.widgets.plot_axes import Against, PlotAxis, clock, short
from explorer.ui.widgets.plot_curve import Curve, Line, Scale
from explorer.ui.widgets.plot_legend import Key, PlotLegend
from explorer.ui.widgets.plot_readout import PlotReadout, Reading
from explorer.ui.widgets.pulse import DATA_MS, HAND_MS, Pulse
from explorer.ui.widgets.tool_button import tool_button

Window = tuple[float, float]
_AXIS_PX, _FOOT_PX = 6 * UNIT, 2 * UNIT + 2
_MARGIN = 0.06  # of the height, above and below
_NOTHING = "Nothing to plot yet\nThe numbers appear with the first steps of a run."
_ALL_HIDDEN = "All lines are hidden\nClick a name above to show its line again."


class LossPlot(QWidget):
    """Shows lines against the step or the time.

    The wheel zooms along the horizontal axis, with Ctrl along the other; a drag zooms into a box, with Shift
    or the middle button it pans; a double click shows all again and follows what comes.

    Parameters
    ----------
    title : str
    unit : str
        Of the values; "" where they have none.

    Signals
    -------
    drawn()
        All that is there has been drawn.
    window_moved(window) : (float, float) or None
        The user shows another part of the horizontal axis; None: all of it, and what comes.
    pointed(x) : float or None
        The crosshair went there, or away.
    menu_wanted(where) : QPoint
    alone_wanted(on) : bool
        This plot is to have all the room, or no longer.
    """

    drawn = Signal()
    window_moved = Signal(object)
    pointed = Signal(object)
    menu_wanted = Signal(QPoint)
    alone_wanted = Signal(bool)

    def __init__(self, title: str, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.unit = title, unit
        self.lines: tuple[Line, ...] = ()
        self.hidden: set[Key] = set()
        self.scale = Scale()
        self.window_shown: Window | None = None  # None: all, following
        self._fits_upright = True
        self._crosshair: float | None = None
        self._curves: dict[Key, Curve] = {}
        self._stale = True
        self._nothing = _NOTHING
        self._pulse = Pulse(self)
        self._pulse.due.connect(self._draw_if_seen)
        self._build_plot()
        self._build_head()
        self._lay_out()
        self._restyle()
        self.setAccessibleName(f"Plot: {title}")

    # What is shown

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines in place of those before; what was hidden stays so."""
        for curve in self._curves.values():
            curve.remove()
        c = colours_of(self.palette())
        self.lines = tuple(lines)
        self._curves = {line.key: Curve(line, self.canvas.plotItem, c) for line in self.lines}
        self.legend.show_lines(self.lines, self.hidden)
        self.refresh()

    def refresh(self, within_ms: int = DATA_MS) -> None:
        """Draw soon what the series have now; at once when it comes into sight, if it is out of sight."""
        self._stale = True
        if self.isVisible():
            self._pulse.ask(within_ms)

    def set_log(self, on: bool) -> None:
        """Have a logarithmic axis, or a linear one."""
        self.log_button.setChecked(on)

    def set_smoothing(self, weight: float) -> None:
        """Smooth with this weight, 0 (not at all) to below 1."""
        self._rescale(replace(self.scale, weight=weight))

    def set_against(self, against: Against) -> None:
        """Plot against the step or against the time; shows all."""
        self._axes["bottom"].against = against
        self.unit_label.setText(against)
        self.window_shown, self._fits_upright = None, True
        self._rescale(replace(self.scale, against=against))

    def show_window(self, window: Window | None) -> None:
        """Show this part of the horizontal axis; None: all of it, and what comes."""
        if window is None:
            self._fits_upright = True
        self.window_shown = window
        self.refresh(HAND_MS)

    def follow(self) -> None:
        """Show all, and what comes."""
        self.show_window(None)
        self.window_moved.emit(None)

    def set_hidden(self, key: Key, hidden: bool) -> None:
        """Hide a line, or show it again."""
        if key in self.legend.buttons:
            self.legend.buttons[key].setChecked(not hidden)

    def set_empty(self, text: str, hint: str = "") -> None:
        """Say this while there is nothing to plot."""
        self._nothing = f"{text}\n{hint}" if hint else text
        self.refresh()

    def show_crosshair(self, x: float | None) -> None:
        """Put the crosshair there, or away."""
        self._crosshair = x
        self._read()

    @property
    def shown(self) -> list[Line]:
        """The lines that are not hidden and have something to show."""
        return [line for line in self.lines if line.key not in self.hidden and len(line.series)]

    # Building

    def _build_plot(self) -> None:
        self.area = PlotArea()
        self._axes = {"left": PlotAxis("left"), "bottom": PlotAxis("bottom")}
        self.canvas = PlotCanvas(self.area, dict(self._axes), self)
        self._axes["left"].setWidth(_AXIS_PX)
        self._axes["bottom"].setHeight(_FOOT_PX)
        self.canvas.plotItem.showGrid(x=True, y=True, alpha=0.16)
        self.canvas.setAccessibleName(f"{self.title}: plot")
        self._hair = pg.InfiniteLine(angle=90, movable=False)
        self._hair.hide()
        self.canvas.plotItem.addItem(self._hair, ignoreBounds=True)
        self.readout = PlotReadout(self.canvas)
        self.unit_label = QLabel("step", self.canvas)
        self.unit_label.setProperty("role", "small")
        self.empty = QLabel(_NOTHING, self.canvas)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setProperty("role", "muted")
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.area.taken.connect(self._on_taken)
        self.area.home_wanted.connect(self.follow)
        self.area.menu_wanted.connect(self.menu_wanted)
        self.canvas.hovered.connect(self._on_hovered)
        self.canvas.stepped.connect(self._on_stepped)

    def _build_head(self) -> None:
        self.heading = QLabel(f"{self.title} ({self.unit})" if self.unit else self.title)
        self.heading.setProperty("role", "heading")
        self.heading.setBuddy(self.canvas)
        self.note = QLabel()
        self.note.setProperty("role", "small")
        self.note.hide()
        self.legend = PlotLegend()
        self.legend.toggled.connect(self._on_toggled)
        self.legend.pointed.connect(self._on_emphasised)
        self.log_button = tool_button("log", f"{self.title}: logarithmic axis", "Logarithmic axis")
        self.log_button.setCheckable(True)
        self.log_button.toggled.connect(self._on_log)
        self.alone_button = tool_button("fit", f"{self.title}: alone", "Give this plot all the room")
        self.alone_button.setCheckable(True)
        self.alone_button.toggled.connect(self.alone_wanted)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(UNIT)
        head.addWidget(self.heading)
        head.addWidget(self.legend, 1)
        head.addWidget(self.note)
        head.addWidget(self.log_button)
        head.addWidget(self.alone_button)
        for widget in (self.heading, self.note, self.log_button, self.alone_button):
            head.setAlignment(widget, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(UNIT, UNIT // 2, UNIT, UNIT // 2)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)

    # Drawing

    def _draw_if_seen(self) -> None:
        if self.isVisible():
            self.draw()

    def draw(self) -> None:
        """Draw now all that is there."""
        self._pulse.stop()
        self._stale = False
        shown = self.shown
        for key, curve in self._curves.items():
            curve.set_visible(any(line.key == key for line in shown))
        if shown:
            window = self.window_shown or self._whole(shown)
            self._show_range(window, shown)
            width_px = max(round(self.area.width()), 32)
            for line in shown:
                self._curves[line.key].draw(self.scale, *window, width_px)
        self._tell(shown)
        self._read()
        self.drawn.emit()

    def _whole(self, shown: list[Line]) -> Window:
        ends = [extent for line in shown if (extent := self.scale.extent(line)) is not None]
        low, high = min(first for first, _ in ends), max(last for _, last in ends)
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def _show_range(self, window: Window, shown: list[Line]) -> None:
        self.area.setXRange(*window, padding=0)
        if not self._fits_upright:
            return
        found = [self.scale.extremes(line, *window) for line in shown]
        lows = [low for low, _ in found if math.isfinite(low)]
        highs = [high for _, high in found if math.isfinite(high)]
        if lows:
            low, high = min(lows), max(highs)
            spare = (high - low) * _MARGIN or abs(high) * 0.1 or 0.5
            self.area.setYRange(low - spare, high + spare, padding=0)

    def _tell(self, shown: list[Line]) -> None:
        """Say what cannot be seen: what a logarithmic axis leaves out, and the newest values."""
        missing = sum(line.series.unloggable for line in shown) if self.scale.is_log else 0
        self.note.setVisible(missing > 0)
        self.note.setText(f"{missing:,} not above 0")
        self.note.setToolTip("A logarithmic axis has no place for zero and below; these values are left out.")
        newest = [f"{line.label} {short(float(line.series.values[-1]))}" for line in shown]
        at = f" at step {line_end(shown):,.0f}" if shown else ""
        self.canvas.setAccessibleDescription(", ".join(newest) + at)
        hidden = bool(self.lines) and any(len(line.series) for line in self.lines)
        self.empty.setVisible(not shown)
        self.empty.setText(_ALL_HIDDEN if hidden else self._nothing)
        self.unit_label.setVisible(bool(shown))
        for axis in self._axes.values():
            axis.setVisible(bool(shown))

    # What the hand does

    def _on_taken(self, across: bool, upright: bool) -> None:
        if upright:
            self._fits_upright = False
        if across:
            low, high = self.area.viewRange()[0]
            self.window_shown = (float(low), float(high))
            self.window_moved.emit(self.window_shown)
        self.refresh(HAND_MS)

    def _on_toggled(self, key: Key, shown: bool) -> None:
        (self.hidden.discard if shown else self.hidden.add)(key)
        self.refresh(HAND_MS)

    def _on_emphasised(self, key: Key | None) -> None:
        c = colours_of(self.palette())
        for each, curve in self._curves.items():
            curve.style(c, strong=each == key)

    def _on_log(self, on: bool) -> None:
        self._axes["left"].is_log = on
        self._fits_upright = True
        self._rescale(replace(self.scale, is_log=on))

    def _rescale(self, scale: Scale) -> None:
        self.scale = scale
        for axis in self._axes.values():
            axis.picture = None
            axis.update()
        self.refresh(HAND_MS)

    def _on_hovered(self, x: float | None) -> None:
        self.show_crosshair(x)
        self.pointed.emit(x)

    def _on_stepped(self, steps: int) -> None:
        low, high = self.area.viewRange()[0]
        start = (high if steps < 0 else low) if self._crosshair is None else self._crosshair
        each = (high - low) / max(self.area.width(), 1.0)
        if self.scale.against == "step":
            each = max(each, 1.0)
        self._on_hovered(min(max(start + steps * each, low), high))

    def _read(self) -> None:
        """Tell what the lines are worth at the crosshair."""
        x, shown = self._crosshair, self.shown
        seen = x is not None and bool(shown)
        self._hair.setVisible(seen)
        if x is None or not shown:
            self.readout.hide()
            return
        self._hair.setPos(x)
        title = clock(x) if self.scale.against == "time" else f"step {x:,.0f}"
        inside = self.area.sceneBoundingRect().toRect()
        at = self.area.mapViewToScene(QPointF(x, 0.0)).x()
        self.readout.show_readings(title, [self._reading(line, x) for line in shown], at, inside)
        self.canvas.setAccessibleDescription(self.readout.words)

    def _reading(self, line: Line, x: float) -> Reading:
        index = line.series.near(self.scale.steps(line, x))
        raw = f"{line.series.values[index]:.4g}"
        if self.scale.weight >= 1e-3:
            raw = f"{line.series.smooth_at(index, self.scale.weight):.4g}  ({raw})"
        return Reading(line.label, raw, line.look)

    # Looks

    def _restyle(self) -> None:
        c = colours_of(self.palette())
        self.canvas.setBackground(c.surface)
        for axis in self._axes.values():
            axis.setPen(c.line)
            axis.setTextPen(c.muted)
            axis.setTickFont(self._small())
        self._hair.setPen(pg.mkPen(c.muted, width=1))
        for curve in self._curves.values():
            curve.style(c)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF() - 1.0, 7.0))
        return font

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "legend"):
            self._restyle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._pulse.ask(HAND_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stale = self._stale or self._pulse.is_waiting
        self._pulse.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.empty.setGeometry(self.canvas.rect())
        self.unit_label.adjustSize()
        self.unit_label.move(UNIT // 2, self.canvas.height() - self.unit_label.height() - 1)
        self.refresh(HAND_MS)


def line_end(shown: Sequence[Line]) -> float:
    """The last step of any of them."""
    return max(float(line.series.steps[-1]) for line in shown)

"""A plot that grows while a model is trained: raw lines under smoothed ones, at any zoom, at any length."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.glossary import explained
from explorer.ui.plots.plot_axes import Against, clock, short
from explorer.ui.plots.plot_curve import Curve, Line, Scale
from explorer.ui.plots.plot_face import PlotFace
from explorer.ui.plots.plot_legend import LegendEntry, PlotLegend
from explorer.ui.plots.plot_readout import Reading
from explorer.ui.plots.pulse import DATA_MS, HAND_MS, Pulse
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import column_of, named, row_of, text_label, tool_button

Window = tuple[float, float]
_ROOMY_PX = 50 * UNIT  # wide enough for raw values beside the smoothed ones
_MARGIN = 0.06  # of the height, above and below
_NOTHING = "Nothing to plot yet\nThe numbers appear with the first steps of a run."
_SCORES = {
    "logistic": (
        "Probability of being real",
        "The sigmoid of the critic's mean score. At 1/2 it cannot tell real pictures, x, from made ones, G(z)",
    ),
    "relative": (
        "Scores (only differences count)",
        "Raw scores: this critic scores real pictures above made ones, and the level means nothing",
    ),
    "": (
        "Scores (raw)",
        "Raw scores of the critic: they are not probabilities, and only the gap and how it changes count",
    ),
}
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
        self.hidden: set[str] = set()  # names
        self._hidden_runs: frozenset[str] = frozenset()
        self.scale = Scale()
        self.window_shown: Window | None = None  # None: all, following
        self._fits_upright = True
        self._crosshair: float | None = None
        self._curves: dict[tuple[str, str], Curve] = {}
        self._stale = True
        self._pulse = Pulse(self)
        self._pulse.due.connect(self._draw_if_seen)
        self._build_face()
        self._build_head()
        self._lay_out()
        self.setAccessibleName(f"Plot: {title}")

    # What is shown

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines in place of those before; what was hidden stays so."""
        for curve in self._curves.values():
            curve.remove()
        c = colours_of(self.palette())
        self.lines = tuple(lines)
        self._curves = {line.key: Curve(line, self.face.plotItem, c) for line in self.lines}
        entries = _entries(self.lines)
        self.legend.show_entries(entries, self.hidden)
        said = {
            self.title.lower(),
            self.unit.lower(),
        }  # one line whose name the heading tells needs no legend
        self.legend.set_needed(len(entries) != 1 or entries[0].label.lower() not in said)
        self.refresh()

    def refresh(self, within_ms: int = DATA_MS) -> None:
        """Draw soon what the series have now; at once when it comes into sight, if it is out of sight."""
        self._stale = True
        if self.isVisible():
            self._pulse.ask(within_ms)

    def show_scores(self, scores: str) -> None:
        """Plot what a critic's scores mean: probabilities, with a line at 1/2, where they are ``logistic``."""
        title, tip = _SCORES.get(scores, _SCORES[""])
        self.heading.show_words(title, tip)
        is_probability = scores == "logistic"
        self.log_button.setVisible(not is_probability)
        self.face.show_level(0.5 if is_probability else None)
        if is_probability and self.log_button.isChecked():
            self.log_button.setChecked(False)
        if is_probability != self.scale.is_probability:
            self._fits_upright = True
            self._rescale(replace(self.scale, is_probability=is_probability))

    def set_smoothing(self, weight: float) -> None:
        """Smooth with this weight, 0 (not at all) to below 1."""
        self._rescale(replace(self.scale, weight=weight))

    def set_against(self, against: Against) -> None:
        """Plot against the step or against the time; shows all."""
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

    def hide_runs(self, runs: Collection[str]) -> None:
        """Hide the lines of these runs, and of no others."""
        self._hidden_runs = frozenset(runs)
        self.refresh(HAND_MS)

    def emphasise_run(self, run: str | None) -> None:
        """Let the lines of a run stand out."""
        self._emphasise(lambda line: line.run == run)

    def show_crosshair(self, x: float | None) -> None:
        """Put the crosshair there, or away."""
        self._crosshair = x
        self._read()

    @property
    def shown(self) -> list[Line]:
        """The lines that are not hidden and have something to show."""
        return [
            line
            for line in self.lines
            if line.name not in self.hidden and line.run not in self._hidden_runs and len(line.series)
        ]

    # Building

    def _build_face(self) -> None:
        self.face = named(PlotFace(self), f"{self.title}: plot")
        self.face.area.taken.connect(self._on_taken)
        self.face.area.home_wanted.connect(self.follow)
        self.face.area.menu_wanted.connect(self.menu_wanted)
        self.face.hovered.connect(self._on_hovered)
        self.face.stepped.connect(self._on_stepped)

    def _build_head(self) -> None:
        self.heading = ElidedLabel()  # the names of the lines take the room first
        self.heading.setProperty("role", "heading")
        self.heading.setBuddy(self.face)
        title = f"{self.title} ({self.unit})" if self.unit else self.title
        self.heading.show_words(title, explained(title))
        self.heading.setMinimumHeight(3 * UNIT)
        self.note = text_label(role="small")
        self.note.setMinimumHeight(3 * UNIT)
        self.note.hide()
        self.legend = PlotLegend()
        self.legend.toggled.connect(self._on_toggled)
        self.legend.pointed.connect(lambda name: self._emphasise(lambda line: line.name == name))
        self.log_button = tool_button("log", f"{self.title}: logarithmic axis", "Logarithmic axis", checkable=True)
        self.log_button.toggled.connect(self._on_log)
        self.alone_button = tool_button("fit", f"{self.title}: alone", "Give this plot all the room", checkable=True)
        self.alone_button.toggled.connect(self.alone_wanted)

    def _lay_out(self) -> None:
        head = row_of(self.heading, (self.legend, 1), self.note)
        buttons = row_of(self.log_button, self.alone_button, spacing=0)
        head.addLayout(buttons)
        for part in (self.heading, self.note, buttons):
            head.setAlignment(part, Qt.AlignmentFlag.AlignTop)
        column_of(head, (self.face, 1), on=self, margins=(UNIT, UNIT // 2), spacing=2)

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
            width_px = max(round(self.face.area.width()), 32)
            for line in shown:
                self._curves[line.key].draw(self.scale, *window, width_px)
        self._report(shown)
        self._read()
        self.drawn.emit()

    def _whole(self, shown: list[Line]) -> Window:
        ends = [extent for line in shown if (extent := self.scale.extent(line)) is not None]
        low, high = min(first for first, _ in ends), max(last for _, last in ends)
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def _show_range(self, window: Window, shown: list[Line]) -> None:
        self.face.area.setXRange(*window, padding=0)
        if not self._fits_upright:
            return
        if self.scale.is_probability:
            self.face.area.setYRange(-_MARGIN, 1.0 + _MARGIN, padding=0)
            return
        found = [self.scale.extremes(line, *window) for line in shown]
        lows = [low for low, _ in found if math.isfinite(low)]
        highs = [high for _, high in found if math.isfinite(high)]
        if lows:
            low, high = min(lows), max(highs)
            spare = (high - low) * _MARGIN or abs(high) * 0.1 or 0.5
            self.face.area.setYRange(low - spare, high + spare, padding=0)

    def _report(self, shown: list[Line]) -> None:
        """Say what cannot be seen: what a logarithmic axis leaves out, and the newest values."""
        missing = sum(line.series.unloggable for line in shown) if self.scale.is_log else 0
        self.note.setVisible(missing > 0)
        self.note.setText(f"{missing:,} not above 0")
        self.note.setToolTip("A logarithmic axis has no place for zero and below; these values are left out.")
        newest = [f"{line.label} {short(float(self.scale.told(line.series.values[-1])))}" for line in shown]
        at = f" at step {line_end(shown):,.0f}" if shown else ""
        self.face.setAccessibleDescription(", ".join(newest) + at)
        hidden = any(len(line.series) for line in self.lines)
        self.face.say("" if shown else _ALL_HIDDEN if hidden else _NOTHING)

    # What the hand does

    def _on_taken(self, across: bool, upright: bool) -> None:
        if upright:
            self._fits_upright = False
        if across:
            low, high = self.face.area.viewRange()[0]
            self.window_shown = (float(low), float(high))
            self.window_moved.emit(self.window_shown)
        self.refresh(HAND_MS)

    def _on_toggled(self, name: str, shown: bool) -> None:
        (self.hidden.discard if shown else self.hidden.add)(name)
        self.refresh(HAND_MS)

    def _emphasise(self, is_strong: Callable[[Line], bool]) -> None:
        c = colours_of(self.palette())
        for curve in self._curves.values():
            curve.style(c, strong=is_strong(curve.line))

    def _on_log(self, on: bool) -> None:
        self._fits_upright = True
        self._rescale(replace(self.scale, is_log=on))
        self._draw_if_seen()  # at once: the old range means nothing on the new axis

    def _rescale(self, scale: Scale) -> None:
        self.scale = scale
        self.face.set_axes(scale.against, scale.is_log)
        self.refresh(HAND_MS)

    def _on_hovered(self, x: float | None) -> None:
        self.show_crosshair(x)
        self.pointed.emit(x)

    def _on_stepped(self, steps: int) -> None:
        low, high = self.face.area.viewRange()[0]
        start = (high if steps < 0 else low) if self._crosshair is None else self._crosshair
        each = (high - low) / max(self.face.area.width(), 1.0)
        if self.scale.against == "step":
            each = max(each, 1.0)
        self._on_hovered(min(max(start + steps * each, low), high))

    def _read(self) -> None:
        """Tell what the lines are worth at the crosshair."""
        x, shown = self._crosshair, self.shown
        if x is None or not shown:
            self.face.hide_crosshair()
            return
        title = clock(x) if self.scale.against == "time" else f"step {x:,.0f}"
        readings = [self._reading(line, x) for line in shown]
        self.face.show_crosshair(x, title, readings, self._in_the_way())
        self.face.setAccessibleDescription(self.face.readout.words)

    def _in_the_way(self) -> list[QPointF]:
        """Places on the lines in sight, in pixels of the face: what a table of values had better not hide."""
        (low, high), width = self.face.area.viewRange()[0], 64
        points = []
        for line in self.shown:
            weight = self.scale.weight_for(len(line.series))
            first, last = self.scale.steps(line, low), self.scale.steps(line, high)
            outline = line.series.smooth_outline(first, last, width, weight)
            across, upright = self.scale.across(line, outline.steps), self.scale.upright(outline.values)
            for x, y in zip(across.tolist(), upright.tolist(), strict=True):
                if math.isfinite(y):
                    points.append(self.face.area.mapViewToScene(QPointF(x, y)))
        return points

    def _reading(self, line: Line, x: float) -> Reading:
        index = line.series.near(self.scale.steps(line, x))
        figure = f"{self.scale.told(line.series.values[index]):.4g}"
        if self.scale.smooths:
            weight = self.scale.weight_for(len(line.series))
            smooth = f"{self.scale.told(line.series.smooth_at(index, weight)):.4g}"
            figure = f"{smooth}  ({figure})" if self.width() >= _ROOMY_PX else smooth
        return Reading(line.label, figure, line.look)

    # What Qt tells

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "legend"):
            self.face.restyle()
            self._emphasise(lambda line: False)

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
        self.refresh(HAND_MS)


def line_end(shown: Sequence[Line]) -> float:
    """The last step of any of them."""
    return max(float(line.series.steps[-1]) for line in shown)


def _entries(lines: Sequence[Line]) -> list[LegendEntry]:
    """A legend for these lines: an entry for each name, with the look it has in each run."""
    named: dict[str, list[Line]] = {}
    for line in lines:
        named.setdefault(line.name, []).append(line)
    return [LegendEntry(name, same[0].called, tuple(line.look for line in same)) for name, same in named.items()]

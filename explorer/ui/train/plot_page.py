"""All plots of the runs that are looked at: one under the other, over the same steps, with one crosshair."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from explorer.core.plots.derived_metrics import BOUND, with_bound
from explorer.core.plots.metric_colours import colours_of_names
from explorer.core.plots.metric_groups import SCORES, Group, groups, short_name
from explorer.core.plots.metric_series import MetricSeries, MetricSeriesStore, Rows
from explorer.ui.plots.loss_plot import LossPlot, Window
from explorer.ui.plots.plot_axes import Against
from explorer.ui.plots.plot_curve import Line
from explorer.ui.plots.plot_legend import LegendEntry, PlotLegend
from explorer.ui.plots.plot_look import LineStyle
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.train.plot_controls import PlotControls
from explorer.ui.train.plot_exports import picture_of, write_numbers, write_picture, write_vectors
from explorer.ui.traverse.export_strip import ExportMenu, ExportStrip, Offer
from explorer.ui.widgets.parts import column_of, named

_SMALLEST_PX = 22 * UNIT
_TWO_FROM_PX = 64 * UNIT  # two plots beside each other from this width on


@dataclass(frozen=True)
class PlotRun:
    """A run that is plotted: the key its numbers come with, and what people call it."""

    key: str
    label: str


class PlotPage(QWidget):
    """Plots what `append` brings of the runs that `set_runs` names, grouped by what belongs together.

    Signals
    -------
    menu_wanted(where) : QPoint
        A context menu is asked for at this place of the screen.
    """

    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store = MetricSeriesStore()
        self.runs: tuple[PlotRun, ...] = ()
        self.plots: dict[str, LossPlot] = {}
        self._groups: list[Group] = []
        self._clocks: dict[str, MetricSeries] = {}
        self._scores: dict[str, str] = {}  # what those of each run mean
        self._alone: str | None = None
        self._columns = 1
        self.strip: ExportStrip | None = None
        self.controls = PlotControls()
        self.legend = named(PlotLegend(), "Runs")
        self.legend.setContentsMargins(UNIT, 0, UNIT, 0)
        self.hidden_runs: set[str] = set()
        self._connect()
        self.rows = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self._blank = LossPlot("Losses")
        self._ranks: list[tuple[QSplitter, list[LossPlot]]] = []
        column_of(self.controls, self.legend, (self.rows, 1), on=self, spacing=0)
        self.setAccessibleName("Plots")
        self._place()

    def offer_exports(self, studio: Studio) -> None:
        """Have the button and the context menu offer what can be saved."""
        self.strip = ExportStrip(studio)
        self.menu = ExportMenu(studio, self.offers, self.strip, self)
        self.controls.export.setMenu(self.menu)
        self.menu_wanted.connect(self.menu.popup)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.strip)
        self.controls.export.show()

    def offers(self) -> tuple[Offer, ...]:
        """What can be saved of what is in sight."""
        if not (lines := self.lines()):
            return ()
        for plot in self.plots.values():
            plot.draw()
        labels = {run.key: run.label for run in self.runs}
        title = ", ".join(labels.values())
        name = re.sub(r"[^\w .-]+", "-", self.runs[0].label) if self.runs else "run"
        return (
            Offer("Plots as they are (PNG)", f"{name} plots.png", write_picture(picture_of(self.rows, title))),
            Offer("Plots as they are (SVG)", f"{name} plots.svg", write_vectors(self.rows, title, "svg")),
            Offer("Plots as they are (PDF)", f"{name} plots.pdf", write_vectors(self.rows, title, "pdf")),
            Offer("Numbers of the lines in view (CSV)", f"{name} numbers.csv", write_numbers(lines, labels)),
        )

    def close_work(self) -> None:
        """Cancel what is being saved, and wait until that has ended."""
        if self.strip is not None:
            self.strip.exporter.close()

    def set_runs(self, runs: Sequence[PlotRun]) -> None:
        """Show these runs, whose numbers may be there already or come later; the others are kept out of sight."""
        self.runs = tuple(runs)
        entries = [LegendEntry(run.key, run.label, (LineStyle(number),)) for number, run in enumerate(self.runs)]
        self.legend.show_entries(entries, self.hidden_runs)
        self.legend.setVisible(len(self.runs) > 1)
        self._offer_time()
        self._arrange()

    def append(self, run: str, rows: Mapping[str, Rows], seconds: tuple[ArrayLike, ArrayLike] | None = None) -> None:
        """Put numbers at the end of a run's series.

        Parameters
        ----------
        run : str
            The key of the run.
        rows : mapping of str to (steps, values)
            Rows that go back to earlier steps take the place of those from there on.
        seconds : (steps, seconds) or None
            When these steps were done, in seconds since the run began, for the axis of time.
        """
        if seconds is not None:
            self._clocks.setdefault(run, MetricSeries()).add(*seconds)
            self._offer_time()
        rows = with_bound(rows)
        new = self.store.add(run, rows)
        if any(shown.key == run for shown in self.runs):
            if new:
                self._arrange()
            for plot in self.plots.values():
                if any(line.run == run and line.name in rows for line in plot.lines):
                    plot.refresh()

    def _offer_time(self) -> None:
        self.controls.offer_time(bool(self.runs) and all(self._clocks.get(run.key) for run in self.runs))

    def clear(self, run: str) -> None:
        """Forget all numbers of a run."""
        self.store.drop(run)
        self._clocks.pop(run, None)
        self._arrange()

    def follow(self) -> None:
        """Show all, and what comes."""
        self._move(None)

    def lines(self) -> list[Line]:
        """The lines in sight."""
        return [line for plot in self.plots.values() if self._alone in (None, plot.title) for line in plot.shown]

    # Arranging

    def _connect(self) -> None:
        self.controls.smoothed.connect(self._smooth)
        self.controls.against_chosen.connect(self._plot_against)
        self.controls.follow.clicked.connect(self.follow)
        self.legend.toggled.connect(self._on_toggled)
        self.legend.pointed.connect(self._emphasise)

    def _arrange(self) -> None:
        """Have a plot for each group of names, and in it a line for each run and name."""
        wanted = groups(self.store.of(run.key) for run in self.runs)
        if wanted != self._groups:
            self._groups = wanted
            self._rebuild()
        for group in wanted:
            self.plots[group.title].show_lines(self._lines(group))
        self._mean_scores()

    def show_scores(self, run: str, scores: str) -> None:
        """Have the scores of a run plotted as what they are: ``logistic``, ``relative``, or "" for raw ones."""
        if self._scores.get(run) != scores:
            self._scores[run] = scores
            self._mean_scores()

    def _mean_scores(self) -> None:
        """Scores are probabilities only if they are for each run in sight."""
        plot = self.plots.get(SCORES)
        kinds = {self._scores[run.key] for run in self.runs if run.key in self._scores}
        if plot is not None and kinds:
            plot.show_scores(kinds.pop() if len(kinds) == 1 else "")

    def _lines(self, group: Group) -> list[Line]:
        several = len(self.runs) > 1
        lines: list[Line] = []
        colours = colours_of_names(group.names)
        for number, run in enumerate(self.runs):
            for name in group.names:
                if name in self._told(run, group):
                    own = colours[name]
                    look = LineStyle(number, len(lines)) if several else LineStyle(own, own)
                    called = label = short_name(name)
                    if several:
                        label = f"{run.label}: {label}" if len(group.names) > 1 else run.label
                    series, seconds = (
                        self.store.of(run.key)[name],
                        self._clocks.setdefault(run.key, MetricSeries()),
                    )
                    lines.append(Line(run.key, name, label, called, series, look, seconds))
        return lines

    def _told(self, run: PlotRun, group: Group) -> Mapping[str, MetricSeries]:
        """What a run tells in this plot: the loss of one that has a bound belongs there, and of another not."""
        told = self.store.of(run.key)
        away = "loss" in told and (BOUND in told) != (group.title == "ELBO")
        return {name: series for name, series in told.items() if name != "loss" or not away}

    def _rebuild(self) -> None:
        kept = self.plots
        self.plots = {
            group.title: kept.pop(group.title) if group.title in kept else self._plot(group) for group in self._groups
        }
        for plot in kept.values():
            plot.deleteLater()
        if self._alone not in self.plots:
            self._alone = None
        self._place()

    def _plot(self, group: Group) -> LossPlot:
        plot = LossPlot(group.title, group.unit)
        plot.setMinimumSize(20 * UNIT, _SMALLEST_PX)
        plot.set_smoothing(self.controls.weight)
        plot.set_against(self.controls.against)
        plot.hide_runs(self.hidden_runs)
        plot.window_moved.connect(self._move)
        plot.pointed.connect(self._point)
        plot.menu_wanted.connect(self.menu_wanted)
        plot.alone_wanted.connect(lambda on, title=group.title: self._leave_alone(title if on else None))
        return plot

    def _place(self) -> None:
        """The first plot over the whole width, the others two in a row where there is room."""
        plots = list(self.plots.values())
        self._columns = 2 if self.width() >= _TWO_FROM_PX else 1
        first, others = plots[:1], plots[1:]
        ranks = [first] + [others[i : i + self._columns] for i in range(0, len(others), self._columns)]
        for plot in (*plots, self._blank):
            plot.setParent(None)
        for row, _ in self._ranks:
            row.setParent(None)
            row.deleteLater()
        self._ranks = [(self._row(rank), rank) for rank in (ranks if plots else [[self._blank]])]
        self.rows.setSizes([300, *[200] * (len(self._ranks) - 1)])
        self._show_rows()

    def _row(self, rank: list[LossPlot]) -> QSplitter:
        row = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        for plot in rank:
            row.addWidget(plot)
            plot.setVisible(self._alone in (None, plot.title))
        row.setSizes([100] * len(rank))
        self.rows.addWidget(row)
        return row

    def _show_rows(self) -> None:
        for row, rank in self._ranks:
            row.setVisible(self._alone is None or any(plot.title == self._alone for plot in rank))

    def _leave_alone(self, title: str | None) -> None:
        self._alone = title
        for plot in self.plots.values():
            plot.setVisible(title in (None, plot.title))
        self._show_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.plots and self._columns != (2 if self.width() >= _TWO_FROM_PX else 1):
            self._place()

    # What all plots share

    def _move(self, window: Window | None) -> None:
        for plot in self.plots.values():
            plot.show_window(window)
        self.controls.show_following(window is None)

    def _point(self, x: float | None) -> None:
        for plot in self.plots.values():
            if plot is not self.sender():
                plot.show_crosshair(x)

    def _on_toggled(self, run: str, shown: bool) -> None:
        (self.hidden_runs.discard if shown else self.hidden_runs.add)(run)
        for plot in self.plots.values():
            plot.hide_runs(self.hidden_runs)

    def _emphasise(self, run: str | None) -> None:
        for plot in self.plots.values():
            plot.emphasise_run(run)

    def _smooth(self, weight: float) -> None:
        for plot in self.plots.values():
            plot.set_smoothing(weight)

    def _plot_against(self, against: Against) -> None:
        for plot in self.plots.values():
            plot.set_against(against)
        self.controls.show_following(True)

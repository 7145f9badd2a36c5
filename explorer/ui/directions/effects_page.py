"""The side-effect meter: every direction against every attribute, and a button that measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressBar, QWidget

from explorer.core.directions.verdict import Verdict, verdict
from explorer.session.directions.side_effects import (
    MeasuredEffects,
    Measurement,
    SideEffectMeter,
    csv_text,
    figure_words,
    sentence,
)
from explorer.session.models.opening import OpenModel
from explorer.ui.theme import UNIT
from explorer.ui.widgets.heat_map import HeatMap, HeatTable
from explorer.ui.widgets.parts import STRETCH, choice_box, column_of, named, push_button, row_of, text_label
from explorer.ui.widgets.segments import Segments

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction
    from explorer.core.rendering.scene import Scene

_COUNTS = (64, 256)
_LEGEND = "How much turning each direction up by 1 changes each attribute, on average. Orange: more of it; blue: less."
_PROBABILITY = "Yes/no attributes in percentage points, numbers in their own unit."
_SEEN = "In standard deviations of the prior, as the encoder sees them."
_NOT_YET = ("Not measured yet", "Press Measure to see what else these directions change.")
_MEASURING = ("Measuring …", "Samples are moved along every direction, and what changes is read off their pictures.")
_FULL = 0.25  # of an attribute's range, or of certainty, for one alpha: as colourful as it gets


class EffectsPage(QWidget):
    """A heat map, how to measure it, and how to take it along.

    Signals
    -------
    picked(name) : str
        The user wants to look at this direction.
    failed(error)
    """

    picked = Signal(str)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.controls = QWidget()  # laid out by whoever shows the page
        self.map = named(HeatMap(), "Side effects")
        self.meter = SideEffectMeter(self)
        self._found: dict[bool, MeasuredEffects] = {}  # by whether the directions are locked
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._directions: tuple[Direction, ...] = ()  # those that were measured
        self._subject: tuple[OpenModel, tuple[Direction, ...], Scene] | None = None
        self.way = named(
            Segments(
                [
                    ("As they are", "What the directions change as they are"),
                    ("Independent", "What they would change once made independent of each other"),
                ]
            ),
            "As they are, or made independent",
        )
        counts = [(count, f"{count} samples") for count in _COUNTS]
        count_tip = "How many samples to measure on: more take longer and are more certain"
        self.count = choice_box("How many samples", count_tip, counts)
        order_tip = "Sort directions and attributes by their largest change"
        self.order = choice_box("Order", order_tip, enumerate(("Strongest first", "In their order")))
        self.measure = push_button("Measure", "Move samples along the directions, and read what changes")
        self.copy = push_button("Copy", "Copy all figures with their intervals, to be pasted into a spreadsheet")
        self.save = push_button("Export …", "Save all figures as CSV or JSON")
        self.bar = named(QProgressBar(maximum=1000, textVisible=False), "Progress of the measurement")
        self.words = text_label(_LEGEND, wraps=True)
        self.words.setMinimumHeight(2 * self.words.fontMetrics().lineSpacing())
        self._lay_out()
        self._connect()
        self.forget()

    @property
    def is_busy(self) -> bool:
        """Whether something is being measured."""
        return self.meter.is_busy

    @property
    def found(self) -> MeasuredEffects | None:
        """What is shown."""
        return self._found.get(self.way.index == 1)

    def show_subject(self, model: OpenModel, directions: tuple[Direction, ...], scene: Scene) -> None:
        """What would be measured now; what was measured stays, while it is of the same directions."""
        self._subject = (model, directions, scene)
        self.way.enable(1, len(directions) > 1, "What they would change once made independent of each other")
        if len(directions) < 2:
            self.way.show_index(0)

    def keep_to(self, directions: tuple[Direction, ...]) -> None:
        """Keep what was measured, and go on measuring, where these hold all that it is about; forget it otherwise."""
        asked = self.meter.order.directions if self.meter.order is not None and self.meter.is_wanted else ()
        if not all(any(_is_one(each, other) for other in directions) for each in (*self._directions, *asked)):
            self.forget()

    def verdict_of(self, direction: Direction) -> Verdict:
        """Whether a direction is strong, by what was measured of it as it is, too."""
        found = self._found.get(False)
        return verdict(direction) if found is None else verdict(direction, found.effects, found.scales)

    def forget(self) -> None:
        """Stop measuring, and forget what was measured."""
        self.meter.cancel()
        self._found.clear()
        self._directions = ()
        self._show()

    def begin(self) -> None:
        """Measure, or stop if that is being done."""
        if self.meter.is_busy:
            self.meter.cancel()
        elif self._subject is not None:
            model, directions, scene = self._subject
            count, are_locked = _COUNTS[self.count.currentIndex()], self.way.index == 1
            self.meter.measure(Measurement(model, directions, are_locked, count, scene.label, scene.truncation))

    def close_work(self) -> None:
        """Stop measuring, and wait until that has stopped."""
        self.meter.close()

    def _show(self) -> None:
        found = self.found
        for button in (self.copy, self.save, self.order):
            button.setEnabled(found is not None)
        self._say(-1, -1)
        if found is None:
            self.map.set_empty(*(_MEASURING if self.meter.is_wanted else _NOT_YET))
            self.map.show_table(None)
            return
        effects = found.effects
        shares = effects.slopes / np.array(found.scales)
        self._rows, self._columns = self._sorted(shares)
        self.map.show_table(
            HeatTable(
                tuple(self._row_name(row) for row in self._rows),
                tuple(effects.attributes[column] for column in self._columns),
                shares[np.ix_(self._rows, self._columns)] / _FULL,
                self._figure,
                self._sentence,
            )
        )

    def _sorted(self, shares: np.ndarray) -> tuple[list[int], list[int]]:
        """Rows and columns in the order they are shown; those of the first measurement, so that both compare."""
        first = self._found.get(False)
        if first is not None and first.effects.slopes.shape == shares.shape:
            shares = first.effects.slopes / np.array(first.scales)
        rows, columns = list(range(shares.shape[0])), list(range(shares.shape[1]))
        if self.order.currentIndex() == 0:
            strength = np.nan_to_num(np.abs(shares))
            rows.sort(key=lambda row: -strength[row].max())
            columns.sort(key=lambda column: -strength[:, column].max())
        return rows, columns

    def _row_name(self, row: int) -> str:
        assert self.found is not None
        name, word = self.found.effects.names[row], self.found.verdicts[row].word
        return f"{name}: {word}" if word else name

    def _figure(self, row: int, column: int) -> str:
        assert self.found is not None
        effects, place = self.found.effects, (self._rows[row], self._columns[column])
        return figure_words(float(effects.slopes[place]), effects.yes_no[place[1]])

    def _sentence(self, row: int, column: int) -> str:
        assert self.found is not None
        judged = self.found.verdicts[self._rows[row]]
        grade = f"{judged.sentence} " if judged.word else ""
        return grade + sentence(self.found, self._rows[row], self._columns[column])

    def _say(self, row: int, column: int) -> None:
        self.words.setText(self._sentence(row, column) if row >= 0 else self._legend())

    def _legend(self) -> str:
        if self.found is None:
            return _LEGEND
        effects = self.found.effects
        unit = _PROBABILITY if self.found.by_classifier else _SEEN
        return f"{_LEGEND} {unit} Read by {self.found.reader}, {effects.n} samples."

    def _lay_out(self) -> None:
        row_of(self.way, self.order, self.count, self.measure, STRETCH, self.copy, self.save, on=self.controls)
        foot = column_of(self.bar, self.words, margins=(2 * UNIT, UNIT // 2, 2 * UNIT, UNIT), spacing=None)
        column_of((self.map, 1), foot, on=self, spacing=0)

    def _connect(self) -> None:
        self.measure.clicked.connect(self.begin)
        self.copy.clicked.connect(self._copy)
        self.way.chosen.connect(lambda _index: self._show())
        self.order.currentIndexChanged.connect(lambda _index: self._show())
        self.map.pointed.connect(self._say)
        self.map.picked.connect(lambda row: self.picked.emit(self._base_name(row)))
        self.meter.progressed.connect(self._on_progressed)
        self.meter.measured.connect(self._on_measured)
        self.meter.failed.connect(self.failed)
        self.bar.hide()

    def _base_name(self, row: int) -> str:
        """The direction that a row is about, also where it was measured locked."""
        return self._directions[self._rows[row]].name

    def _copy(self) -> None:
        if self.found is not None:
            QGuiApplication.clipboard().setText(csv_text(self.found, "\t"))

    def _on_progressed(self, share: float) -> None:
        working = share < 1.0
        self.bar.setVisible(working)
        self.bar.setValue(round(1000 * share))
        self.measure.setText("Cancel" if working else "Measure")
        if self.found is None:
            self.map.set_empty(*(_MEASURING if working else _NOT_YET))

    def _on_measured(self, order: Measurement, found: MeasuredEffects) -> None:
        if self._subject is not None and order.model is self._subject[0]:
            if order.directions != self._directions:
                self._found.clear()
            self._directions = order.directions
            self._found[order.are_locked] = found
            self.way.show_index(int(order.are_locked))
            self._show()


def _is_one(one: Direction, other: Direction) -> bool:
    """Whether what was measured of one holds for the other: its span may have become known meanwhile."""
    from explorer.core.directions.direction import are_one_way

    return one is other or (one.name == other.name and are_one_way(one, other))

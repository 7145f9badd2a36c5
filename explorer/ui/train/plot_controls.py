"""What is set for all plots at once: smoothing, the horizontal axis, and whether the newest is followed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from explorer.ui.plots.plot_axes import Against
from explorer.ui.theme import UNIT
from explorer.ui.widgets.flow import Flow
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import named, push_button, row_of, text_label, tool_button
from explorer.ui.widgets.segments import Segments

_DECADES = 3.0  # the slider averages from 1 value to 10 ** 3
_USUAL = 0.5
_TIME = "Plot against the time that was spent on steps"
_AXES: tuple[Against, ...] = ("step", "time")


def weight_at(place: float) -> float:
    """The weight of the smoothing with the slider at ``place``, 0 to 1: about 1000 ** place values are averaged."""
    return 0.0 if place <= 0 else 1.0 - 10.0 ** (-_DECADES * place)


class PlotControls(QWidget):
    """A row of controls.

    Signals
    -------
    smoothed(weight) : float
    against_chosen(against) : "step" or "time"
    """

    smoothed = Signal(float)
    against_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = named(
            Slider(0.0, 1.0, home=_USUAL, step=0.05),
            "Smoothing",
            "How many values the bold lines average; the pale ones are never smoothed",
        )
        self.slider.setMaximumWidth(22 * UNIT)
        self.slider.moved.connect(self._on_moved)
        self.amount = text_label()
        self.amount.setMinimumWidth(self.amount.fontMetrics().horizontalAdvance("1000 values"))
        self.axis = named(Segments([("Step", "Plot against the step"), ("Time", _TIME)]), "Horizontal axis")
        self.axis.enable(1, False, "The times of these runs are not known")
        self.axis.chosen.connect(lambda index: self.against_chosen.emit(_AXES[index]))
        self.follow = push_button("Follow", "Show all steps, and follow new ones (double click on a plot, or 0)")
        self.follow.setEnabled(False)
        self.export: QToolButton = tool_button(
            "export", "Export the plots", "Save the plots as a picture, or their numbers"
        )
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export.hide()
        self._lay_out()
        self._say()

    @property
    def weight(self) -> float:
        """The weight of the smoothing."""
        return weight_at(self.slider.value)

    @property
    def against(self) -> Against:
        """What is plotted against."""
        return _AXES[max(self.axis.index, 0)]

    def offer_time(self, known: bool) -> None:
        """Let the axis of time be chosen, or not where the times of some run are not known."""
        self.axis.enable(1, known, _TIME if known else "The times of these runs are not all known")
        if not known and self.against == "time":
            self.axis.show_index(0)
            self.against_chosen.emit("step")

    def show_following(self, on: bool) -> None:
        """Offer to follow again, or not."""
        self.follow.setEnabled(not on)

    def _lay_out(self) -> None:
        words = QLabel("Smooth")
        words.setBuddy(self.slider)
        self.slider.setMinimumWidth(10 * UNIT)
        smoothing, axis = QWidget(), QWidget()
        row_of(words, (self.slider, 1), self.amount, on=smoothing)
        row_of(self.axis, self.follow, self.export, on=axis)
        inside = QWidget()
        flow = Flow(inside, spacing=UNIT, narrows=False)  # in two rows where there is no room for one
        row_of((inside, 1), on=self, margins=(UNIT, UNIT // 2))
        for part in (smoothing, axis):
            flow.addWidget(part)

    def _on_moved(self, _value: float, _gesture: int) -> None:
        self._say()
        self.smoothed.emit(self.weight)

    def _say(self) -> None:
        values = round(1.0 / (1.0 - self.weight))
        self.amount.setText("off" if values <= 1 else f"{values} values")

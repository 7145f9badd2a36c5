"""How long a run is to be: presets with the times they take on this device, and how the measuring of it goes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from explorer.session.train.speed_trials import SpeedTrial
from explorer.ui.theme import UNIT
from explorer.ui.train.run_words import number_words, time_words
from explorer.ui.widgets.parts import column_of, fill, named, push_button, text_label, tool_button

_TITLES: Final = ("Minutes", "Hour", "Overnight")
_UNKNOWN: Final = "How much fits is measured as soon as pictures are chosen"


class LengthChoice(QWidget):
    """Offers the presets that a trial found, and shows how far a trial is.

    Attributes
    ----------
    measured : SpeedTrial or None
    taken : int or None
        The number of the preset that is set.

    Signals
    -------
    chosen(number) : int
        A run of this length is wanted.
    cancelled()
        Nothing is to be measured after all.
    """

    chosen = Signal(int)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.measured: SpeedTrial | None = None
        self.taken: int | None = None
        self.buttons = [self._button(number, title) for number, title in enumerate(_TITLES)]
        self.bar = named(QProgressBar(maximum=100, textVisible=False), "Progress of the measuring")
        self.cancel = tool_button(
            "close", "Do not measure", "Skip this: the run can be started without it", self._on_cancel
        )
        self.again = push_button(
            "Measure how long it takes",
            "Try a few steps on this device, to know how long a run will take",
            image="history",
        )
        self.words = text_label(role="small", wraps=True)
        self._lay_out()
        self.show_nothing()

    def show_nothing(self, words: str = "") -> None:
        """Offer no preset; ``words`` say why, where that is not plain."""
        self.measured, self.taken = None, None
        self._show(words)

    def show_progress(self, share: float) -> None:
        """Show that it is being measured, and how far that is."""
        self.measured, self.taken = None, None
        self.bar.setRange(0, 100 if share else 0)  # what comes before the first step takes an unknown while
        self.bar.setValue(round(100 * share))
        self._show("Measuring how fast it goes on this device …", measuring=True)

    def show_measured(self, measured: SpeedTrial) -> None:
        """Offer what a trial found."""
        self.measured, self.taken = measured, None
        self._show("")

    def show_taken(self, number: int | None) -> None:
        """Show which preset is set."""
        self.taken = number
        self._mark()

    def show_steps(self, steps: int) -> None:
        """Say how long so many steps take."""
        if self.measured is None:
            return
        rate = f", at {number_words(self.measured.images_per_s)} pictures a second"
        seconds = self.measured.seconds(steps)
        if self.taken is not None:
            preset = self.measured.presets[self.taken]
            seconds, rate = preset.expected_s * steps / preset.steps, ""
            rate = f": {preset.size} × {preset.size}" + (", narrower networks" if preset.settings else "")
        self.words.setText(f"About {time_words(seconds)} on this device{rate}.")
        self.words.show()

    def _show(self, words: str, *, measuring: bool = False) -> None:
        for widget in (self.bar, self.cancel):
            widget.setVisible(measuring)
        self.again.hide()
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self._mark()

    def _mark(self) -> None:
        for number, (button, title) in enumerate(zip(self.buttons, _TITLES, strict=True)):
            found = self.measured.presets[number] if self.measured is not None else None
            button.setEnabled(found is not None)
            time = time_words(found.expected_s) if found is not None else "–"
            button.setText(f"{title}\n{time}")
            button.setAccessibleName(f"{title}, about {time}" if found is not None else title)
            button.setToolTip(found.sentence() if found is not None else _UNKNOWN)
            button.setChecked(number == self.taken)

    def _on_cancel(self) -> None:
        self.show_nothing()
        self.again.show()
        self.cancelled.emit()

    def _on_clicked(self, number: int) -> None:
        self._mark()  # whether it is taken is for the form to say
        self.chosen.emit(number)

    def _button(self, number: int, title: str) -> QPushButton:
        button = push_button(title, clicked=lambda: self._on_clicked(number), checkable=True)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setMinimumHeight(5 * UNIT)
        return button

    def _lay_out(self) -> None:
        row, trial = QHBoxLayout(), QHBoxLayout()
        row.setSpacing(UNIT)
        for button in self.buttons:
            row.addWidget(button, 1)
        trial.setSpacing(UNIT)
        fill(trial, (self.bar, 1), self.cancel)
        column_of(row, self.words, trial, self.again, on=self, spacing=UNIT // 2)

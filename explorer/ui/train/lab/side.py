"""What the lab says beside the plane: what is seen, figures, curves, and which layers are shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.train.lab.plot import LabPlot
from explorer.ui.train.lab.subject import Seen, Subject
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import column_of, named, row_of, text_label, titled
from explorer.ui.widgets.segments import Segments

SIDE_PX: Final = 34 * UNIT


class LabSide(QWidget):
    """Tells what is going on, in numbers.

    Signals
    -------
    layers_wanted(layers) : a value of the subject's layers
    """

    layers_wanted = Signal(object)

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self.caption = text_label(role="muted", wraps=True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.caption.setAccessibleName("What is shown")
        self.values: dict[str, QLabel] = {}
        self.plot = LabPlot(subject.plots)
        self.plots = named(Segments([(spec.title, spec.tip) for spec in subject.plots]), "Curves")
        self.plots.chosen.connect(self.plot.show_plot)
        self.layers = {name: self._switch(name, *words) for name, words in subject.layer_words.items()}
        column_of(
            self._figures(),
            self.plots,
            (self.plot, 1),
            titled("Show"),
            self._switches(),
            *self._morph(),
            self.caption,
            on=self,
            margins=(2 * UNIT, UNIT),
        )

    def show_snapshot(self, seen: Seen) -> None:
        """Tell of ``seen``."""
        for figure in self._subject.figures:
            self.values[figure.name].setText(figure.words(seen))

    def _figures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(UNIT // 4)
        half = (len(self._subject.figures) + 1) // 2
        for index, figure in enumerate(self._subject.figures):
            value = QLabel("–")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setAccessibleName(figure.name)
            label = titled(figure.name, value, "muted")
            for each in (label, value):
                each.setToolTip(figure.tip)
            row, column = index % half, 2 * (index // half)
            grid.addWidget(label, row, column)
            grid.addWidget(value, row, column + 1)
            self.values[figure.name] = value
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    def _switch(self, name: str, words: str, tip: str) -> QCheckBox:
        box = QCheckBox(words)
        box.setToolTip(tip)
        box.setChecked(getattr(self._subject.layers(), name))
        box.toggled.connect(lambda _on: self.layers_wanted.emit(self._chosen()))
        return box

    def _switches(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(UNIT // 2)
        for index, box in enumerate(self.layers.values()):
            grid.addWidget(box, index // 2, index % 2)
        return grid

    def _chosen(self) -> object:
        chosen = {name: box.isChecked() for name, box in self.layers.items()}
        return self._subject.layers(**chosen, **({"morph": self.morph.value} if self._subject.has_flow else {}))

    def _morph(self) -> tuple[QHBoxLayout, ...]:
        """A slider from noise to output, where the subject is a map of noise."""
        if not self._subject.has_flow:
            return ()
        self.morph = named(
            Slider(0.0, 1.0, home=1.0, step=0.05),
            "From noise to output",
            "The generator as a map: on the left the latents as they are drawn, on the right where it puts them",
        )
        self.morph.moved.connect(self._on_morphed)
        return (row_of(text_label("noise", of=self.morph), (self.morph, 1), text_label("output")),)

    def _on_morphed(self, value: float, _gesture: int) -> None:
        self.morph.show_value(value)
        self.layers_wanted.emit(self._chosen())

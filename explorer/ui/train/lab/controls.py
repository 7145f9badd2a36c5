"""The controls of the lab: a preset to begin with, data, and the settings of whom is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout

from explorer.training.learning.knobs import knobs
from explorer.ui.theme import UNIT
from explorer.ui.train.lab.data_choice import DataChoice
from explorer.ui.train.lab.subject import Subject
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.knob_boxes import Box, FloatBox, box_for, connect_box, read_box, show_in_box
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import choice_box, named, push_button, row_of

_OWN: Final = "Your own"
_CHOICE_PX, _NUMBER_PX = 16 * UNIT, 9 * UNIT


class LabControls(Controls):
    """Edits the settings of a subject, a `PlaneConfig` say.

    Signals
    -------
    changed(config) : PlaneConfig or PlaneVAEConfig
        The user changed a setting or chose other data.
    preset_chosen(preset) : LabPreset
    """

    changed = Signal(object)
    preset_chosen = Signal(object)

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self.config: Any = subject.presets[0].config
        self.column.setContentsMargins(2 * UNIT, 2 * UNIT, UNIT, 2 * UNIT)
        self.presets = self._preset_box()
        self.data = DataChoice()
        self.data.chosen.connect(lambda name: self._edit(data=name))
        self.clear = push_button("Clear the drawing", "Remove all the points you drew")
        self.boxes: dict[str, Box] = {}
        self.sliders: dict[str, Slider] = {}
        self.add_title("Start from", self.presets)
        self.add(self.presets)
        self.add_title("Data", self.data)
        self.add(self.data)
        self.add(self.clear)
        self.add_title("Settings")
        self._add_boxes()
        self.column.addStretch(1)
        self.show_config(self.config)

    def show_config(self, config: Any) -> None:
        """Show ``config``, silently."""
        self.config = config
        self.data.show_name(config.data)
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                show_in_box(box, getattr(config, name))
        for name, slider in self.sliders.items():
            slider.show_value(getattr(config, name))
        self.clear.setVisible(config.data == "drawn")
        for name, does_something in self._subject.enabled(config).items():
            self.boxes[name].setEnabled(does_something)
        titles = [preset.title for preset in self._subject.presets if preset.config == config]
        self.presets.setCurrentText(titles[0] if titles else _OWN)

    def _preset_box(self) -> QComboBox:
        presets = self._subject.presets
        tip = f"Settings that show one thing each: how a {self._subject.name} works, and ways it fails"
        choices = [(preset, preset.title, preset.words) for preset in presets]
        box = choice_box("Preset", tip, [*choices, (None, _OWN)])
        box.model().item(len(presets)).setEnabled(False)  # type: ignore[attr-defined]
        box.activated.connect(lambda index: self.preset_chosen.emit(presets[index]))
        return box

    def _add_boxes(self) -> None:
        rows, kind = QVBoxLayout(), type(self.config)
        known, defaults = knobs(kind), kind()
        rows.setSpacing(UNIT // 2)
        for name, words in self._subject.settings.items():
            box = box_for(getattr(defaults, name), known[name])
            anew = "\nThe networks start over." if name in self._subject.anew else ""
            named(box, words, known[name].help + anew)
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.setFixedWidth(_CHOICE_PX if isinstance(box, QComboBox) else _NUMBER_PX)
            connect_box(box, lambda name=name: self._on_edited(name))  # type: ignore[misc]
            label = QLabel(words)
            label.setBuddy(box)
            label.setToolTip(box.toolTip())
            line = row_of(label, box)
            line.setStretch(0, 1)
            rows.addLayout(line)
            self.boxes[name] = box
            if name in self._subject.sliders:
                rows.addWidget(self._slider(name, words, box))
        self.column.addLayout(rows)

    def _slider(self, name: str, words: str, box: Box) -> Slider:
        """A slider that moves what stands in ``box``."""
        assert isinstance(box, FloatBox)
        low, high, home = self._subject.sliders[name]
        slider = named(Slider(low, high, home=home, step=(high - low) / 40, soft=True), words, box.toolTip())
        slider.moved.connect(lambda value, _gesture: box.setValue(min(max(value, box.minimum()), box.maximum())))
        self.sliders[name] = slider
        return slider

    def _on_edited(self, name: str) -> None:
        self._edit(**{name: read_box(self.boxes[name], getattr(type(self.config)(), name))})

    def _edit(self, **changes: object) -> None:
        self.show_config(replace(self.config, **changes))
        self.changed.emit(self.config)

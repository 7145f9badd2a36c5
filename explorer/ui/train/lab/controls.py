"""The controls of the lab: a preset to begin with, data, losses, networks, and how fast each learns."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout

from explorer.training.learning.knobs import knobs
from explorer.training.toy_models.lab_presets import PRESETS
from explorer.training.toy_models.toy_settings import PlaneConfig
from explorer.ui.theme import UNIT
from explorer.ui.train.lab.data_choice import DataChoice
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.knob_boxes import Box, box_for, connect_box, read_box, show_in_box
from explorer.ui.widgets.parts import choice_box, named, push_button, row_of

_OWN: Final = "Your own"
_WORDS: Final = {
    "loss": "Loss",
    "latent": "Latent",
    "critic_rate": "Critic rate",
    "generator_rate": "Generator rate",
    "critic_steps": "Critic updates",
    "generator_steps": "Generator updates",
    "batch_size": "Batch",
    "optimiser": "Optimiser",
    "momentum": "Momentum",
    "penalty": "Penalty",
    "critic_width": "Critic width",
    "generator_width": "Generator width",
}
_CHOICE_PX, _NUMBER_PX = 16 * UNIT, 9 * UNIT
_NETWORKS: Final = ("latent", "optimiser", "momentum", "critic_width", "generator_width")


class LabControls(Controls):
    """Edits a `PlaneConfig`.

    Signals
    -------
    changed(config) : PlaneConfig
        The user changed a setting or chose other data.
    preset_chosen(preset) : Preset
    """

    changed = Signal(object)
    preset_chosen = Signal(object)

    def __init__(self, config: PlaneConfig) -> None:
        super().__init__()
        self.config = config
        self.column.setContentsMargins(2 * UNIT, 2 * UNIT, UNIT, 2 * UNIT)
        self.presets = self._preset_box()
        self.data = DataChoice()
        self.data.chosen.connect(lambda name: self._edit(data=name))
        self.clear = push_button("Clear the drawing", "Remove all the points you drew")
        self.boxes: dict[str, Box] = {}
        self.add_title("Start from", self.presets)
        self.add(self.presets)
        self.add_title("Data", self.data)
        self.add(self.data)
        self.add(self.clear)
        self.add_title("Settings")
        self._add_boxes()
        self.column.addStretch(1)
        self.show_config(config)

    def show_config(self, config: PlaneConfig) -> None:
        """Show ``config``, silently."""
        self.config = config
        self.data.show_name(config.data)
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                show_in_box(box, getattr(config, name))
        self.clear.setVisible(config.data == "drawn")
        self.boxes["penalty"].setEnabled(config.loss in ("wgan-gp", "relativistic"))
        titles = [preset.title for preset in PRESETS if preset.config == config]
        self.presets.setCurrentText(titles[0] if titles else _OWN)

    def _preset_box(self) -> QComboBox:
        tip = "Settings that show one thing each: how a GAN works, and four ways in which it fails"
        choices = [(preset, preset.title, preset.words) for preset in PRESETS]
        box = choice_box("Preset", tip, [*choices, (None, _OWN)])
        box.model().item(len(PRESETS)).setEnabled(False)  # type: ignore[attr-defined]
        box.activated.connect(lambda index: self.preset_chosen.emit(PRESETS[index]))
        return box

    def _add_boxes(self) -> None:
        rows, known, defaults = QVBoxLayout(), knobs(PlaneConfig), PlaneConfig()
        rows.setSpacing(UNIT // 2)
        for name, words in _WORDS.items():
            box = box_for(getattr(defaults, name), known[name])
            anew = "\nThe networks start over." if name in _NETWORKS else ""
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
        self.column.addLayout(rows)

    def _on_edited(self, name: str) -> None:
        self._edit(**{name: read_box(self.boxes[name], getattr(PlaneConfig(), name))})

    def _edit(self, **changes: object) -> None:
        self.show_config(replace(self.config, **changes))  # type: ignore[arg-type]
        self.changed.emit(self.config)

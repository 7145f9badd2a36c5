"""A form drawn from a config class: one row a knob."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSizePolicy, QToolButton, QWidget

from explorer.training.learning.knobs import Knob, knobs
from explorer.ui.theme import UNIT
from explorer.ui.widgets.growing import grow_width
from explorer.ui.widgets.numbers.knob_boxes import Box, box_for, connect_box, read_box, show_in_box
from explorer.ui.widgets.parts import named, text_label, tool_button

_SHORT = {"ema": "EMA", "kl": "KL", "r1": "R1", "gp": "GP", "beta1": "beta 1", "beta2": "beta 2"}


class ConfigForm(QWidget):
    """Edits any config dataclass whose fields are knobs.

    Signals
    -------
    changed()
        The user changed a setting; `value` has it.
    """

    changed = Signal()

    def __init__(self, config: type, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config = config
        self._defaults = config()
        self.boxes: dict[str, Box] = {}
        self.resets: dict[str, QToolButton] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(UNIT)
        layout.setVerticalSpacing(UNIT // 2)
        layout.setColumnStretch(0, 1)
        for name, knob in knobs(config).items():
            self._add_row(layout, name, knob)
        layout.setRowStretch(layout.rowCount(), 1)

    def value(self) -> Any:
        """What the form says, as an instance of the config class."""
        return self._config(**{name: read_box(box, getattr(self._defaults, name)) for name, box in self.boxes.items()})

    def show_value(self, config: Any) -> None:
        """Show the settings of ``config``, silently."""
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                show_in_box(box, getattr(config, name))
            self._mark(name)

    def reset(self) -> None:
        """Put every setting back to its default."""
        before = self.value()
        self.show_value(self._defaults)
        if self.value() != before:
            self.changed.emit()

    def _add_row(self, layout: QGridLayout, name: str, knob: Knob) -> None:
        title = _title(name)
        box = box_for(getattr(self._defaults, name), knob)
        named(box, title)
        box.setAccessibleDescription(knob.help)
        box.setToolTip(_tip(getattr(self._defaults, name), knob))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.installEventFilter(self)
        if not isinstance(box, QCheckBox):
            grow_width(box, 14 * UNIT)
        label = QLabel(f"{title} ({knob.unit.strip()})" if knob.unit else title)
        label.setBuddy(box)
        label.setToolTip(box.toolTip())
        self.boxes[name], self.resets[name] = box, self._reset_button(name, title)
        row = layout.rowCount()
        layout.addWidget(label, row, 0)
        layout.addWidget(box, row, 1, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self.resets[name], row, 2)
        layout.addWidget(text_label(knob.help, "small", wraps=True), row + 1, 0, 1, 2)
        layout.setRowMinimumHeight(row + 2, UNIT // 2)
        connect_box(box, lambda: self._edited(name))
        self._mark(name)

    def _reset_button(self, name: str, title: str) -> QToolButton:
        button = tool_button(
            "reset",
            f"Reset {title}",
            f"Back to the default, {_words(getattr(self._defaults, name))}",
            lambda: show_in_box(self.boxes[name], getattr(self._defaults, name)),
        )
        policy = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)
        button.setSizePolicy(policy)
        return button

    def _edited(self, name: str) -> None:
        self._mark(name)
        self.changed.emit()

    def _mark(self, name: str) -> None:
        default = getattr(self._defaults, name)
        self.resets[name].setVisible(read_box(self.boxes[name], default) != default)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()  # the wheel scrolls the form, and changes only what has the keyboard
            return True
        return super().eventFilter(watched, event)


def _title(name: str) -> str:
    """What a field is called: ``ema_half_life`` is EMA half life."""
    words = [_SHORT.get(word, word) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _tip(default: Any, knob: Knob) -> str:
    if isinstance(default, bool | str):
        return knob.help
    return f"{knob.help}\nFrom {knob.low:g} to {knob.high:g}; default {_words(default)}."


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)

"""The box that suits one knob: numbers, switches, choices, text."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from explorer.training.learning.knobs import Knob

_LARGEST_C_INT = 2**31 - 1
_DECIMALS = 12
_TINY = 1e-4  # what is smaller would be little but zeros in a box of a few letters

Box = QSpinBox | QDoubleSpinBox | QCheckBox | QComboBox | QLineEdit


class FloatBox(QDoubleSpinBox):
    """A number of any size: without needless zeros, tiny ones as 2e-06, stepped by a tenth of its leading digit."""

    def __init__(self, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(_DECIMALS)
        self.setRange(low, high)
        self.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)

    def textFromValue(self, value: float) -> str:
        if 0 < abs(value) < _TINY:
            return repr(value)
        text = f"{Decimal(repr(value)):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def valueFromText(self, text: str) -> float:
        return float(text.replace(",", "."))

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            begun = set(text) <= set("0123456789.,eE+-")
            return (QValidator.State.Intermediate if begun else QValidator.State.Invalid, text, position)
        inside = self.minimum() <= value <= self.maximum()
        return (QValidator.State.Acceptable if inside else QValidator.State.Intermediate, text, position)


class WholeBox(QDoubleSpinBox):
    """A whole number that may be larger than a C int."""

    def __init__(self, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(0)
        self.setRange(low, high)


def box_for(default: Any, knob: Knob) -> Box:
    """A box that edits what ``knob`` describes and shows ``default``."""
    box = _box(default, knob)
    show_in_box(box, default)
    return box


def _box(default: Any, knob: Knob) -> Box:
    if isinstance(default, bool):
        return QCheckBox()
    if isinstance(default, str):
        if not knob.choices:
            return QLineEdit()
        chooser = QComboBox()
        chooser.addItems(list(knob.choices))
        return chooser
    if isinstance(default, float):
        return FloatBox(knob.low, knob.high)
    if max(abs(knob.low), abs(knob.high)) > _LARGEST_C_INT:
        return WholeBox(knob.low, knob.high)
    whole = QSpinBox()
    whole.setRange(int(knob.low), int(knob.high))
    whole.setStepType(
        QSpinBox.StepType.AdaptiveDecimalStepType if knob.high > 1000 else QSpinBox.StepType.DefaultStepType
    )
    return whole


def read_box(box: Box, default: Any) -> Any:
    """What stands in ``box``, of the type of ``default``."""
    if isinstance(box, QCheckBox):
        return box.isChecked()
    if isinstance(box, QComboBox):
        return box.currentText()
    if isinstance(box, QLineEdit):
        return box.text()
    return type(default)(box.value())


def show_in_box(box: Box, value: Any) -> None:
    """Put ``value`` into ``box``, which announces it as if it had been typed."""
    if isinstance(box, QCheckBox):
        box.setChecked(value)
    elif isinstance(box, QComboBox):
        box.setCurrentText(value)
    elif isinstance(box, QLineEdit):
        box.setText(value)
    else:
        box.setValue(value)


def connect_box(box: Box, changed: Callable[[], None]) -> None:
    """Call ``changed`` whenever ``box`` holds another value."""
    signal = (
        box.toggled if isinstance(box, QCheckBox)
        else box.currentTextChanged if isinstance(box, QComboBox)
        else box.textChanged if isinstance(box, QLineEdit)
        else box.valueChanged
    )  # fmt: skip
    signal.connect(lambda *_: changed())

"""A form drawn from a config class: one row a knob."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


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
        self.boxes: dict[str, QWidget] = {}

    def value(self) -> Any:
        """What the form says, as an instance of the config class."""
        return self._config()

    def show_value(self, config: Any) -> None:
        """Show the settings of ``config``, silently."""

    def reset(self) -> None:
        """Put every setting back to its default."""

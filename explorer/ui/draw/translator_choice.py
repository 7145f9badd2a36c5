"""Chooses the translator of the panel: one that came with the program, one that was opened, or another file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox

from explorer.session.models.catalog import Catalog
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.widgets.asking import ask_file
from explorer.ui.widgets.parts import named
from explorer.ui.window.model_button import preview_icon

_KINDS = "Models from picture to picture (*.onnx);;All files (*)"
_OTHER = "Open another …"


class TranslatorChoice(QComboBox):
    """Shows which translator is open.

    Signals
    -------
    chosen(path) : Path
        The user wants this one.
    """

    chosen = Signal(object)

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog
        self._paths: list[Path] = []
        self._open = -1
        named(self, "Translator", "The model that answers what you draw")
        self.setIconSize(QSize(3 * UNIT, 3 * UNIT))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self.activated.connect(self._on_activated)
        self.show_open(None)

    def show_open(self, path: Path | None) -> None:
        """Offer what is at hand, and show which of it is open."""
        entries = self._catalog.translators()
        self._paths = [entry.path for entry in entries]
        self.clear()
        for entry in entries:
            self.addItem(preview_icon(entry), entry.name)
        if path is not None and path not in self._paths:
            self._paths.append(path)
            self.addItem(icon("model"), path.stem)
        self.addItem(icon("open"), _OTHER)
        self._open = -1 if path is None else self._paths.index(path)
        self.setCurrentIndex(self._open)

    def _on_activated(self, index: int) -> None:
        self.setCurrentIndex(self._open)
        path = self._paths[index] if index < len(self._paths) else ask_file(self, "Open a translator", _KINDS)
        if path is not None:
            self.chosen.emit(path)

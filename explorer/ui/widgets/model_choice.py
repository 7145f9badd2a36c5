"""Chooses the model of a panel that has its own: one that came with the program, was opened, or is in a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox

from explorer.session.models.catalog import CatalogEntry
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.widgets.asking import ask_file
from explorer.ui.widgets.parts import named
from explorer.ui.window.model_button import preview_icon

_OTHER = "Open another …"
_USUAL, _FEWEST = 18, 8  # letters of a name


class ModelChoice(QComboBox):
    """Shows which model is open.

    Parameters
    ----------
    at_hand : callable
        Gives the models to offer.
    name, tip : str
        What it is, and what it is for.
    kinds : str
        What a dialog offers where another file is asked for.

    Signals
    -------
    chosen(path) : Path
        The user wants this one.
    """

    chosen = Signal(object)

    def __init__(self, at_hand: Callable[[], Sequence[CatalogEntry]], name: str, tip: str, kinds: str) -> None:
        super().__init__()
        self._at_hand, self._name, self._kinds = at_hand, name, kinds
        self._paths: list[Path] = []
        self._open = -1
        named(self, name, tip)
        self.setIconSize(QSize(3 * UNIT, 3 * UNIT))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_USUAL)
        self.activated.connect(self._on_activated)
        self.show_open(None)

    def minimumSizeHint(self) -> QSize:
        """Room for the shorter names: beside a lesson, a small window has no more."""
        usual = super().minimumSizeHint()
        return QSize(usual.width() - (_USUAL - _FEWEST) * self.fontMetrics().averageCharWidth(), usual.height())

    def show_open(self, path: Path | None) -> None:
        """Offer what is at hand, and show which of it is open."""
        entries = self._at_hand()
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
        if index < len(self._paths):
            self.chosen.emit(self._paths[index])
        else:
            self.ask()

    def ask(self) -> None:
        """Ask for a file."""
        path = ask_file(self, f"Open a {self._name.lower()}", self._kinds)
        if path is not None:
            self.chosen.emit(path)

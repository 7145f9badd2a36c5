"""Chooses where real pictures come from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from explorer.session.traverse.map_pictures import PORTRAITS
from explorer.ui.theme import UNIT

_FILES = "Pictures (*.zip *.npz *.npy *.gz *ubyte* *.idx);;All files (*)"


class SourceButton(QPushButton):
    """Shows a source of pictures; its menu offers others.

    Signals
    -------
    chosen(source) : str
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = ""
        self.setAccessibleName("Real pictures")
        menu = QMenu(self)
        menu.addAction("Portraits (built in)", lambda: self._choose(PORTRAITS))
        menu.addAction("A folder …", self.ask_folder)
        menu.addAction("A zip, IDX or npz file …", self.ask_file)
        self.setMenu(menu)
        self.show_source("")

    def show_source(self, source: str) -> None:
        """Show another source; "" where there is none yet."""
        self.source = source
        name = {"": "Choose …", PORTRAITS: "Portraits (built in)"}.get(source) or Path(source).name
        middle = Qt.TextElideMode.ElideMiddle
        self.setText(self.fontMetrics().elidedText(name, middle, 24 * UNIT))
        self.setToolTip(
            "Where real pictures come from: the kind that the model learned from"
            if source in ("", PORTRAITS)
            else source
        )

    def ask_folder(self) -> None:
        """Ask for a folder of pictures."""
        chosen = QFileDialog.getExistingDirectory(self.window(), "A folder of real pictures", self._folder())
        if chosen:
            self._choose(chosen)

    def ask_file(self) -> None:
        """Ask for a file that holds pictures."""
        chosen, _ = QFileDialog.getOpenFileName(
            self.window(), "A file of real pictures", self._folder(), _FILES
        )
        if chosen:
            self._choose(chosen)

    def _choose(self, source: str) -> None:
        self.show_source(source)
        self.chosen.emit(source)

    def _folder(self) -> str:
        return str(Path(self.source).parent) if self.source not in ("", PORTRAITS) else ""

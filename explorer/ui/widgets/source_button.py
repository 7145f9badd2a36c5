"""Chooses where pictures come from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from explorer.session.traverse.map_pictures import PORTRAITS, Source
from explorer.ui.theme import UNIT
from explorer.ui.widgets.asking import ask_file, ask_folder

ARCHIVES = "Pictures in one file (*.zip *.tar *.tgz *.gz *.bz2 *.xz *.npz *.npy *.parquet *ubyte* *.idx);;All files (*)"
"""What a dialog offers where pictures in one file are asked for."""

_FITTING = "Portraits (built in)"
_UNLIKE = "Portraits (built in; drawings, unlike what this model learned from)"


class SourceButton(QPushButton):
    """Shows a source of pictures; its menu offers others.

    Parameters
    ----------
    name : str
        What the pictures are, such as "Real pictures".
    tip : str
        Shown where the name of the source says all.
    portraits : str
        What the built-in portraits are called.

    Signals
    -------
    chosen(source) : Path or str
    """

    chosen = Signal(object)

    def __init__(self, name: str, tip: str, *, portraits: str = "Portraits", width_px: int = 20 * UNIT) -> None:
        super().__init__()
        self.source: Source = ""
        self._tip, self._width_px = tip, width_px
        self._titles = {PORTRAITS: portraits}  # of sources that are no files
        self.setAccessibleName(name)
        menu = QMenu(self)
        self._drawn = menu.addAction(_FITTING, lambda: self._choose(PORTRAITS))
        menu.addAction("A folder …", self.ask_folder)
        menu.addAction("A zip, tar, IDX or npz file …", self.ask_file)
        self.setMenu(menu)
        self.show_source("")

    def offer(self, title: str, source: str) -> None:
        """Offer another source by a name of its own, above files and folders."""
        self._titles[source] = title
        before = self.menu().actions()[len(self._titles) - 1]
        self.menu().insertAction(before, self.menu().addAction(title, lambda: self._choose(source)))

    def show_source(self, source: Source) -> None:
        """Show another source; "" where there is none yet."""
        self.source = source
        name = {"": "Choose …", **self._titles}.get(str(source)) or Path(source).name
        middle = Qt.TextElideMode.ElideMiddle
        self.setText(self.fontMetrics().elidedText(name, middle, self._width_px))
        self.setToolTip(self._tip if source in ("", *self._titles) else str(source))

    def say_fitting(self, fits: bool) -> None:
        """Say whether the built-in portraits, which are drawings, are like what the open model draws."""
        self._drawn.setText(_FITTING if fits else _UNLIKE)

    def ask_folder(self) -> None:
        """Ask for a folder of pictures."""
        self._choose(ask_folder(self, "A folder of pictures", self._folder()))

    def ask_file(self) -> None:
        """Ask for a file that holds pictures."""
        self._choose(ask_file(self, "A file of pictures", ARCHIVES, self._folder()))

    def _choose(self, source: Source | None) -> None:
        if source is not None:
            self.show_source(source)
            self.chosen.emit(source)

    def _folder(self) -> str:
        if self.source in ("", *self._titles):
            return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        return str(Path(self.source).parent)

"""What is taken for granted of pictures, each of it open to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from explorer.ui.theme import UNIT

_FOUND = "As found"
_CHOICES = {
    "alpha": ("Transparent parts", (("white", "White"), ("black", "Black"), ("none", "Without alpha"))),
    "colour": ("Colour", (("yes", "Colour"), ("no", "Grey"))),
    "align": ("Line up", (("faces", "Faces, by their eyes"), ("no", "Nothing"))),
    "half": ("Side by side", (("left", "The left one"), ("right", "The right one"), ("no", "One picture each"))),
    "pages": ("Pages", (("first", "The first of each file"), ("all", "All"))),
    "parts": ("Parts", (("all", "All"), ("train", "Train"), ("val", "Validation"), ("test", "Test"))),
}
_WORDS = {
    "range": ("Black to white", "Which values are black and white, such as 0..4095"),
    "key": ("File names in", "The column of the label file that names the pictures"),
    "classes": ("Classes from", "no, folders, own, or the column of the label file that holds them"),
}

_NONE = {"range": "", "key": "No label file", "classes": "No classes"}


class AssumptionForm(QWidget):
    """A field for each assumption; empty, or *As found*, where it is to be found out.

    Signals
    -------
    changed(stated) : dict of str to str
        The user states these, and no others.
    """

    changed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stated: dict[str, str] = {}
        self.lines: dict[str, QLineEdit] = {}
        self.boxes: dict[str, QComboBox] = {}
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(UNIT // 2)
        for name, (title, tip) in _WORDS.items():
            line = self.lines[name] = QLineEdit()
            line.setToolTip(tip)
            line.editingFinished.connect(self._on_edited)
            self._add(rows, title, line)
        for name, (title, choices) in _CHOICES.items():
            box = self.boxes[name] = QComboBox()
            for value, words in (("", _FOUND), *choices):
                box.addItem(words, value)
            box.activated.connect(lambda _index: self._on_edited())
            self._add(rows, title, box)

    def show_assumed(self, stated: Mapping[str, str], found: Sequence[str]) -> None:
        """Show what is stated, and behind it what was found: ``range=0..4095 (12 bits)``; silently."""
        self._stated = dict(stated)
        told = dict(word.split("=", 1) for word in found)
        for name, line in self.lines.items():
            line.setText(stated.get(name, ""))
            said = told.get(name, "")
            line.setPlaceholderText(_NONE[name] if said in ("", "no") else said)
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(stated.get(name, ""))))

    def stated(self) -> dict[str, str]:
        """What the fields state."""
        lines = {name: line.text().strip() for name, line in self.lines.items()}
        boxes = {name: str(box.currentData()) for name, box in self.boxes.items()}
        return {name: value for name, value in (lines | boxes).items() if value}

    def _add(self, rows: QFormLayout, title: str, field: QWidget) -> None:
        field.setAccessibleName(title)
        rows.addRow(title, field)

    def _on_edited(self) -> None:
        stated = self.stated()
        if stated != self._stated:
            self._stated = stated
            self.changed.emit(stated)

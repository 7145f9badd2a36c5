"""How a picture is to be saved: its name, its kind and its size."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QWidget

from explorer.core.digits import whole_number
from explorer.core.files import free_name
from explorer.core.problem import Problem
from explorer.core.rendering.saved_pictures import Enlargement
from explorer.session.settings import Settings
from explorer.ui.theme import UNIT
from explorer.ui.widgets.asking import ask_folder
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import choice_box, column_of, named, push_button, row_of, text_label
from explorer.ui.widgets.segments import Segments

_PICTURES = (
    (".png", "PNG", "Every pixel as it is; carries the scene, so that it can be opened here again"),
    (".jpg", "JPEG", "Smaller; for slides and the web"),
    (".webp", "WebP", "Smallest; for the web"),
)
_SCALES = (1, 2, 4, 8, 16)
_WIDTH = 0  # in the place of a scale: a width of the user's own


class SaveDialog(QDialog):
    """Asks for all of it, begins with what was chosen last, and never takes a name that is taken.

    Parameters
    ----------
    settings : Settings
    parent : QWidget
    stem : str
        What the file is called at first, without its ending.
    size : (int, int)
        Height and width of the picture.

    Signals
    -------
    chosen(path, enlargement) : Path, Enlargement
    """

    chosen = Signal(object, object)
    TITLE: ClassVar[str] = "Save picture"
    KINDS: ClassVar[tuple[tuple[str, str, str], ...]] = _PICTURES  # ending, name, tip
    REMEMBERED: ClassVar[str] = "save"  # what its choices are kept under

    def __init__(self, settings: Settings, parent: QWidget, stem: str, size: tuple[int, int]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.TITLE)
        self._settings, self._size = settings, size
        self._place = settings.save_folder or Path.home()
        self.name = named(QLineEdit(stem), "Name", "A name that is taken gets a number")
        self.folder = push_button("", "Save in another folder", self._ask_folder, image="folder")
        self.kind = named(Segments([(words, tip) for _, words, tip in self.KINDS]), "Kind of file")
        self.scale = choice_box("Size", "How large the picture is saved", self._sizes(), lambda _index: self._show())
        self.width_px = number_box("Width in pixels", "The height follows", 1, 16_383, size[1], width_px=9 * UNIT)
        self.words = text_label(wraps=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._restore()
        self._lay_out()
        self._connect()
        self._show()
        self.name.selectAll()

    @property
    def path(self) -> Path:
        """Where it would be saved now; a name that is free."""
        ending = self.KINDS[self.kind.index][0]
        name = self.name.text().strip()
        name = name[: -len(ending)] if name.lower().endswith(ending) else name
        return free_name(self._place / f"{name}{ending}")

    @property
    def enlargement(self) -> Enlargement:
        """How large."""
        scale, smooth = self.scale.currentData(), self._settings.smooth
        return (
            Enlargement(width_px=int(self.width_px.value), smooth=smooth)
            if scale == _WIDTH
            else Enlargement(float(scale), smooth=smooth)
        )

    def accept(self) -> None:
        """Hand on what was chosen, and remember it."""
        settings, path = self._settings, self.path
        settings.save_folder = self._place
        settings.remember_choice(f"{self.REMEMBERED}_kind", self.KINDS[self.kind.index][0])
        settings.remember_choice(f"{self.REMEMBERED}_scale", str(self.scale.currentData()))
        settings.remember_choice(f"{self.REMEMBERED}_width", str(int(self.width_px.value)))
        super().accept()
        self.chosen.emit(path, self.enlargement)

    def _sizes(self) -> list[tuple[int, str]]:
        height, width = self._size
        scales = [(scale, f"{scale}×   {width * scale} × {height * scale}") for scale in _SCALES]
        return [*scales, (_WIDTH, "Another width")]

    def _restore(self) -> None:
        endings = [ending for ending, *_ in self.KINDS]
        last = self._settings.choice(f"{self.REMEMBERED}_kind")
        self.kind.show_index(endings.index(last) if last in endings else 0)
        self.scale.setCurrentIndex(
            max(self.scale.findData(whole_number(self._settings.choice(f"{self.REMEMBERED}_scale"))), 0)
        )
        self.width_px.show_value(whole_number(self._settings.choice(f"{self.REMEMBERED}_width")) or self._size[1])

    def _connect(self) -> None:
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.name.textChanged.connect(lambda _text: self._show())
        self.kind.chosen.connect(lambda _index: self._show())
        self.width_px.edited.connect(lambda _value, _gesture: self._show())

    def _show(self) -> None:
        """Show what would be saved, or why it cannot be."""
        self.folder.setText(self.fontMetrics().elidedText(str(self._place), Qt.TextElideMode.ElideMiddle, 36 * UNIT))
        self.width_px.setVisible(self.scale.currentData() == _WIDTH)
        problem = ""
        try:
            height, width = self.enlargement.size(*self._size)
        except Problem as found:
            problem = f"{found.what} {found.hint}"
        if not self.name.text().strip() or {"/", "\\"} & set(self.name.text()):
            problem = "Write a name without slashes."
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(not problem)
        self.words.setText(problem or self._said(width, height))

    def _said(self, width: int, height: int) -> str:
        return f"{self.path.name},  {width} × {height} pixels"

    def _ask_folder(self) -> None:
        chosen = ask_folder(self, "Save in", self._place)
        if chosen is not None:
            self._place = chosen
            self._show()

    def _lay_out(self) -> None:
        self.form = form = QFormLayout()
        form.setHorizontalSpacing(2 * UNIT)
        form.setVerticalSpacing(UNIT)
        form.addRow("Name", self.name)
        form.addRow("Folder", self.folder)
        form.addRow("Kind", self.kind)
        form.addRow("Size", row_of(self.scale, self.width_px))
        self.name.setMinimumWidth(44 * UNIT)
        column_of(form, self.words, self.buttons, on=self, margins=2 * UNIT, spacing=2 * UNIT)

"""The pictures that a run would learn from: the first of them, how many there are, and what was left out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QListWidget, QProgressBar, QWidget

from explorer.core.problem import Problem
from explorer.session.train.training_pictures import DataSummary
from explorer.ui.theme import UNIT
from explorer.ui.train.assumption_form import AssumptionForm
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.fold import Fold
from explorer.ui.widgets.parts import (
    STRETCH,
    column_of,
    fill,
    named,
    pages_of,
    push_button,
    row_of,
    scrolled,
    text_label,
)
from explorer.ui.widgets.picture_view import PictureView

_COLUMNS = 8
_FORM_PX, _LEAST_PICTURE_PX = 60 * UNIT, 14 * UNIT
_FEW_CLASSES = 12
_MOST_TO_CHOOSE = 3000


class DataPreview(QWidget):
    """Shows what is known of a source of pictures.

    Signals
    -------
    folder_wanted(), file_wanted(), portraits_wanted()
        The user would like to choose pictures.
    cancelled()
        The pictures are not to be opened after all.
    assumed(stated) : dict of str to str
        This is to be taken for granted, and nothing else.
    left_out(names) : tuple of str
        These pictures are not to be used, and all others are.
    """

    folder_wanted = Signal()
    file_wanted = Signal()
    portraits_wanted = Signal()
    cancelled = Signal()
    assumed = Signal(dict)
    left_out = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = named(PictureView(), "The first 64 pictures")
        self.picture.setMinimumHeight(_LEAST_PICTURE_PX)
        self.summary, self.details = text_label(role="heading", wraps=True), text_label(role="muted", wraps=True)
        self.assumptions, self.warnings = text_label(role="small", wraps=True), text_label(role="heading", wraps=True)
        self.skipped = named(QListWidget(), "Files that were left out")
        self.skipped.setMaximumHeight(16 * UNIT)
        self.fold = Fold("Left out", "The files that cannot be used, and why", self.skipped)
        self.form = AssumptionForm()
        self.form.setMaximumWidth(_FORM_PX)
        self.form.changed.connect(self.assumed)
        self.form_fold = Fold("Assumptions …", "Change what is assumed about the pictures", self.form)
        self.choose = push_button(
            "Leave pictures out …", "See all, near-doubles first, and untick some", self._choose, image="picture"
        )
        self.doubles = text_label(role="small", wraps=True)
        self._data: DataSummary | None = None
        self.bar = named(QProgressBar(textVisible=False), "Opening the pictures")
        self.opening = QLabel("Opening the pictures …")
        self.cancel = push_button("Cancel", clicked=self.cancelled)
        self.empty = EmptyState(
            "picture",
            "Choose pictures to learn from",
            "A folder of pictures, a zip or tar, an IDX, npz or Parquet file: drop it here. A thousand pictures of one "
            "kind make a start. Or take Portraits, which are painted here.",
            [
                push_button("Folder …", clicked=self.folder_wanted, image="folder"),
                push_button("File …", clicked=self.file_wanted, image="open"),
                push_button("Portraits", clicked=self.portraits_wanted, image="picture"),
            ],
        )
        self._lay_out()

    def show_nothing(self) -> None:
        """Ask for pictures."""
        self.pages.setCurrentIndex(0)

    def show_problem(self, problem: Problem) -> None:
        """Say why a source is of no use."""
        self.empty.say(problem.what, problem.hint)
        self.pages.setCurrentIndex(0)

    def show_opening(self, done: int, total: int) -> None:
        """Show how far the opening is; 0 of 0 where that is not known yet."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.opening.setText(f"Opening the pictures … {done:,} of {total:,}" if total else "Looking for pictures …")
        self.pages.setCurrentIndex(1)

    def show_summary(self, data: DataSummary) -> None:
        """Show the pictures and what is known of them."""
        from explorer.core.rendering.picture_files import sheet

        self._data = data
        self.choose.setVisible(len(data.whole) == data.count + len(data.request.left_out) <= _MOST_TO_CHOOSE)
        self.doubles.setText(_doubles_words(data))
        self.doubles.setVisible(bool(self.doubles.text()))
        columns = min(_COLUMNS, len(data.shown))
        self.picture.show_picture(sheet(data.shown, columns, 2))
        size = data.request.size
        colour = "grey" if data.channels == 1 else "colour"
        many = "1 picture" if data.count == 1 else f"{data.count:,} pictures"
        self.summary.setText(f"{many} · {size} × {size} · {colour}")
        self.details.setText("\n".join(_details(data)))
        self.details.setVisible(bool(self.details.text()))
        self.assumptions.setText(data.report.assumptions())
        self.warnings.setText("\n".join(data.report.warnings))
        self.warnings.setVisible(bool(data.report.warnings))
        self.form.show_assumed(dict(data.request.assume), data.report.assumed)
        self.skipped.clear()
        self.skipped.addItems([f"{name}: {reason}" for name, reason in data.report.examples])
        count = sum(data.report.skipped.values())
        self.fold.setVisible(count > 0)
        self.fold.button.setText(f"{count:,} left out")
        self.pages.setCurrentIndex(2)

    def _choose(self) -> None:
        from explorer.ui.train.choosing.picture_choice import PictureChoice

        assert self._data is not None
        whole = self._data.whole
        dialog = PictureChoice(whole.pictures, whole.names, self._data.request.left_out, self._data.doubles, self)
        dialog.chosen.connect(self.left_out)
        dialog.open()

    def _lay_out(self) -> None:
        working, found = QWidget(), QWidget()
        middle = column_of(STRETCH, self.opening, self.bar, on=working, margins=(8 * UNIT, 0), spacing=None)
        row = row_of(STRETCH, self.cancel, STRETCH, spacing=None)
        fill(middle, row, STRETCH)
        choose = row_of(self.choose, STRETCH)
        told = (self.summary, self.details, self.assumptions, self.warnings, self.form_fold, self.doubles, choose)
        column_of(*told, (self.picture, 1), self.fold, on=found, margins=2 * UNIT)
        self.pages = pages_of(self.empty, working, scrolled(found, name="What the data is"))
        column_of(self.pages, on=self, spacing=None)


def _doubles_words(data: DataSummary) -> str:
    """How many are nearly the same as another, and how many are left out by hand."""
    gone = frozenset(data.request.left_out)
    doubles = sum(data.whole.names[at] not in gone for at in data.doubles)
    parts = [f"{doubles:,} nearly the same as another"] if doubles else []
    parts += [f"{len(gone):,} left out by hand"] if gone else []
    return ", ".join(parts) + "." if parts else ""


def _details(data: DataSummary) -> list[str]:
    found = []
    if data.classes:
        names = ", ".join(data.classes[:_FEW_CLASSES]) + (" …" if len(data.classes) > _FEW_CLASSES else "")
        found.append(f"{len(data.classes)} classes: {names}")
    if data.attributes:
        found.append(f"{len(data.attributes)} attributes are known for each picture.")
    if data.report.skipped:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in data.report.skipped.items())
        found.append(f"Left out: {reasons}.")
    return [*found, *data.report.notes]

"""A window beside the window that explains: it stays while one goes on working, and shows one sheet at a time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QScrollArea, QWidget

from explorer.core.explain.explanation import Explanation
from explorer.core.explain.markdown import markdown
from explorer.core.files import replace_file
from explorer.core.problem import Problem
from explorer.session.explain.sheet_sources import SheetSource
from explorer.session.jobs.job import JobRunner
from explorer.session.notices import DONE, Notice
from explorer.ui.explain.sheet_view import SheetView
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.widgets.asking import ask_where
from explorer.ui.widgets.parts import column_of, pages_of, scrolled, text_label
from explorer.ui.widgets.working import Working

_SIZE_PX = (116 * UNIT, 84 * UNIT)
_WORDS, _SHEET = range(2)


class SheetWindow(QDialog):
    """Shows how something works; asked again, it shows that instead."""

    def __init__(self, studio: Studio, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = studio
        self.sheet: Explanation | None = None
        self.setWindowTitle("How it works")
        self.jobs = JobRunner(self, name="explain")
        self.jobs.failed.connect(self._on_failed)
        self.working = Working("Stop looking")
        self.working.cancel.clicked.connect(self.close)
        self.words = text_label(wraps=True)
        first = QWidget()
        column_of(self.words, self.working, 1, on=first, margins=UNIT, spacing=UNIT)
        self.area = QScrollArea()
        self.pages = pages_of(first, self.area)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.copy = buttons.addButton("Copy as Markdown", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(self._copy)
        self.save = buttons.addButton("Save …", QDialogButtonBox.ButtonRole.ActionRole)
        self.save.setToolTip("Save the sheet as Markdown, its formulas as TeX")
        self.save.clicked.connect(self._save)
        column_of((self.pages, 1), buttons, on=self, margins=2 * UNIT, spacing=UNIT)
        self.resize(min(_SIZE_PX[0], parent.width()), min(_SIZE_PX[1], parent.height()))

    @classmethod
    def over(cls, widget: QWidget, studio: Studio) -> SheetWindow:
        """The one that belongs to the window of ``widget``."""
        window = widget.window()
        return window.findChild(cls) or cls(studio, window)

    def explain(self, what: str, source: SheetSource) -> None:
        """Show the sheet that ``source`` makes, of what is called ``what``, as soon as it is made."""
        self.setWindowTitle(f"How it works: {what}")
        self._offer(None)
        self.words.setText("")
        self.working.show_work(f"Looking at {what} …")
        self.pages.setCurrentIndex(_WORDS)
        self.jobs.begin(lambda *_: source(), self._show)
        self.show()
        self.raise_()
        self.activateWindow()

    def close_work(self) -> None:
        """Stop, and wait for what is being looked at."""
        self.jobs.close()

    def done(self, result: int) -> None:
        self.jobs.cancel()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.jobs.cancel()
        super().closeEvent(event)

    def _show(self, sheet: Explanation) -> None:
        self._offer(sheet)
        self.working.hide()
        scrolled(SheetView(sheet), self.area, f"How it works: {sheet.title}")
        self.area.setWidgetResizable(True)
        self.pages.setCurrentIndex(_SHEET)
        self.area.setFocus()

    def _offer(self, sheet: Explanation | None) -> None:
        self.sheet = sheet
        for button in (self.copy, self.save):
            button.setEnabled(sheet is not None)

    def _on_failed(self, error: Exception) -> None:
        self.working.hide()
        if isinstance(error, Problem):
            self.words.setText(f"{error.what} {error.hint}".strip())
        else:
            self._studio.notices.show_error(error)
            self.words.setText("This could not be explained.")

    def _copy(self) -> None:
        if self.sheet is not None:
            QGuiApplication.clipboard().setText(markdown(self.sheet))
            self._studio.notices.show(Notice(DONE, "The sheet was copied as Markdown."))

    def _save(self) -> None:
        if self.sheet is None:
            return
        name = "".join(letter if letter.isalnum() or letter in " -_" else "-" for letter in self.sheet.title)
        path = ask_where(self._studio.settings, self, "Save the sheet", f"{name}.md", "Markdown (*.md)")
        if path is not None:
            with self._studio.notices.catching():
                self._write(path, self.sheet)

    def _write(self, path: Path, sheet: Explanation) -> None:
        with replace_file(path) as file:
            file.write(markdown(sheet).encode())
        self._studio.notices.show(Notice(DONE, f"{path.name} was saved.", folder=path.parent))

"""What was said lately, to be read again and copied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QAbstractItemView, QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QWidget

from explorer.session.notices import Notice, Notices
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import column_of, named, pages_of, text_label

_ICONS = {"problem": "warning", "bug": "error"}
_SIZE_PX = 70 * UNIT, 40 * UNIT


class NoticeLog(QDialog):
    """A list of notices, the newest on top; it follows while it is open."""

    def __init__(self, notices: Notices, parent: QWidget) -> None:
        super().__init__(parent)
        self._notices = notices
        self.setWindowTitle("Notices")
        self.list = named(QListWidget(), "Notices", "Recent notices, the newest on top")
        self.list.setWordWrap(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        self.copy = self.buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setToolTip("Copy those that are selected, or all")
        self.copy.clicked.connect(self._copy)
        self._pages = pages_of(text_label("No notices yet."), self.list)
        column_of((self._pages, 1), self.buttons, on=self, margins=2 * UNIT, spacing=2 * UNIT)
        self.resize(*_SIZE_PX)
        notices.logged.connect(self._show)
        self._show()

    def _show(self) -> None:
        self.list.clear()
        for when, notice in reversed(self._notices.log):
            sign = icon(_ICONS.get(notice.kind, "info"), QPalette.ColorRole.Text)
            item = QListWidgetItem(sign, line_of(when, notice))
            item.setToolTip(notice.details)
            self.list.addItem(item)
        self._pages.setCurrentIndex(1 if self.list.count() else 0)
        self.copy.setEnabled(self.list.count() > 0)

    def _copy(self) -> None:
        chosen = {index.row() for index in self.list.selectedIndexes()} or set(range(self.list.count()))
        newest_first = list(reversed(self._notices.log))
        QGuiApplication.clipboard().setText(as_text([newest_first[row] for row in sorted(chosen)]))


def line_of(when: datetime, notice: Notice) -> str:
    """A notice as one line of the list."""
    return f"{when:%H:%M:%S}  {notice.what} {notice.hint}".rstrip()


def as_text(told: Sequence[tuple[datetime, Notice]]) -> str:
    """Notices as text, each with the report behind it."""
    return "\n".join("\n".join(filter(None, (line_of(when, notice), notice.details))) for when, notice in told)

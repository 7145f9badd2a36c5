"""One toast: an icon, a sentence, what to try, and the report behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QDesktopServices,
    QEnterEvent,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from explorer.ui.icons import icon_pixmap
from explorer.ui.theme import RADIUS, UNIT, colours_of
from explorer.ui.widgets.parts import STRETCH, column_of, fill, named, push_button, row_of, text_label, tool_button

Kind = Literal["info", "offer", "warning", "error"]

WIDTH_PX = 46 * UNIT
_ICON_PX = 5 * UNIT // 2
_STAYS_MS = {"info": 5_000, "warning": 12_000}  # an error stays until it is closed


class Toast(QWidget):
    """A notice that stays for some seconds and while it is being read; an error or an offer until it is closed.

    Signals
    -------
    closed()
        The user or the time wants it away.
    """

    closed = Signal()

    def __init__(
        self, kind: Kind, title: str, hint: str, details: str, parent: QWidget, folder: Path | None = None
    ) -> None:
        super().__init__(parent)
        self.folder = folder
        self.kind, self.title, self.hint, self.details = kind, title, hint, details
        self.setFixedWidth(WIDTH_PX)
        self.setAccessibleName(f"{kind.capitalize()}: {title} {hint}".strip())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._timer = QTimer(self, interval=_STAYS_MS.get(kind, 0), singleShot=True)
        self._timer.timeout.connect(self._on_time)
        self._lay_out()
        self._draw_icon()
        self._count_down()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def says(self, kind: Kind, title: str, hint: str) -> bool:
        """Whether it says just this."""
        return (self.kind, self.title, self.hint) == (kind, title, hint)

    @property
    def is_being_read(self) -> bool:
        """Whether the mouse or the keyboard is on it, or its report is open."""
        focus = QApplication.focusWidget()
        here = focus is not None and (focus is self or self.isAncestorOf(focus))
        return here or self.underMouse() or bool(self.details and self.report.isVisible())

    def add_action(self, words: str, do: Callable[[], None]) -> None:
        """Offer something to do about it; it stays a little longer, and goes when that is done."""
        self.action_button = push_button(words, self.hint or self.title, self.closed)
        self.action_button.clicked.connect(lambda: do())
        self._column.addSpacing(UNIT // 2)
        self._column.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._timer.setInterval(_STAYS_MS["warning"])
        self._count_down()

    def _count_down(self) -> None:
        if self.kind in _STAYS_MS:
            self._timer.start()

    def _on_time(self) -> None:
        if self.is_being_read:
            self._count_down()
        else:
            self.closed.emit()

    def _lay_out(self) -> None:
        self._picture = QLabel()
        close = tool_button("close", "Dismiss", "Dismiss (Esc)", self.closed)
        row = row_of((self._picture, 0, Qt.AlignmentFlag.AlignTop), on=self, margins=(2 * UNIT, UNIT, UNIT, UNIT))
        self._column = self._words()
        fill(row, (self._column, 1), (close, 0, Qt.AlignmentFlag.AlignTop))

    def _words(self) -> QVBoxLayout:
        column = column_of(spacing=2)
        for words, role in ((self.title, "heading"), (self.hint, "muted")):
            if words:
                label = text_label(words, role, wraps=True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                column.addWidget(label)
        if self.folder is not None:
            self._add_folder(column, self.folder)
        if self.details:
            self._add_details(column)
        return column

    def _add_folder(self, column: QVBoxLayout, folder: Path) -> None:
        self.folder_button = push_button(
            "Show in folder",
            str(folder),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
            image="folder",
        )
        column.addSpacing(UNIT // 2)
        column.addWidget(self.folder_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_details(self, column: QVBoxLayout) -> None:
        self.report = named(QPlainTextEdit(self.details), "Details")
        self.report.setReadOnly(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setFixedHeight(16 * UNIT)
        self.report.hide()
        self.details_button = push_button("Details", "Show the whole report", checkable=True)
        self.details_button.toggled.connect(self._show_report)
        self.copy_button = push_button(
            "Copy report", "Copy the whole report, to send it to somebody", self._copy_report
        )
        buttons = row_of(self.details_button, self.copy_button, STRETCH)
        column.addSpacing(UNIT // 2)
        fill(column, buttons, self.report)

    def _show_report(self, shown: bool) -> None:
        self.report.setVisible(shown)

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(filter(None, (self.title, self.hint, self.details))))
        self.copy_button.setText("Copied")

    def _draw_icon(self) -> None:
        name = "info" if self.kind == "offer" else self.kind
        self._picture.setPixmap(icon_pixmap(name, _ICON_PX, self._colour(), self.devicePixelRatioF()))

    def _colour(self) -> QColor:
        c = colours_of(self.palette())
        return {"info": c.accent, "offer": c.accent, "warning": c.warning, "error": c.error}[self.kind]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()  # it is being read

    def leaveEvent(self, event: QEvent) -> None:
        self._count_down()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(c.accent if self.hasFocus() else c.line, 1))
            painter.setBrush(c.raised)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 1.5 * RADIUS, 1.5 * RADIUS)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour())
            painter.drawRoundedRect(QRectF(UNIT / 2, UNIT, 3, self.height() - 2 * UNIT), 1.5, 1.5)

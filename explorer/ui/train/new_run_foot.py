"""The foot of a new run's form: what stands in its way, what would mend that, and how it is begun."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QSpinBox, QVBoxLayout, QWidget

from explorer.session.train.checks import Remark
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.view import row_of

_TOGETHER = (
    "How many processes share the work where it is not done in this window: one for each GPU. The model is the same; "
    "on a processor, one is as fast"
)


class NewRunFoot(QWidget):
    """Shows remarks and begins a run.

    Signals
    -------
    start_wanted(in_process) : bool
    left()
        No run is to be begun after all.
    mend_wanted(changes) : mapping of str to float
        These settings are to be changed.
    """

    start_wanted = Signal(bool)
    left = Signal()
    mend_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changes: Mapping[str, float] = {}
        self.remarks = QLabel()
        self.remarks.setWordWrap(True)
        self.remarks.setTextFormat(Qt.TextFormat.RichText)
        self.remarks.setAccessibleName("Remarks")
        self.remarks.hide()
        self.mend = QPushButton(icon("check"), "")
        self.mend.setAccessibleName("Change the setting that is in the way")
        self.mend.setToolTip("Change the setting that is in the way")
        self.mend.clicked.connect(lambda: self.mend_wanted.emit(self._changes))
        self.mend.hide()
        self.start = QPushButton(icon("play", QPalette.ColorRole.HighlightedText), "Start")
        self.start.setProperty("primary", True)
        self.start.clicked.connect(lambda: self.start_wanted.emit(False))
        self.apart = QPushButton(icon("chip"), "In its own process")
        self.apart.clicked.connect(lambda: self.start_wanted.emit(True))
        self.processes = QSpinBox()
        self.processes.setPrefix("× ")
        self.processes.setAccessibleName("Processes")
        self.processes.setToolTip(_TOGETHER)
        self.cancel = QPushButton(icon("close"), "Cancel")
        self.cancel.setToolTip("Begin no run")
        self.cancel.clicked.connect(self.left)
        self._lay_out()
        self.enable_start(False, "Choose pictures first")

    def show_remarks(self, remarks: list[Remark]) -> None:
        """Say what stands in the way, and what else should be known; offer the first change that mends any of it."""
        c = colours_of(self.palette())
        parts = [
            f"<p style='margin:0 0 6px 0'>{_marked(remark, c.warning.name())} "
            f"<span style='color:{c.muted.name()}'>{escape(remark.hint)}</span></p>"
            for remark in remarks
        ]
        self.remarks.setText("".join(parts))
        self.remarks.setVisible(bool(remarks))
        self._changes = next((remark.changes for remark in remarks if remark.changes), {})
        words = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in self._changes.items())
        self.mend.setText(f"Take {words}")
        self.mend.setVisible(bool(words))

    def enable_start(self, ready: bool, tip: str) -> None:
        """Let the run be begun, or say why not."""
        for button, words in (
            (self.start, "Train in this window"),
            (self.apart, "Train without this window, which may be closed meanwhile and finds the run again"),
        ):
            button.setEnabled(ready)
            button.setToolTip(tip or words)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        column.setSpacing(UNIT)
        for widget in (self.remarks, self.mend, self.start):
            column.addWidget(widget)
        column.addLayout(row_of(self.apart, self.processes, self.cancel))


def _marked(remark: Remark, warning: str) -> str:
    """What a remark says; what stops the run stands out."""
    said = escape(remark.what)
    return f"<b style='color:{warning}'>⚠ {said}</b>" if remark.stops else said

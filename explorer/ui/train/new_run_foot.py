"""The foot of a new run's form: what stands in its way, what would mend that, and how it is begun."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSpinBox, QWidget

from explorer.session.train.checks import Remark
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.parts import column_of, named, push_button, row_of

_PROCESSES_TIP = (
    "How many processes share the work outside this window: one for each GPU. The model is the same; on a CPU, one is "
    "just as fast"
)


class NewRunFoot(QWidget):
    """Shows remarks and begins a run.

    Signals
    -------
    start_wanted(in_process) : bool
    mend_wanted(changes) : mapping of str to float
        These settings are to be changed.
    """

    start_wanted = Signal(bool)
    mend_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._changes: Mapping[str, float] = {}
        self.remarks = QLabel()
        self.remarks.setWordWrap(True)
        self.remarks.setTextFormat(Qt.TextFormat.RichText)
        self.remarks.setAccessibleName("Remarks")
        self.remarks.hide()
        self.mend = push_button(
            "",
            "Change the setting that is in the way",
            lambda: self.mend_wanted.emit(self._changes),
            image="check",
        )
        self.mend.setAccessibleName("Change the setting that is in the way")
        self.mend.hide()
        self.start = push_button("Start", clicked=lambda: self.start_wanted.emit(False), image="play", primary=True)
        self.apart = push_button("In its own process", clicked=lambda: self.start_wanted.emit(True), image="chip")
        self.processes = named(QSpinBox(), "Processes", _PROCESSES_TIP)
        self.processes.setPrefix("× ")
        self.cancel = push_button("Cancel", "Do not start a run", image="close")
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
        words = ", ".join(_change(name, value) for name, value in self._changes.items())
        self.mend.setText(f"Use {words}")
        self.mend.setVisible(bool(words))

    def enable_start(self, ready: bool, tip: str) -> None:
        """Let the run be begun, or say why not."""
        for button, words in (
            (self.start, "Train in this window"),
            (self.apart, "Train outside this window, which you can then close"),
        ):
            button.setEnabled(ready)
            button.setToolTip(tip or words)

    def _lay_out(self) -> None:
        column_of(
            self.remarks,
            self.mend,
            self.start,
            row_of(self.apart, self.processes, self.cancel),
            on=self,
            margins=(2 * UNIT, UNIT),
        )


def _change(name: str, value: float) -> str:
    """What a setting would become, such as ``batch size 16``; one that is switched on is only named."""
    words = name.replace("_", " ")
    return words if value is True else f"{words} {value:g}"


def _marked(remark: Remark, warning: str) -> str:
    """What a remark says; what stops the run stands out."""
    said = escape(remark.what)
    return f"<b style='color:{warning}'>⚠ {said}</b>" if remark.stops else said

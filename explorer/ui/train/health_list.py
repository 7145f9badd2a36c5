"""What is wrong with a run, as a list in words: the evidence, and what to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.parts import column_of

if TYPE_CHECKING:
    from explorer.training.runs.health import Finding


_WELL = {
    (True, False): "Health: too early to tell.",
    (True, True): "Health: too few steps to tell.",
    (False, False): "Health: nothing unusual.",
    (False, True): "Health at the end: nothing unusual.",
}


class HealthList(QWidget):
    """Lists findings; one line that all is well where there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.findings: tuple[Finding, ...] = ()
        self._told: tuple[bool, bool] | None = None
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setWordWrap(True)
        self.words.setAccessibleName("Health of the run")
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column_of(self.words, on=self, margins=(0, UNIT // 2, 0, 0), spacing=None)
        self.hide()

    def show_findings(self, findings: tuple[Finding, ...], *, is_young: bool, is_over: bool = False) -> None:
        """Show what was found.

        Parameters
        ----------
        is_young : bool
            Whether there are too few steps to tell.
        is_over : bool
            Whether nobody trains it any more.
        """
        told = is_young, is_over
        if (findings, told) == (self.findings, self._told) and self.isVisible():
            return
        self.findings, self._told = findings, told
        c = colours_of(self.palette())
        parts = [
            f"<p style='margin:0 0 4px 0'><b style='color:{c.warning.name()}'>⚠ {_plain(each.title)}.</b> "
            f"{_plain(each.evidence)} <span style='color:{c.muted.name()}'>{_plain(each.advice)}</span></p>"
            for each in findings
        ]
        well = _WELL[told]
        self.words.setText("".join(parts) or f"<span style='color:{c.muted.name()}'>{well}</span>")
        self.show()

    def clear(self) -> None:
        """Say nothing."""
        self.findings = ()
        self.hide()


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

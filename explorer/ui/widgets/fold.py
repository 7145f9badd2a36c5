"""Something that is out of sight until its title is pressed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from explorer.ui.icons import icon
from explorer.ui.widgets.parts import column_of


class Fold(QWidget):
    """A title that shows and hides what is below it.

    Signals
    -------
    toggled(open) : bool
        The user opened or closed it.
    """

    toggled = Signal(bool)

    def __init__(self, title: str, tip: str, inside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inside = inside
        self.button = QToolButton()
        self.button.setText(title)
        self.button.setToolTip(tip)
        self.button.setCheckable(True)
        self.button.setProperty("quiet", True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.toggled.connect(self._show)
        self.button.clicked.connect(self.toggled)
        column_of((self.button, 0, Qt.AlignmentFlag.AlignLeft), inside, on=self)
        self._show(False)

    def _show(self, wanted: bool) -> None:
        self.button.setIcon(icon("chevron_down" if wanted else "chevron_right"))
        self.inside.setVisible(wanted)

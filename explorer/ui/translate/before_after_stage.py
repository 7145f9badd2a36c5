"""The middle of the translators' window: the pictures before and after, or an invitation to choose one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.session.explore.scene_pictures import Picture
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.translate.split_view import SplitView
from explorer.ui.widgets.empty import EmptyState

_ASK = ("Which picture?", "Drop it here, paste it, or choose one; the model's result is laid beside it.")
_NO_MODEL = ("No model is open here", "Drop a model from picture to picture here, such as one that enlarges.")
_HOW = "Drag the line, or use Left and Right.  Space changes the sides, S smooth or plain pixels."


class TranslateStage(QStackedWidget):
    """Shows a pair of pictures with their zoom below, and something else while there is none.

    Signals
    -------
    open_wanted(), current_wanted()
        The user wants to choose a picture, or that of the main window.
    """

    open_wanted = Signal()
    current_wanted = Signal()

    def __init__(self, smooth: bool) -> None:
        super().__init__()
        self._smooth = smooth
        self.view = SplitView()
        self.view.set_smooth(smooth)
        self.view.zoomed.connect(lambda _factor: self._show_zoom())
        self.current = QPushButton(icon("explore"), "Current picture")
        self.current.setToolTip("Take the picture of the main window as it is now")
        self.current.clicked.connect(self.current_wanted)
        choose = QPushButton(icon("open", QPalette.ColorRole.HighlightedText), "Choose a picture …")
        choose.setProperty("primary", True)
        choose.setToolTip("Choose a picture (Ctrl+O)")
        choose.clicked.connect(self.open_wanted)
        self.empty = EmptyState("picture", *_ASK, [choose, self.current])
        self.addWidget(self.empty)
        self.addWidget(self._filled())

    def show_pair(self, before: Picture, after: Picture) -> None:
        """Show two pictures."""
        self.view.show_pair(before, after)
        self.setCurrentIndex(1)
        self._show_zoom()

    def ask(self) -> None:
        """Show no pictures, and ask for one."""
        self.view.clear()
        self.empty.say(*_ASK)
        self.setCurrentIndex(0)

    def say_work(self, what: str) -> None:
        """Say what is going on while no model is open; "" where nothing is."""
        self.empty.say(*((f"{what} …", "") if what else _NO_MODEL))

    def change_smoothing(self) -> None:
        """Enlarge smoothly, or show the pixels as they are."""
        self._smooth = not self._smooth
        self.view.set_smooth(self._smooth)

    def _show_zoom(self) -> None:
        self._zoom.setText(f"{self.view.zoom:.0%}")

    def _filled(self) -> QWidget:
        page = QWidget()
        how = QLabel(_HOW)
        how.setMinimumWidth(1)
        self._zoom = QLabel()
        for label in (how, self._zoom):
            label.setProperty("role", "muted")
        fit = QToolButton()
        fit.setIcon(icon("fit"))
        fit.setToolTip("Show the whole picture (F)")
        fit.setAccessibleName("Fit")
        fit.clicked.connect(self.view.fit)
        row = QHBoxLayout()
        row.setContentsMargins(UNIT, 0, UNIT // 2, 0)
        row.addWidget(how, 1)
        for part in (self._zoom, fit):
            row.addWidget(part)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addLayout(row)
        return page

"""The middle of *Before and after*: both pictures, or an invitation to choose one."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from explorer.session.explore.scene_pictures import Picture
from explorer.ui.theme import UNIT
from explorer.ui.translate.split_view import SplitView
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import column_of, push_button, row_of, text_label, tool_button

_ASK = ("Which picture?", "Drop it here, paste it, or choose one; the model's result appears beside it.")
_NO_MODEL = ("No translator is open", "Choose one above, or drop a picture-to-picture model here.")
_HOW = "Drag the line, or use Left and Right.  Space swaps the sides, S shows pixels smooth or as they are."


class TranslateStage(QStackedWidget):
    """Shows a pair of pictures with their zoom below, and something else while there is none."""

    def __init__(self, smooth: bool) -> None:
        super().__init__()
        self.view = SplitView()
        self.view.set_smooth(smooth)
        self.view.zoomed.connect(lambda _factor: self._show_zoom())
        self.current = push_button(
            "Current picture",
            "Use the picture in Explore as it is now",
            image="explore",
        )
        self.choose = push_button("Choose a picture …", "Choose a picture to translate", image="open", primary=True)
        self.empty = EmptyState("picture", *_ASK, [self.choose, self.current])
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

    def _show_zoom(self) -> None:
        self._zoom.setText(f"{self.view.zoom:.0%}")

    def _filled(self) -> QWidget:
        page = QWidget()
        how, self._zoom = text_label(_HOW), text_label()
        how.setMinimumWidth(1)
        fit = tool_button("fit", "Fit", "Show the whole picture (F)", self.view.fit)
        row = row_of((how, 1), self._zoom, fit, margins=(UNIT, 0, UNIT // 2, 0), spacing=None)
        column_of((self.view, 1), row, on=page, spacing=0)
        return page

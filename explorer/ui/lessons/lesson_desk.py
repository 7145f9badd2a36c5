"""Where lessons stand in the window: at its right, once somebody asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from explorer.paths import resources_folder
from explorer.ui.widgets.parts import row_of, scrolled

if TYPE_CHECKING:
    from explorer.ui.lessons.lesson_side import LessonSide
    from explorer.ui.window.main_window import MainWindow


class LessonDesk(QObject):
    """Opens and closes the lessons; they are read when they are first asked for.

    Attributes
    ----------
    side : LessonSide or None
        None until then.

    Signals
    -------
    shown(on) : bool
        They came into sight, or went out of it.
    """

    shown = Signal(bool)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.side: LessonSide | None = None

    def beside(self, part: QWidget) -> QWidget:
        """``part``, with room for lessons at its right; in a narrow window it is scrolled beside them."""
        both, area = QWidget(), scrolled(part)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._row = row_of((area, 1), on=both, spacing=0)
        return both

    def change(self) -> None:
        """Show the lessons, or close them."""
        side = self.side or self._built()
        wanted = side.isHidden()
        side.setVisible(wanted)
        if wanted:
            side.setFocus()
        self.shown.emit(wanted)

    def _built(self) -> LessonSide:
        from explorer.session.lessons.lesson_shelf import LessonShelf
        from explorer.ui.lessons.lesson_actions import LessonActions
        from explorer.ui.lessons.lesson_side import LessonSide

        studio = self._window.studio
        shelf = LessonShelf(resources_folder() / "lessons", studio.settings)
        self.side = side = LessonSide(shelf, studio.notices)
        side.hide()
        actions = LessonActions(self._window)
        side.performed.connect(actions.perform)
        side.closed.connect(self.change)
        self._row.addWidget(side)
        return side

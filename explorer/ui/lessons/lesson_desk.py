"""Where lessons stand in the window: at its right, once somebody asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from explorer.paths import resources_folder
from explorer.ui.theme import UNIT, grown
from explorer.ui.widgets.parts import row_of, scrolled

if TYPE_CHECKING:
    from explorer.ui.lessons.lesson_side import LessonSide
    from explorer.ui.window.main_window import MainWindow


_WIDTH_PX = 38 * UNIT
_SHARE, _TIGHT_SHARE = 0.4, 0.28  # of the window's width, at most; of a narrow one
_ROOMY_PX = 145 * UNIT  # a window in which a lesson fits beside all that Explore shows


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
    crowded(on) : bool
        They leave little room to what is beside them, or no more.
    """

    shown = Signal(bool)
    crowded = Signal(bool)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._is_crowded = False
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
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Be as wide as the letters want, but leave most of the window to what the lesson is about."""
        side, width = self.side, self._window.width()
        if side is None:
            return
        wanted_px, is_tight = grown(_WIDTH_PX, side), width < _ROOMY_PX
        side.setFixedWidth(min(wanted_px, round((_TIGHT_SHARE if is_tight else _SHARE) * width)))
        crowded = not side.isHidden() and is_tight
        if crowded != self._is_crowded:
            self._is_crowded = crowded
            self.crowded.emit(crowded)

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
        self._window.installEventFilter(self)
        return side

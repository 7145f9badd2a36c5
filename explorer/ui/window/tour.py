"""A first look round in six steps, each a callout beside the real thing; the window stays usable all along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import RADIUS, UNIT, colours_of
from explorer.ui.widgets.callout import Callout
from explorer.ui.widgets.parts import STRETCH, fill, push_button, row_of, text_label

if TYPE_CHECKING:
    from explorer.ui.window.main_window import MainWindow

_SEEN = "tour"


@dataclass(frozen=True)
class TourStop:
    """One stop of the tour: what it stands beside, and what it says."""

    target: Callable[[MainWindow], QWidget]
    title: str
    words: str
    in_explore: bool = False


STEPS = (
    TourStop(
        lambda window: window.top_bar.model,
        "A model draws every picture",
        "This one is open. Click its name for others, or drop a file of your own on the window.",
    ),
    TourStop(
        lambda window: window.explore.controls.new_sample,
        "Draw pictures nobody has seen",
        "Press the space bar for another. Each has a seed, a number that brings the same picture back.",
        in_explore=True,
    ),
    TourStop(
        lambda window: window.explore.latent.list,
        "Behind each picture: a row of numbers",
        "They are called its latent. Drag a slider, and see what that number does; the arrow puts all of them back.",
        in_explore=True,
    ),
    TourStop(
        lambda window: window.strips.history,
        "Nothing gets lost",
        "Every step appears here. Click one to go back, press Ctrl+Z to undo, or B to bookmark what you like.",
        in_explore=True,
    ),
    TourStop(
        lambda window: window.workbench.rail,
        "Five ways in",
        "Explore one picture, traverse many, add smiles in Arithmetic, test your eye in the Quiz, "
        "or train a model of your own.",
    ),
    TourStop(
        lambda window: window.menuBar(),
        "Help is near",
        "Rest the mouse on any word to have it explained. F1 lists the keys, and Help > Tour brings this back.",
    ),
)


class Tour(QObject):
    """Leads round the window, once by itself and whenever it is asked for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._place = 0
        self.callout: Callout | None = None
        self._ring: _Ring | None = None

    @property
    def is_on(self) -> bool:
        """Whether a step is in sight."""
        return self.callout is not None

    def offer(self) -> None:
        """Start if nobody has seen it here before."""
        if not self._window.studio.settings.choice(_SEEN):
            self.start()

    def start(self) -> None:
        """Show the first step; it counts as seen from now on."""
        self._window.studio.settings.remember_choice(_SEEN, "seen")
        self.show_step(0)

    def show_step(self, place: int) -> None:
        """Show one step, or the next one on the way whose thing is in sight; beyond the last, leave."""
        way = 1 if place >= self._place else -1
        self.leave()
        while 0 <= place < len(STEPS):
            if STEPS[place].in_explore:
                self._window.show_panel(0)
            if STEPS[place].target(self._window).isVisible():
                self._place = place
                self._point_out(STEPS[place], place)
                return
            place += way

    def leave(self) -> None:
        """End it, wherever it is."""
        callout, self.callout = self.callout, None
        if callout is not None:
            callout.end()
        if self._ring is not None:
            self._ring.deleteLater()
            self._ring.hide()
            self._ring = None

    def _point_out(self, step: TourStop, place: int) -> None:
        target = step.target(self._window)
        self._ring = _Ring(self._window, target)
        self.callout = callout = Callout(target, step.title, step.words)
        is_last = place == len(STEPS) - 1
        back = push_button("Back", "The step before this one", lambda: self.show_step(place - 1))
        back.setEnabled(place > 0)
        onward = push_button(
            "Done" if is_last else "Next",
            "Leave the tour" if is_last else "The next step; Esc leaves the tour",
            lambda: self.show_step(place + 1),
            primary=True,
        )
        for button in (back, onward):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it is
        fill(callout.column, row_of(text_label(f"{place + 1} of {len(STEPS)}"), STRETCH, back, onward))
        callout.closed.connect(self.leave)
        callout.point_out()


class _Ring(QWidget):
    """A frame around what the tour is about; clicks go through it."""

    def __init__(self, window: QWidget, target: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._window, self._around = window, target
        for watched in (window, target):
            watched.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        window, target = self._window, self._around
        place = QRect(target.mapTo(window, QPoint(0, 0)), target.size())
        self.setGeometry(place.adjusted(-UNIT // 2, -UNIT // 2, UNIT // 2, UNIT // 2).intersected(window.rect()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colours_of(self.palette()).accent, 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

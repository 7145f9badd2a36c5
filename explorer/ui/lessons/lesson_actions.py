"""What a lesson can have the program do, by name.

Those of a view are its own (`View.lesson_actions`): the view is brought into sight, and does it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from explorer.core.digits import whole_number
from explorer.core.lessons.lesson_plan import LessonAction
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.session.explore.scene_edits import NEW_SAMPLE

if TYPE_CHECKING:
    from explorer.ui.window.main_window import MainWindow

OF_VIEWS: Final = {
    "points": "traverse:interpolate",
    "play": "traverse:interpolate",
    "preset": "train:lab",
    "pause": "train:lab",
    "paint": "unfold:pixel by pixel",
    "bits": "unfold:how likely",
    "fool": "inside:fool it",
    "epsilon": "inside:fool it",
    "errors": "inside:fool it",
    "dream": "inside:dream",
    "translator": "draw:draw",
    "draw": "draw:draw",
    "style": "draw:draw",
    "world": "worlds:drive",
    "temperature": "worlds:drive",
    "driver": "worlds:drive",
    "awake": "worlds:drive",
    "go": "worlds:drive",
    "forgetting": "worlds:forgetting",
}
"""Actions of views, and where those are."""

_OWN: Final = ("open", "show", "seed", "psi", "value", "class", "direction", "reset")

KNOWN: Final = frozenset((*_OWN, *OF_VIEWS))
"""The names of all actions."""


class LessonActions(QObject):
    """Carries out what lessons ask for, one after the other; an edit of the picture is a step of the history."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._studio = window, window.studio
        self._waiting: deque[LessonAction] = deque()
        self._opens = False
        self._studio.models.opened.connect(self._on_opened)
        self._studio.models.failed.connect(lambda _error: self._waiting.clear())

    def perform(self, actions: Iterable[LessonAction]) -> None:
        """Do these, in place of what still waits; what cannot be done is told, and the rest is left out."""
        self._waiting = deque(actions)
        self._opens = False
        self._go_on()

    def _go_on(self) -> None:
        with self._studio.notices.catching():
            while self._waiting and not self._opens:
                action = self._waiting.popleft()
                try:
                    self._perform(action)
                except Problem as problem:
                    self._waiting.clear()
                    raise Problem(f"Line {action.line} of this lesson: {problem.what}", problem.hint) from None

    def _perform(self, action: LessonAction) -> None:
        if action.name in OF_VIEWS:
            self._show(OF_VIEWS[action.name])
            view = self._window.panel.view_in_sight
            if view is not None:
                view.lesson_actions()[action.name](action.argument)
        else:
            own: dict[str, Callable[[str], None]] = {
                "open": self._open,
                "show": self._show,
                "seed": self._seed,
                "psi": lambda word: self._studio.edits.set_truncation(number(word, 0.0, 2.0)),
                "value": self._value,
                "class": self._class,
                "direction": self._direction,
                "reset": lambda _word: self._reset(),
            }
            own[action.name](action.argument)

    def _open(self, name: str) -> None:
        """Open a model that came with the program, and go on once it is there."""
        paths = {entry.name: entry.path for entry in self._studio.catalog.bundled()}
        if name not in paths:
            raise Problem(f"There is no model called {name}.", f"The bundled models are: {', '.join(paths)}.")
        current = self._studio.models.current
        if current is None or current.path != paths[name] or self._studio.models.is_busy:
            self._opens = True
            self._studio.controller.open(paths[name])

    def _on_opened(self) -> None:
        if self._opens:
            self._opens = False
            QTimer.singleShot(0, self, self._go_on)  # once its first picture has been chosen

    def _show(self, place: str) -> None:
        panel, _, view = place.partition(":")
        titles = [title.lower() for title in self._window.titles]
        if panel.strip().lower() not in titles:
            raise Problem(f"There is no page called {panel}.", f"The pages are: {', '.join(titles)}.")
        self._window.show_panel(titles.index(panel.strip().lower()))
        views = [each.lower() for each in self._window.panel.views]
        if view and view.strip().lower() not in views:
            raise Problem(f"{self._window.panel.title} has no view called {view}.", f"It has: {', '.join(views)}.")
        if view:
            self._window.panel.show_view(views.index(view.strip().lower()))

    def _seed(self, word: str) -> None:
        """Show a sample as the model is shown with it at first: nothing is applied to it."""
        seed = whole_number(word)
        if seed is None or seed > LARGEST_SEED:
            raise Problem(f"{word or 'Nothing'} is not a seed.", "Write a whole number, such as: seed 12")
        edits, here = self._studio.edits, self._studio.document.scene
        fresh = edits.first_scene(here.model, here.model_name, seed)  # whatever was done before the lesson
        self._studio.document.show(NEW_SAMPLE, replace(fresh, label=here.label))

    def _value(self, words: str) -> None:
        """Put one number of the latent somewhere: ``value 31 2.5``."""
        place, _, value = words.partition(" ")
        dimension, size = whole_number(place), self._studio.document.scene.z.size
        if dimension is None or dimension >= size:
            raise Problem(f"There is no z{place or '?'}.", f"The latent has the numbers z0 to z{size - 1}.")
        self._studio.edits.set_value(dimension, number(value, -100.0, 100.0))

    def _class(self, word: str) -> None:
        classes = self._studio.edits.card.classes
        label = classes.index(word) if word in classes else whole_number(word)
        if label is None or label >= len(classes):
            raise Problem(f"There is no class called {word}.", f"Available: {', '.join(classes) or 'none'}.")
        self._studio.edits.set_label(label)

    def _direction(self, words: str) -> None:
        """Go along a direction: ``direction smiling 2``."""
        name, _, alpha = words.rpartition(" ")
        known = [direction.name for direction in self._studio.directions.all]
        if name not in known:
            raise Problem(f"There is no direction called {name}.", f"Available: {', '.join(known) or 'none'}.")
        self._studio.edits.set_strength(name, number(alpha, -100.0, 100.0))

    def _reset(self) -> None:
        self._studio.edits.reset_strengths()
        self._studio.edits.reset_all()


def number(word: str, low: float, high: float) -> float:
    """The number that ``word`` writes, between two bounds.

    Raises
    ------
    Problem
        It writes none, or one beyond them.
    """
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise Problem(f"{word or 'Nothing'} is not a number from {low:g} to {high:g}.")
    return value

"""The controls of a path: what it goes through, how, and how fast."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from explorer.core.digits import number_words
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.ui.theme import UNIT
from explorer.ui.traverse.plan_controls import PlanControls
from explorer.ui.widgets.callout import complain
from explorer.ui.widgets.parts import choice_box, named, push_button, text_label, titled
from explorer.ui.widgets.segments import Segments

_COURSES = (
    ("Points", "From point to point: bookmarks, seeds, what you saw"),
    ("Random loop", "A gentle walk through the latent space that ends where it started"),
)
_KINDS = (
    ("slerp", "Spherical (slerp)"),
    ("norm-preserving", "Spherical, keeping the norm"),
    ("lerp", "Straight (lerp)"),
)
IN_W = "w"
_IN_W_WORDS = "Straight in W"
_LEFT_OUT = "Edits in W and style mixing are left out on this path. Straight in W keeps them."
_EASINGS = (("smooth", "Rest at every point"), ("linear", "Even pace"), ("in-out", "Rest at both ends"))
_MOST_SEEDS = 200
_SEEDS_HINT = f"Write whole numbers from 0 to {LARGEST_SEED}, such as 1, 2, 5-12."
_NUMBER_PX = 8 * UNIT


class InterpolateControls(PlanControls):
    """Says how a path should go.

    Signals
    -------
    seeds_wanted(seeds) : tuple of int
        The path should go through the samples of these seeds too.
    """

    seeds_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.course = Segments(_COURSES)
        self.course.chosen.connect(self._on_course)
        self.seeds = named(
            QLineEdit(placeholderText="5-12, 20"), "Seeds", "Seeds of samples, such as 1, 2, 5-12; Enter adds them"
        )
        self.seeds.returnPressed.connect(self._on_seeds)
        self.current = push_button("Current picture", "Add what Explore shows (A)", image="plus")
        self.current.setShortcut("A")
        self.bookmarks = push_button("Bookmarks", "Add all bookmarks of this model", image="bookmark")
        self.clear = push_button("Clear", "Remove all points", image="trash")
        self.kind = choice_box("Path between points", "How two points are joined", _KINDS, self._on_changed)
        self.easing = choice_box("Pace", "How the pace changes along the path", _EASINGS, self._on_changed)
        self.loop = QCheckBox("Back to the beginning")
        self.loop.setToolTip("Close the path, so that it plays in a loop")
        self.loop.setChecked(True)
        self.loop.toggled.connect(self._on_changed)
        self.loop_seed = self._number(
            "Seed of the loop", "Decides which walk it is", 0, LARGEST_SEED, 1, width_px=_NUMBER_PX
        )
        self.turns = self._number("Turns", "How much changes along the path", 1, 8, 2, width_px=_NUMBER_PX)
        self.seconds = self._number(
            "Seconds", "How long the whole path takes", 0.5, 120, 6, decimals=1, width_px=_NUMBER_PX
        )
        self.fps = self._number(
            "Frames a second", "How many frames an export has per second", 1, 60, 30, width_px=_NUMBER_PX
        )
        self.left_out = text_label(_LEFT_OUT, wraps=True)
        self.left_out.hide()
        self._lay_out()
        self._show_parts()

    def say_left_out(self, is_so: bool) -> None:
        """Say, or no longer, that points hold what this way cannot take along."""
        self.left_out.setVisible(is_so)

    def show_points(self) -> None:
        """Let the path go through points."""
        self.course.show_index(0)
        self._show_parts()

    def offer_w(self, has_w: bool) -> None:
        """Offer the way through W, and begin with it, where the model has one; silently."""
        place = self.kind.findData(IN_W)
        if has_w == (place >= 0):
            return
        if has_w:
            self.kind.insertItem(0, _IN_W_WORDS, IN_W)
            self.kind.setCurrentIndex(0)
        else:
            self.kind.removeItem(place)

    @property
    def is_random(self) -> bool:
        """Whether the path is a random loop rather than one through points."""
        return self.course.index == 1

    def _lay_out(self) -> None:
        self.column.addWidget(self.course)
        seeds_title = titled("Seeds", self.seeds, "muted")
        self._points = [self.add_title("Add points", self.seeds), seeds_title]
        self.add(seeds_title, self.seeds)
        self.column.addWidget(self.current)
        self.add(self.bookmarks, self.clear)
        self._points += [self.add_title("Between them", self.kind)]
        self.add(self.kind)
        self.column.addWidget(self.left_out)
        self.add(self.easing)
        self.column.addWidget(self.loop)
        self._walk = [self.add_title("The walk", self.loop_seed)]
        for text, box in (("Seed", self.loop_seed), ("Turns", self.turns)):
            self._walk.append(titled(text, box, "muted"))
            self.add(self._walk[-1], box)
        self.add_title("Time", self.seconds)
        self.add(titled("Seconds", self.seconds, "muted"), self.seconds)
        self.add(titled("Frames a second", self.fps, "muted"), self.fps)
        self.column.addStretch(1)

    def _on_course(self, _index: int) -> None:
        self._show_parts()
        self.changed.emit()

    def _show_parts(self) -> None:
        points: list[QWidget] = [
            *self._points, self.seeds, self.current, self.bookmarks, self.clear, self.kind, self.easing, self.loop
        ]  # fmt: skip
        walk: list[QWidget] = [*self._walk, self.loop_seed, self.turns]
        for widget in points:
            widget.setVisible(not self.is_random)
        for widget in walk:
            widget.setVisible(self.is_random)

    def _on_seeds(self) -> None:
        try:
            seeds = seeds_in(self.seeds.text())
        except Problem as problem:
            complain(self.seeds, problem)
        else:
            self.seeds.clear()
            self.seeds_wanted.emit(seeds)


def seeds_in(text: str) -> tuple[int, ...]:
    """The seeds that "1, 2 5-12" means, in that order.

    Raises
    ------
    Problem
        There is none, too many, or something else than a seed.
    """
    found: list[int] = []
    for word in number_words(text):
        ends = re.fullmatch(r"(\d{1,10})(?:-(\d{1,10}))?", word)
        first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (1, 0)
        if not first <= last <= LARGEST_SEED:
            raise Problem(f"{word} is not a seed or a range of them.", _SEEDS_HINT)
        if len(found) + last - first >= _MOST_SEEDS:
            raise Problem("These are too many points.", f"A path takes up to {_MOST_SEEDS}.")
        found += range(first, last + 1)
    if not found:
        raise Problem("No seed was typed.", _SEEDS_HINT)
    return tuple(found)

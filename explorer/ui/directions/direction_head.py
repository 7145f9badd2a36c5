"""The direction that is looked at: its name, its story, and how far the picture goes along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.session.directions.wording import accuracy_words, details_words, examples_words, method_words, story
from explorer.ui.theme import UNIT
from explorer.ui.widgets.growing import grow_width
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import STRETCH, column_of, named, row_of, text_label, titled, tool_button

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction
    from explorer.core.directions.verdict import Verdict

_LINES = 2  # of the story that are in sight; the tool tip has all of it


class DirectionHead(QWidget):
    """A name and its story at the left, the strength in the current picture at the right.

    Signals
    -------
    moved(alpha, gesture) : float, int
        The user changed how far the picture goes along the direction.
    """

    moved = Signal(float, int)

    def __init__(self) -> None:
        super().__init__()
        self.name = titled("", role="title")
        self.story = text_label()
        for label in (self.name, self.story):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._told = ""
        self._pieces: list[str] = []
        self.slider = named(
            Slider(soft=True, typical=(-2.0, 2.0)),
            "Strength",
            "How far this picture goes along the direction; a double click takes it off",
        )
        self.slider.setMinimumWidth(20 * UNIT)
        self.box = named(NumberBox(-12.0, 12.0), "Strength, as a number", "In standard deviations of the prior")
        grow_width(self.box, 7 * UNIT)
        self.applied = titled("", role="muted")
        self.bake = tool_button("check", "Bake in", "Make what the directions change part of the latent itself")
        self.reset = tool_button("reset", "Reset directions", "Remove every direction from this picture")
        self._lay_out()
        self._connect()

    def show_direction(self, direction: Direction, judged: Verdict) -> None:
        """Tell of ``direction``, and first how good it is."""
        self.name.setText(direction.name)
        self.name.setToolTip(direction.name)
        self.slider.set_range(-direction.span, direction.span)
        self._told = story(direction, judged)
        self._pieces = _by_weight(direction, judged)
        self.story.setToolTip(self._told)
        self.story.setAccessibleName(self._told)
        self._fit_story()

    def show_strength(self, alpha: float, applied: int) -> None:
        """Show how far the picture goes along the direction, and how many directions it has applied."""
        self.slider.show_value(alpha)
        self.box.show_value(alpha)
        self.applied.setText(f"Edited: {applied} applied" if applied else "Not edited")
        for button in (self.bake, self.reset):
            button.setEnabled(applied > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_story()

    def _fit_story(self) -> None:
        """Fill the lines with one piece after the other; only what is left for the last one is cut."""
        metrics, width = self.story.fontMetrics(), self.story.width()
        lines: list[str] = []
        for piece in self._pieces:
            longer = f"{lines[-1]} · {piece}" if lines else piece
            if lines and (len(lines) == _LINES or metrics.horizontalAdvance(longer) <= width):
                lines[-1] = longer
            else:
                lines.append(piece)
        fitted = [metrics.elidedText(each, Qt.TextElideMode.ElideRight, width) for each in lines]
        self.story.setText("\n".join(fitted))

    def _lay_out(self) -> None:
        words = column_of(self.name, self.story, spacing=UNIT // 2)
        move = row_of()
        strength = titled("Strength", self.slider, "muted")
        for part in (strength, self.slider, self.box):
            move.addWidget(part)
        state = row_of(self.applied, STRETCH, self.bake, self.reset, spacing=UNIT // 2)
        right = column_of(move, state, spacing=UNIT // 2)
        row_of((words, 1), right, on=self, margins=(2 * UNIT, UNIT), spacing=3 * UNIT)

    def _connect(self) -> None:
        self.slider.moved.connect(self._on_moved)
        self.box.edited.connect(self._on_moved)

    def _on_moved(self, alpha: float, gesture: int) -> None:
        self.slider.show_value(alpha)
        self.box.show_value(alpha)
        self.moved.emit(alpha, gesture)


def _by_weight(direction: Direction, judged: Verdict) -> list[str]:
    """What there is to tell, what matters most first: how well it does before where it is from."""
    grade = judged.sentence.rstrip(".") if judged.word else ""
    told = accuracy_words(direction)
    source = f"From {direction.source}" if direction.source else ""
    facts = ("" if told in grade else told, details_words(direction), examples_words(direction))
    return [piece for piece in (grade, method_words(direction), *facts, *direction.notes, source) if piece]

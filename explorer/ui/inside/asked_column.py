"""A picture, above it the answer of the network, and below it what it says of each, as bars."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QWidget

from explorer.core.inside.attack import AskedPictures, Fooled
from explorer.core.inside.questions import NetworkQuestion
from explorer.ui.theme import UNIT
from explorer.ui.unfold.bar_list import BarList, NamedBar
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import named
from explorer.ui.widgets.picture_view import PictureView

_MOST_ANSWERS = 5
_NARROWEST_PX = 14 * UNIT


class AskedColumn:
    """One of several that stand side by side, its parts in the rows of a grid so that all pictures are level."""

    def __init__(self, title: str) -> None:
        self._title = title
        self.words = ElidedLabel()
        self.words.show_words(title)
        self.picture = named(PictureView(), title)
        self.picture.margin_px = UNIT // 2
        self.bars = BarList(f"{title}: what the network says")
        self.bars.setMinimumWidth(_NARROWEST_PX)
        self.parts: tuple[QWidget, QWidget, QWidget] = (self.words, self.picture, self.bars)

    def show_asked(self, shown: AskedPictures, fooled: Fooled) -> None:
        """Show the first of some pictures, and what is said of it."""
        question = fooled.question
        place = int(question.told(shown.values)[0])
        asked = "" if question.is_choice or question.unit == "score" else f"{question.name}: "
        # The answer first: it is what differs, and a narrow column cuts the end.
        self.words.show_words(f"{asked}{question.answers[place]} — {self._title.lower()}")
        self.picture.show_picture(shown.pictures[0])
        places = answers_in_sight(fooled)
        bars = bars_of(question, shown, places)
        self.bars.show_bars(bars, places.index(place) if len(bars) > 1 and place in places else -1)

    def clear(self) -> None:
        """Show nothing."""
        self.words.show_words(self._title)
        self.picture.clear()
        self.bars.show_bars(())


def answers_in_sight(fooled: Fooled) -> list[int]:
    """The places of the answers that matter in any of the pictures, in their own order."""
    count = len(fooled.question.answers)
    if not fooled.question.is_choice or count <= _MOST_ANSWERS:
        return list(range(count))
    stages = [each.values[0] for each in (fooled.before, fooled.after, fooled.random)]
    largest = np.max(np.stack(stages), axis=0)
    return sorted(int(place) for place in np.argsort(-largest, kind="stable")[:_MOST_ANSWERS])


def bars_of(question: NetworkQuestion, shown: AskedPictures, places: Sequence[int]) -> list[NamedBar]:
    """A bar for each of these answers."""
    values = shown.values[0]
    if question.is_choice:
        return [NamedBar(question.answers[p], f"{values[p]:.0%}", float(values[p])) for p in places]
    value = float(values[0])
    if question.unit == "chance":
        shares = (1.0 - value, value)
        return [NamedBar(question.answers[p], f"{shares[p]:.0%}", shares[p]) for p in places]
    share = 1.0 / (1.0 + math.exp(min(max(2.0 * (question.limit - value), -60.0), 60.0)))
    figure, tip = f"{round(value, 2) + 0.0:.2f}", f"{question.limit:.2f} or more is taken for {question.answers[1]}"
    return [NamedBar("Score" if question.unit == "score" else question.name, figure, share, tip=tip)]

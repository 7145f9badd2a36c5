"""The controls of *How likely*: whose opinion is asked, and of which pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal

from explorer.session.likelihood.strange_pictures import DIGITS, SAMPLES
from explorer.session.models.catalog import CatalogEntry
from explorer.ui.disentangle.ticked_models import TickedModels
from explorer.ui.theme import UNIT
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.number_box import number_box
from explorer.ui.widgets.parts import STRETCH, fill, push_button, row_of, text_label
from explorer.ui.widgets.source_button import SourceButton
from explorer.ui.widgets.working import Working

_FIRST_COUNT, _MOST = 500, 10_000


class LikelyControls(Controls):
    """Chooses models and pictures.

    Signals
    -------
    models_changed()
        Others are ticked.
    asked()
        What the pictures cost is to be worked out.
    """

    models_changed = Signal()
    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.models = TickedModels("Tick the models that should say how likely a picture is")
        self.models.ticked.connect(self._on_ticked)
        self.photo = push_button("A photo …", "Ask about one of your photos", image="picture")
        self.back = push_button(
            "Back to the current picture", "Ask about the current picture of the open model", image="undo"
        )
        self.pictures = SourceButton("Pictures", "Pictures to work out the bits of")
        self.others = SourceButton("Compare with", "A second set: does a model find it stranger than the first?")
        for button in (self.pictures, self.others):
            button.offer("Digits (built in)", DIGITS)
            button.offer("Samples of the open model", SAMPLES)
        self.none = push_button("Only the first set", "Leave out the second set")
        self.count = number_box(
            "How many", "Use at most this many pictures of each set", 2, _MOST, _FIRST_COUNT, width_px=9 * UNIT
        )
        self.ask = push_button("Sort by strangeness", "What each picture costs, the strangest first", primary=True)
        self.working = Working("Stop reading the pictures")
        self._lay_out()
        for source in (self.pictures, self.others):
            source.chosen.connect(lambda _source: self._on_source())
        self.none.clicked.connect(self._leave_others)
        self.ask.clicked.connect(self.asked)
        self._show_parts()

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The folders of the models that are ticked, in the order of the list."""
        return self.models.chosen

    def offer(self, entries: Sequence[CatalogEntry]) -> None:
        """Offer these models; what was ticked stays so, and of new ones all are."""
        self.models.offer(entries)

    def show_sources(self, first: str, second: str) -> None:
        """Show these sources; "" for none."""
        self.pictures.show_source(first)
        self.others.show_source(second)
        self._show_parts()

    def _lay_out(self) -> None:
        self.add_title("Models", self.models)
        self.column.addWidget(self.models)
        self.add_title("One picture", self.photo)
        fill(self.column, self.photo, self.back)
        self.add_title("Many pictures", self.pictures)
        fill(
            self.column, self.pictures, row_of(text_label("Compare with", of=self.others), (self.others, 1)), self.none
        )
        self.add(text_label("At most", of=self.count), self.count)
        fill(self.column, self.ask, self.working, STRETCH)

    def _on_ticked(self) -> None:
        self._show_parts()
        self.models_changed.emit()

    def _on_source(self) -> None:
        self._show_parts()
        if self.chosen and self.pictures.source:
            self.asked.emit()

    def _leave_others(self) -> None:
        self.others.show_source("")
        self._on_source()

    def _show_parts(self) -> None:
        self.none.setVisible(bool(self.others.source))
        ready = bool(self.pictures.source) and bool(self.models.count())
        self.ask.setEnabled(ready)
        self.ask.setToolTip(
            "What each picture costs, the strangest first" if ready else "Choose pictures, and a model, first"
        )

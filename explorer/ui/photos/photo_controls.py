"""The column of the photo view: which photo, how the frame lies on it, and the search for its latent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QProgressBar, QToolButton, QWidget

from explorer.core.models.card import ModelCard
from explorer.core.rendering.latent_points import SPACES, Space, usual_space
from explorer.session.photos.photo import Placing
from explorer.ui.photos.align_view import AlignView
from explorer.ui.photos.loss_curve import LossCurve
from explorer.ui.theme import UNIT
from explorer.ui.view import Controls
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import named, push_button, row_of, text_label, titled, tool_button
from explorer.ui.widgets.segments import Segments

_MOST_ROWS = 4
_SPACES = (
    ("Z", "Latents, as they are sampled: the least like your picture, but the easiest to edit"),
    ("W", "What the mapping makes of latents: more like your picture, and still easy to edit"),
    ("W+", "A w of its own for every layer: the most like your picture, but the hardest to edit"),
)


class PhotoControls(Controls):
    """What can be set, besides what is done on the photo itself.

    Signals
    -------
    space_chosen()
        The user chose another space to search in.
    """

    space_chosen = Signal()

    def __init__(self, stage: AlignView) -> None:
        super().__init__()
        self._stage = stage
        self._add_photo()
        self._add_frame()
        self._add_search()
        self.column.addStretch(1)
        stage.moved.connect(self._on_moved)
        stage.rested.connect(lambda _placing: self._show_history())

    def show_files(self, names: Sequence[Path]) -> None:
        """List the photos to choose from; the first is chosen, and one alone needs no list."""
        self.tray.blockSignals(True)
        self.tray.clear()
        for path in names:
            self.tray.addItem(path.name)
            self.tray.item(self.tray.count() - 1).setToolTip(str(path))
        self.tray.setCurrentRow(0)
        self.tray.blockSignals(False)
        self.tray.setFixedHeight(min(len(names), _MOST_ROWS) * self.tray.sizeHintForRow(0) + UNIT)
        self.tray.setVisible(len(names) > 1)

    def show_card(self, card: ModelCard) -> None:
        """Say what the frame of a model is."""
        size = f"{card.width}\u00a0×\u00a0{card.height} pixels"
        self.eyes.setVisible(card.pupils is not None)
        if card.pupils is not None:
            words = f"The outline shows where this model has its faces. It draws {size}."
        elif card.frame:
            words = f"This model's pictures are all lined up alike: line yours up too. It draws {size}."
        else:
            words = f"This model's pictures can lie anywhere in the frame. It draws {size}."
        self.frame.setText(words)
        told = card.frame if card.pupils is None else ""
        self.frame.setToolTip(f"Aligned by: {told.replace(' %', '%')}" if told else "")
        self._spaces.setVisible(card.styles > 0)
        self.spaces.show_index(SPACES.index(usual_space(card)))

    @property
    def space(self) -> Space:
        """Where to search."""
        return SPACES[self.spaces.index]

    def show_photo(self, there: bool) -> None:
        """Offer what needs a photo, or do not."""
        for part in (self.turn, self.quarter, self.mirror, self.again, self.eyes):
            part.setEnabled(there)
        self._show_history()

    def show_search(self, words: str, running: bool, offered: bool, tunable: bool = False) -> None:
        """Say how the search stands, and whether there is something to tune the model to."""
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.improve.setVisible(not running)
        self.improve.setEnabled(offered)
        self.spaces.setEnabled(not running)
        self.tune.setVisible(not running)
        self.tune.setEnabled(tunable)
        self.stop.setVisible(running)
        self.bar.setVisible(running)
        self.curve.setVisible(running or len(self.curve.points) > 1)

    def _add_photo(self) -> None:
        self.open = push_button(
            "Open …",
            "Choose one photo or several; they can be dropped here too",
            image="open",
        )
        self.paste = push_button("Paste", "Take the picture on the clipboard (Ctrl+V)", image="paste")
        self.tray = named(QListWidget(), "Photos to choose from")
        self.tray.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tray.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tray.hide()
        self.add_title("Photo", self.open)
        self.add(self.open, self.paste)
        self.column.addWidget(self.tray)

    def _add_frame(self) -> None:
        self.frame = text_label(wraps=True)
        self.turn = named(
            Slider(-180.0, 180.0, step=1.0),
            "Turn the frame, in degrees",
            "Turn the frame (R, Shift+R); a double click makes it upright",
        )
        self.turn.moved.connect(lambda degrees, _gesture: self._turn_to(degrees))
        self.degrees = QLabel("0°")
        self.degrees.setMinimumWidth(5 * UNIT)
        self.degrees.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.quarter = push_button(
            "Turn 90°", "Turn the frame by a quarter turn, for a photo that lies on its side", self._turn_quarter
        )
        self.mirror = push_button(
            "Mirror", "Swap left and right (M)", lambda _checked: self._stage.mirror(), checkable=True
        )
        self.undo = _tool("undo", "Undo the last change of the frame (Ctrl+Z on the photo)")
        self.undo.clicked.connect(self._stage.undo)
        self.redo = _tool("redo", "Redo it (Ctrl+Shift+Z on the photo)")
        self.redo.clicked.connect(self._stage.redo)
        self.again = push_button(
            "Start over",
            "Put the frame back in the middle, and click the pupils again where there are any",
            self._stage.reset,
            image="reset",
        )
        self.eyes = push_button(
            "Find the eyes", "Look for the eyes in the photo, and place the frame by them", image="search"
        )
        self.eyes.hide()
        self.add_title("Frame", self.turn)
        self.column.addWidget(self.frame)
        self.add(self.eyes)
        self.add(titled("Turn", self.turn, "muted"), self.turn, self.degrees)
        self.add(self.quarter, self.mirror)
        self.add(self.again, self.undo, self.redo)

    def _add_search(self) -> None:
        self.improve = push_button(
            "Improve",
            "Search for a latent whose picture is more like the crop, by optimisation",
        )
        self.spaces = named(Segments(_SPACES), "Where to search")
        self.spaces.chosen.connect(lambda _index: self.space_chosen.emit())
        self._spaces = QWidget()
        row_of(titled("Search in", self.spaces, "muted"), (self.spaces, 1), on=self._spaces)
        self._spaces.hide()
        self.tune = push_button(
            "Tune model",
            "Change a copy of the model a little until it draws your picture; this one stays as it is",
        )
        self.stop = push_button("Stop", "Stop and use the best so far", image="stop")
        self.bar = named(QProgressBar(maximum=1000, textVisible=False), "Progress of the search")
        self.words = text_label(wraps=True)
        self.curve = LossCurve()
        self.add_title("Search", self.improve)
        self.column.addWidget(self._spaces)
        self.add(self.improve, self.tune)
        for part in (self.stop, self.bar, self.words, self.curve):
            self.column.addWidget(part)
        self.show_search("", running=False, offered=False)

    def _on_moved(self, placing: Placing) -> None:
        degrees = math.degrees(placing.alignment.angle)
        self.turn.show_value(degrees)
        self.degrees.setText(f"{degrees:.0f}°")
        self.mirror.setChecked(placing.mirrored)

    def _show_history(self) -> None:
        there = self._stage.has_photo
        self.undo.setEnabled(there and self._stage.can_undo)
        self.redo.setEnabled(there and self._stage.can_redo)

    def _turn_to(self, degrees: float) -> None:
        stage = self._stage
        stage.place(stage.handles.turned_to(stage.placing, math.radians(degrees)))

    def _turn_quarter(self) -> None:
        stage = self._stage
        stage.show_placing(stage.handles.turned_to(stage.placing, stage.placing.alignment.angle + math.pi / 2))


def _tool(name: str, tip: str) -> QToolButton:
    return tool_button(name, tip.partition(" (")[0], tip)

"""The buttons of the lab: play, teach one step, begin anew, how fast, and the picture to a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QSpinBox, QToolButton, QWidget

from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.train.lab.subject import LabTurn
from explorer.ui.widgets.flow import Flow
from explorer.ui.widgets.parts import choice_box, column_of, named, row_of, titled, tool_button

SPEEDS: Final = (("Slow", 1, 4.0), ("Normal", 3, 20.0), ("Fast", 10, 30.0), ("Fastest", 20, 30.0))
"""What each is called, its steps between two pictures, and the most pictures in a second."""

_LARGEST_SEED: Final = 2**31 - 1


class LabBar(QWidget):
    """Plays the lab.

    Signals
    -------
    play_wanted(on) : bool
    turn_wanted(turn) : str
        "both" are to learn once, or one of the two, such as "critic".
    restart_wanted(seed) : int
    speed_wanted(steps, rate_hz) : int, float
    """

    play_wanted = Signal(bool)
    turn_wanted = Signal(str)
    restart_wanted = Signal(int)
    speed_wanted = Signal(int, float)

    def __init__(self, turns: Sequence[LabTurn]) -> None:
        super().__init__()
        self._plays = False
        self.seed, self.speed = self._seed_box(), self._speed_box()
        self.play = self._button("play", "Play", "", "")
        self.play.clicked.connect(lambda: self.play_wanted.emit(not self._plays))
        self.turns = {
            each.turn: self._button("step", each.words, f"{each.tip} ({each.key})", each.key) for each in turns
        }
        for turn, button in self.turns.items():
            button.clicked.connect(lambda _on=False, turn=turn: self.turn_wanted.emit(turn))
            button.setAutoRepeat(True)
        self.restart = self._button("reset", "Restart", "Start over with untrained networks (R)", "R")
        self.restart.clicked.connect(lambda: self.restart_wanted.emit(self.seed.value()))
        self.save = tool_button("save", "Save", "Save what you see, or a film of this round")
        self.save.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.show_playing(False)
        self._lay_out()

    def show_playing(self, on: bool) -> None:
        """Show whether it plays."""
        self._plays = on
        words = "Pause" if on else "Play"
        self.play.setText(words)
        self.play.setIcon(icon("pause" if on else "play"))
        self.play.setAccessibleName(words)
        self.play.setToolTip("Pause (Space)" if on else "Let both networks learn, over and over (Space)")

    def _button(self, icon_name: str, words: str, tip: str, key: str) -> QToolButton:
        button = tool_button(icon_name, words, tip)
        button.setText(words)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setShortcut(key)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _seed_box(self) -> QSpinBox:
        box = named(
            QSpinBox(),
            "Seed of the lab",
            "The seed decides how the networks start, and every point: same seed, same game",
        )
        box.setRange(0, _LARGEST_SEED)
        box.setKeyboardTracking(False)
        box.setFixedWidth(9 * UNIT)
        box.valueChanged.connect(lambda seed: self.restart_wanted.emit(seed))
        return box

    def _speed_box(self) -> QComboBox:
        tip = "{} step{} to a picture, at most {:g} pictures a second"
        choices = [(words, words, tip.format(steps, "s" * (steps > 1), rate)) for words, steps, rate in SPEEDS]
        box = choice_box("Speed", "How many steps are taken between two pictures", choices)
        box.setCurrentIndex(1)
        box.currentIndexChanged.connect(lambda index: self.speed_wanted.emit(*SPEEDS[index][1:]))
        return box

    def _lay_out(self) -> None:
        self.play.setMinimumSize(QSize(9 * UNIT, 0))
        flow = Flow(spacing=UNIT // 2)
        seed = QWidget()
        row_of(titled("Seed", self.seed, "muted"), self.seed, on=seed)
        for part in (self.play, *self.turns.values(), self.restart, seed, self.speed, self.save):
            flow.addWidget(part)
        column_of(flow, on=self, margins=(UNIT, UNIT // 2))

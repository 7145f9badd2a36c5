"""The way from the beginning of a painting to its end: scrubbed, played, and seen as a strip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from explorer.session.traverse.path_playback import PathPlayback
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT
from explorer.ui.tiles.mosaic import Mosaic
from explorer.ui.tiles.tile_view import TileView
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import column_of, named, row_of, text_label, tool_button

_STRIP = 10
_STRIP_PX, _GAP_PX = 9 * UNIT, 4
_SECONDS = 4.0


class StepInSight(Protocol):
    """What a step needs to be shown."""

    @property
    def step(self) -> int:
        """From 0 or 1 on."""

    @property
    def steps(self) -> int:
        """How many there will be."""

    @property
    def canvas(self) -> NDArray[np.uint8]:
        """(height, width, channels), the same for all."""


_S = TypeVar("_S", bound=StepInSight)


class Timeline(QWidget, Generic[_S]):
    """Shows which step is in sight, and lets another one be chosen.

    Signals
    -------
    moved(index) : int
        The state that is in sight now.
    """

    moved = Signal(int)

    def __init__(self, *, has_strip: bool = True) -> None:
        super().__init__()
        self.states: Sequence[_S] = ()
        self.playback = PathPlayback(self)
        self.playback.duration_s = _SECONDS
        self.play = tool_button("play", "Play", "Play from the beginning (Space)", checkable=True)
        self.scrub = named(Slider(0.0, 1.0, step=0.01), "Step", "Which step is shown: drag it, or use the arrow keys")
        self.words = text_label()
        self.words.setMinimumWidth(16 * UNIT)
        self.strip = named(TileView(), "Steps from the beginning to the end")
        self.strip.setFixedHeight(_STRIP_PX + 3 * UNIT)
        self.strip.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.strip.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._follows = True  # the newest state, while it is being painted
        column_of(
            row_of(self.play, (self.scrub, 1), self.words, margins=(UNIT, UNIT // 2)), self.strip, on=self, spacing=0
        )
        self.strip.setVisible(has_strip)
        self.scrub.moved.connect(self._on_scrubbed)
        self.play.toggled.connect(self._on_play)
        self.playback.moved.connect(self._on_time)
        self.playback.playing_changed.connect(self._on_playing)
        self.strip.picked.connect(self._on_picked)
        self.strip.tip = lambda index: f"Step {self.states[self._shown(index)].step}" if self.states else ""

    @property
    def index(self) -> int:
        """Which of the states is in sight; -1 where there is none."""
        return round(self.playback.time * (len(self.states) - 1)) if self.states else -1

    @property
    def state(self) -> _S | None:
        """The state that is in sight."""
        return self.states[self.index] if self.states else None

    def begin(self) -> None:
        """Another painting begins: its newest state is in sight, until the hand chooses one."""
        self._follows = not self.playback.is_playing

    def show_states(self, states: Sequence[_S]) -> None:
        """Show the states that there are."""
        self.states = states
        if states[-1].step == states[-1].steps or not self.strip.mosaic:
            self._fill_strip()
        if self._follows:
            self.playback.go_to(1.0)
        else:
            self.playback.go_to(self.playback.time)

    def clear(self) -> None:
        """Show none."""
        self.playback.stop()
        self.states = ()
        self.strip.show_mosaic(None)
        self.words.setText("")

    def rest(self) -> None:
        """Play no more."""
        self.playback.stop()

    def frame_shown(self) -> None:
        """The state in sight is on the screen."""
        self.playback.frame_shown()

    def _shown(self, tile: int) -> int:
        """The state behind a tile of the strip."""
        count = min(_STRIP, len(self.states))
        return round(float(np.linspace(0, len(self.states) - 1, count)[tile]))

    def _fill_strip(self) -> None:
        count = min(_STRIP, len(self.states))
        pictures = np.stack([self.states[self._shown(tile)].canvas for tile in range(count)])
        mosaic = Mosaic(1, count, pictures.shape[1:])
        mosaic.put(np.arange(count), pictures)
        self.strip.show_mosaic(mosaic)
        self._fit_strip()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_strip()

    def _fit_strip(self) -> None:
        """All tiles are in sight."""
        count = self.strip.mosaic.columns if self.strip.mosaic is not None else _STRIP
        self.strip.set_tile_px(min(_STRIP_PX, (self.width() - 2 * UNIT) // count - _GAP_PX))

    def _on_scrubbed(self, time: float, _gesture: int) -> None:
        self.playback.stop()
        self._follows = False
        self.playback.go_to(time)

    def _on_picked(self, tile: int) -> None:
        if self.states:
            self._on_scrubbed(self._shown(tile) / max(len(self.states) - 1, 1), -1)

    def _on_play(self, wanted: bool) -> None:
        if wanted and self.states:
            self._follows = False
            if self.playback.time >= 1.0:
                self.playback.go_to(0.0)
            self.playback.start()
        else:
            self.playback.stop()

    def _on_time(self, time: float) -> None:
        if self.playback.is_playing and time >= 1.0:
            self.playback.stop()
        self.scrub.show_value(time)
        state = self.state
        if state is not None:
            self.words.setText(f"Step {state.step} of {state.steps}")
            self.moved.emit(self.index)

    def _on_playing(self, playing: bool) -> None:
        self.play.setChecked(playing)
        self.play.setIcon(icon("pause" if playing else "play"))

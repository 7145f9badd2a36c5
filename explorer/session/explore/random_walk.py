"""The gentle walk, played: the next frame is asked for when the last one has been shown."""

from __future__ import annotations

import random
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from explorer.core.rendering.latents import Latent
from explorer.session.explore.scene_edits import SceneEdits

if TYPE_CHECKING:
    from explorer.core.rendering.walks import GentleWalk

FRAMES_PER_S = 60
_LONGEST_STEP_S = 0.1  # after a hiccup the walk goes on from where it was, rather than jump


class RandomWalk(QObject):
    """Walks through the prior at the pace of the screen.

    The pace comes from the pictures: a slow model gets fewer frames of the same walk, never a queue.
    Whoever shows the pictures calls `frame_shown` after each.

    Attributes
    ----------
    speed : float
        1 moves each dimension by about 0.7 standard deviations of the prior in a second.

    Signals
    -------
    playing_changed(playing) : bool
    """

    playing_changed = Signal(bool)

    def __init__(self, edits: SceneEdits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.speed = 0.5
        self._edits = edits
        self._walk: GentleWalk | None = None
        self._here: Latent | None = None
        self._gesture = -1
        self._time = self._stepped_at_s = 0.0
        self._next = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._next.timeout.connect(self._step)

    @property
    def is_playing(self) -> bool:
        """Whether the walk goes on."""
        return self._walk is not None

    def start(self, gesture: int) -> None:
        """Walk from the current latent; the whole walk undoes as the one step ``gesture``."""
        if not self._edits.document.scene.z.size:
            return
        self._gesture = gesture
        self._begin_here()
        self.playing_changed.emit(True)
        self._next.start(0)

    def stop(self) -> None:
        """Stand still."""
        self._next.stop()
        if self._walk is not None:
            self._walk = self._here = None
            self.playing_changed.emit(False)

    def frame_shown(self) -> None:
        """The picture of the last step is on the screen: the next step may come."""
        if self._walk is not None and not self._next.isActive():
            rest_s = 1.0 / FRAMES_PER_S - (perf_counter() - self._stepped_at_s)
            self._next.start(max(0, round(rest_s * 1000)))

    def _begin_here(self) -> None:
        from explorer.core.rendering.walks import GentleWalk

        self._here = self._edits.document.scene.z
        seed = random.randrange(1 << 32)
        self._walk = GentleWalk(self._here, seed, self._edits.card.prior)
        self._time, self._stepped_at_s = 0.0, perf_counter()

    def _step(self) -> None:
        if self._edits.document.scene.z is not self._here:  # somebody else moved: walk on from there
            self._begin_here()
        if self._walk is None:
            return
        now_s = perf_counter()
        self._time += min(now_s - self._stepped_at_s, _LONGEST_STEP_S) * self.speed
        self._stepped_at_s = now_s
        self._edits.go_to(self._walk.at(self._time), "Random walk", self._gesture)
        self._here = self._edits.document.scene.z

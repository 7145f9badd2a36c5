"""A GAN or a VAE in the plane at work in the background: played, stepped through, and changed while it learns."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.train.training_thread import TrainingThread
from explorer.training.toy_models.interactive_training import LabConfig, SnapshotRequest, follow
from explorer.training.toy_models.point_sets import PointSet, point_set

if TYPE_CHECKING:
    from explorer.training.toy_models.interactive_training import Seen

SNAPSHOTS_PER_S = 30.0
"""The most that are shown in a second."""


class Lab(QObject):
    """Plays one model in the plane; torch is loaded by its thread, when it first begins.

    Signals
    -------
    progressed(snapshots) : list of Snapshot or VAESnapshot
        New ones, of this round only, in order.
    playing(on) : bool
        It began to play, or stands still.
    failed(error) : Exception
    """

    progressed = Signal(list)
    playing = Signal(bool)
    failed = Signal(object)

    def __init__(self, config: LabConfig, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = SnapshotRequest(config, point_set(config.data))
        self._steps, self._rate_hz = 1, SNAPSHOTS_PER_S
        self._thread: TrainingThread | None = None
        self._closing = Event()
        self.is_playing = False

    def begin(self) -> None:
        """Show the untrained networks, if nothing has begun yet."""
        if self._thread is None and not self._closing.is_set():
            self._thread = thread = TrainingThread(self._paced, self, interval_s=0.5 / SNAPSHOTS_PER_S)
            thread.progressed.connect(self._on_progressed)
            thread.failed.connect(self._on_failed)
            thread.step_once()
            thread.start()

    def play(self) -> None:
        """Let both learn, over and over."""
        self.begin()
        self._request = replace(self._request, turn="both", steps=self._steps)
        self._allow(True)

    def pause(self) -> None:
        """Stand still after the step that is being taken."""
        if self._thread is not None:
            self._thread.pause()
        self._set_playing(False)

    def learn(self, turn: str) -> None:
        """Take one step, in which "both" learn, or only one of the two, such as the "critic"; then stand still."""
        self._request = replace(self._request, turn=turn, steps=1)
        self._allow(False)

    def restart(self, seed: int) -> None:
        """Begin anew; play on, if it played."""
        self._request = replace(self._request, seed=seed, round=self._request.round + 1, turn="both")
        self._look()

    def show_config(self, config: LabConfig) -> None:
        """Go on with these settings; where the networks do not fit them, they begin anew."""
        data = self._request.data if config.data == self._request.config.data else point_set(config.data)
        self._request = replace(self._request, config=config, data=data)
        self._look()

    def show_data(self, data: PointSet) -> None:
        """Learn these points from now on."""
        self._request = replace(self._request, data=data)
        self._look()

    def set_speed(self, steps: int, rate_hz: float) -> None:
        """Take so many steps for each snapshot, and so many snapshots a second at most."""
        self._steps, self._rate_hz = steps, rate_hz
        if self.is_playing:
            self._request = replace(self._request, steps=steps)

    def close(self) -> None:
        """Stop, and wait until that has happened."""
        self._closing.set()
        if self._thread is not None:
            self._thread.stop()
            self._thread.wait()

    def _look(self) -> None:
        """Show what changed, without a step of learning if it stands still."""
        if not self.is_playing:
            self._request = replace(self._request, steps=0)
            self._allow(False)

    def _allow(self, playing: bool) -> None:
        self._set_playing(playing)
        if self._thread is None:
            self.begin()
        elif playing:
            self._thread.resume()
        else:
            self._thread.step_once()
        if playing and self._thread is not None:
            self._thread.resume()

    def _set_playing(self, on: bool) -> None:
        if on != self.is_playing:
            self.is_playing = on
            self.playing.emit(on)

    def _paced(self) -> Iterator[Seen]:
        """The run, at no more than so many snapshots a second; called in the thread."""
        due = 0.0
        for snapshot in follow(lambda: self._request):
            yield snapshot
            self._closing.wait(max(due - time.monotonic(), 0.0))
            due = time.monotonic() + 1.0 / self._rate_hz

    def _on_progressed(self, snapshots: list[Seen]) -> None:
        mine = [each for each in snapshots if each.round == self._request.round]
        if mine:
            self.progressed.emit(mine)

    def _on_failed(self, error: Exception) -> None:
        self._set_playing(False)
        if self._thread is not None:
            self._thread.wait()  # it is at its end
            self._thread = None  # the next wish begins anew
        self.failed.emit(error)

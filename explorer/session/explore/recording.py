"""A recording of the canvas: every picture that comes into sight, with its time, until it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.session.explore.scene_pictures import Picture, ScenePictures

if TYPE_CHECKING:
    from explorer.core.exports.recorded import Shown
    from explorer.core.rendering.renderer import Rendering

_MOST_BYTES = 1 << 30
_TICK_MS = 250


class Recording(QObject):
    """Follows one view's pictures at a time; one recording has pictures of one size.

    Parameters
    ----------
    now_s : callable, optional
        A clock; for tests.

    Signals
    -------
    changed()
        It began, ended, or has gone on for a while.
    ended(why) : str
        It ended by itself, since there is no more room or pictures are of another size now.
    """

    changed = Signal()
    ended = Signal(str)

    def __init__(self, parent: QObject | None = None, now_s: Callable[[], float] = perf_counter) -> None:
        super().__init__(parent)
        self._now_s = now_s
        self._source: ScenePictures | None = None
        self._began_s = 0.0
        self._bytes = 0
        self.end_s = 0.0
        self.shown: list[Shown] = []
        self.is_on = False
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self.changed)

    @property
    def length_s(self) -> float:
        """For how long it has gone on."""
        return self._now_s() - self._began_s if self.is_on else self.end_s

    def begin(self, now: Picture | None) -> None:
        """Record from now on, beginning with the picture that is in sight ``now``."""
        self.shown, self._bytes, self._began_s, self.is_on = [], 0, self._now_s(), True
        if now is not None:
            self._keep(now)
        self._tick.start()
        self.changed.emit()

    def follow(self, source: ScenePictures | None) -> None:
        """Record what ``source`` shows, from what it shows now, and no other."""
        if source is self._source:
            return
        if self.is_on and source is not None and source.shown_last is not None:
            self._keep(source.shown_last.picture)
        if self._source is not None:
            self._source.shown.disconnect(self._on_shown)
        if source is not None:
            source.shown.connect(self._on_shown)
        self._source = source

    def stop(self) -> None:
        """Record no more; what was recorded stays in ``shown``."""
        if self.is_on:
            self.end_s, self.is_on = self.length_s, False
            self._tick.stop()
            self.changed.emit()

    def _on_shown(self, rendering: Rendering) -> None:
        if self.is_on and not rendering.is_preview:
            self._keep(rendering.picture)

    def _keep(self, picture: Picture) -> None:
        if self.shown and self.shown[0][1].shape != picture.shape:
            self._end("Pictures have another size now, and a film has only one.")
        elif self._bytes + picture.nbytes > _MOST_BYTES:
            self._end("There is no room for more.")
        else:
            self._bytes += picture.nbytes
            self.shown.append((self.length_s, picture))

    def _end(self, why: str) -> None:
        self.stop()
        self.ended.emit(why)

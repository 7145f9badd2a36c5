"""A path, played: time goes on when the last frame has been shown, so a slow model shows fewer of them."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

FRAMES_PER_S = 60
_LONGEST_STEP_S = 0.1  # after a hiccup it goes on from where it was, rather than jump


class PathPlayback(QObject):
    """Moves from 0 to 1 in so many seconds, again and again.

    Whoever shows the frames calls `frame_shown` after each, or `frame_failed`.

    Attributes
    ----------
    duration_s : float
        From the beginning of the path to its end.
    loops : bool
        Whether the path ends where it began; else it is played forth and back.

    Signals
    -------
    moved(time) : float
        The frame at this time, 0 to 1, is wanted.
    playing_changed(playing) : bool
    """

    moved = Signal(float)
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.duration_s = 4.0
        self.loops = False
        self._playing = False
        self._time, self._way, self._stepped_at_s = 0.0, 1.0, 0.0
        self._next = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._next.timeout.connect(self._step)

    @property
    def is_playing(self) -> bool:
        """Whether time goes on."""
        return self._playing

    @property
    def time(self) -> float:
        """Where it is, 0 to 1."""
        return self._time

    def go_to(self, time: float) -> None:
        """Go to ``time`` and ask for its frame."""
        self._time = min(max(time, 0.0), 1.0)
        self.moved.emit(self._time)

    def start(self) -> None:
        """Go on from here."""
        if not self._playing:
            self._playing = True
            self._stepped_at_s = perf_counter()
            self.playing_changed.emit(True)
            self._next.start(0)

    def stop(self) -> None:
        """Stand still."""
        self._next.stop()
        if self._playing:
            self._playing = False
            self.playing_changed.emit(False)

    def frame_shown(self) -> None:
        """The frame that was asked for is on the screen: the next may come."""
        if self._playing and not self._next.isActive():
            rest_s = 1.0 / FRAMES_PER_S - (perf_counter() - self._stepped_at_s)
            self._next.start(max(0, round(rest_s * 1000)))

    def frame_failed(self) -> None:
        """The frame that was asked for cannot be drawn, nor then can the next ones: stand still."""
        self.stop()

    def _step(self) -> None:
        now_s = perf_counter()
        step = min(now_s - self._stepped_at_s, _LONGEST_STEP_S) / max(self.duration_s, 0.1)
        self._stepped_at_s = now_s
        time = self._time + self._way * step
        if self.loops:
            self._way, time = 1.0, time % 1.0
        elif not 0.0 <= time <= 1.0:
            self._way = -self._way
            time = min(max(time, 0.0), 1.0)
        self.go_to(time)

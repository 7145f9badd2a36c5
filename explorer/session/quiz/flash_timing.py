"""A short exposure in whole frames of the screen, measured from the paint that began it to the one that ended it."""

from __future__ import annotations

from collections.abc import Callable

Later = Callable[[int, Callable[[], None]], None]


def frames_of(exposure_ms: float, frame_ms: float) -> int:
    """How many frames come nearest to an exposure; one at least."""
    return max(round(exposure_ms / frame_ms), 1)


class Flash:
    """Ends an exposure when it is over, and says how long it really was.

    A timer cannot be trusted to the millisecond, so it is set to half a frame before the frame that is to show the
    mask, and what is kept is measured between the two paints.

    Parameters
    ----------
    now_ms : callable
        A clock that never goes back.
    later : callable
        Does something after so many milliseconds.
    end : callable
        Shows the mask.
    """

    def __init__(self, now_ms: Callable[[], float], later: Later, end: Callable[[], None]) -> None:
        self._now_ms, self._later, self._end = now_ms, later, end
        self._began_ms: float | None = None
        self._turn = 0
        self.took_ms: float | None = None

    def begin(self, exposure_ms: float, frame_ms: float) -> None:
        """The pictures have been painted: end this after the exposure."""
        self._turn += 1
        turn = self._turn
        self.took_ms, self._began_ms = None, self._now_ms()
        wait_ms = (frames_of(exposure_ms, frame_ms) - 0.5) * frame_ms
        self._later(max(round(wait_ms), 0), lambda: self._over(turn))

    def ended(self) -> None:
        """The mask has been painted."""
        if self._began_ms is not None:
            self.took_ms = self._now_ms() - self._began_ms
            self._began_ms = None
        self._turn += 1  # a timer that still runs means nothing any more

    def forget(self) -> None:
        """Nothing is exposed."""
        self._turn += 1
        self._began_ms = self.took_ms = None

    def _over(self, turn: int) -> None:
        if turn == self._turn:
            self._end()

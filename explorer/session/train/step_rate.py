"""How fast a run goes: its steps a second over the last few seconds."""

from __future__ import annotations

from collections import deque

_WINDOW_S = 10.0


class Rate:
    """Steps a second of one run."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    @property
    def per_s(self) -> float:
        """Over the last seconds; 0 until there is something to tell."""
        if len(self._seen) < 2:
            return 0.0
        (first_s, first), (last_s, last) = self._seen[0], self._seen[-1]
        return (last - first) / (last_s - first_s) if last_s > first_s else 0.0

    def note(self, step: int, at_s: float) -> None:
        """The run has taken ``step`` steps ``at_s`` seconds after some moment."""
        if self._seen and step < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((at_s, step))
        while len(self._seen) > 2 and self._seen[1][0] < at_s - _WINDOW_S:
            self._seen.popleft()

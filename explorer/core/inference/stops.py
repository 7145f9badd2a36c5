"""Sessions that run only as far as one tensor of a model: made when they are first wanted."""

from __future__ import annotations

import threading
from collections.abc import Callable

from explorer.core.inference.engine import Engine

PREVIEW_STOP = ""
"""Stands for the tensor of a preview, whose session is kept for good."""


class Stops:
    """Keeps the session of previews, and of other tensors that of the last one. Any thread may ask.

    Parameters
    ----------
    opened : callable
        Gives a session for a serialised model.
    """

    def __init__(self, opened: Callable[[bytes], Engine]) -> None:
        self._opened = opened
        self._kept: dict[str, Engine] = {}
        self._lock = threading.Lock()

    def engine(self, tensor: str, model: Callable[[], bytes]) -> Engine:
        """What runs as far as a tensor; ``model`` is asked for it where it has to be made."""
        with self._lock:
            if tensor not in self._kept:
                made = self._opened(model())
                for other in [name for name in self._kept if PREVIEW_STOP not in (name, tensor)]:
                    self._kept.pop(other).close()
                self._kept[tensor] = made
            return self._kept[tensor]

    def close(self) -> None:
        """Let all of them go."""
        with self._lock:
            for engine in self._kept.values():
                engine.close()

"""Slow work that a test lets through when it likes."""

from __future__ import annotations

import threading
from typing import Any


class Gate:
    """Work that waits until the test opens it; gives back what it is asked, or raises it."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.entered = threading.Event()
        self._open = threading.Event()

    def open(self) -> None:
        self._open.set()

    def __call__(self, what: Any) -> Any:
        self.seen.append(what)
        self.entered.set()
        assert self._open.wait(10)
        if isinstance(what, Exception):
            raise what
        return what

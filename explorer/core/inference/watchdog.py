"""No run of a model lasts for ever: one that takes too long is ended, and one that nobody waits for any more.

onnxruntime looks at ``RunOptions.terminate`` between two nodes. A single node that does not end cannot be stopped;
whoever waits for it has to give its thread up.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread, current_thread
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:  # the jobs of the window know this module, and onnxruntime is not for its start
    import onnxruntime as ort

LONGEST_RUN_S = 120.0
"""How long one run may take: a picture of the largest models takes seconds."""

_LOOKS_EVERY_S = 0.5

_runs: dict[Thread, tuple[ort.RunOptions, float, float]] = {}  # options, when it began, when it has to end
_given_up: WeakSet[Thread] = WeakSet()


@contextmanager
def watched(options: ort.RunOptions, longest_s: float) -> Iterator[None]:
    """A block that runs a session with ``options`` in this thread, and is ended after ``longest_s``."""
    thread = current_thread()
    began = time.monotonic()
    _runs[thread] = options, began, began + longest_s
    if thread in _given_up:
        options.terminate = True
    _watch()
    try:
        yield
    finally:
        del _runs[thread]


def run_lasts_s(thread: Thread) -> float:
    """For how many seconds a thread has been in a run, or waited for its turn; 0 where it does something else."""
    run = _runs.get(thread)
    return 0.0 if run is None else time.monotonic() - run[1]


def give_up(thread: Thread) -> None:
    """End the run of a thread, and those that it may still begin."""
    _given_up.add(thread)
    run = _runs.get(thread)
    if run is not None:
        run[0].terminate = True


@functools.cache
def _watch() -> None:
    Thread(target=_look, name="watchdog", daemon=True).start()


def _look() -> None:
    while True:
        time.sleep(_LOOKS_EVERY_S)
        for options, _, until in list(_runs.values()):
            if time.monotonic() > until:
                options.terminate = True

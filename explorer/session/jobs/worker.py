"""One thread that does what it is handed, in turn, and that can be left behind when a model does not let go of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any
from weakref import finalize

from explorer.core.inference.watchdog import give_up, run_lasts_s

_PATIENCE_S = 3.0
_LONGEST_S = 60.0  # of work that is no run of a model, once nobody waits for it but the end
_LOOKS_EVERY_S = 0.1
_Task = tuple[Future[Any], Callable[[Any], Any], Any]


class Worker:
    """The thread begins with the first task. Python does not wait for it when it ends, as it does for an executor's.

    Parameters
    ----------
    name : str
        What the thread is called in reports.
    """

    def __init__(self, name: str) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._thread = Thread(target=_do_all, args=(self._tasks,), name=name, daemon=True)
        finalize(self, self._tasks.put, None)

    def submit(self, work: Callable[[Any], Any], what: Any) -> Future[Any]:
        """Have ``work(what)`` done after all that was handed in before."""
        future: Future[Any] = Future()
        self._tasks.put((future, work, what))
        if self._thread.ident is None:
            self._thread.start()
        return future

    def close(self, patience_s: float = _PATIENCE_S) -> None:
        """Wait until all that was handed in is done.

        A run of a model that lasts longer than ``patience_s`` is ended; if it goes on nevertheless, it is left behind,
        and so is other work that has not come to its end for a minute.
        """
        self._tasks.put(None)
        left, since_s = self._tasks.qsize(), monotonic()
        while self._thread.is_alive():
            self._thread.join(_LOOKS_EVERY_S)
            if (now_left := self._tasks.qsize()) != left:
                left, since_s = now_left, monotonic()
            lasts_s = run_lasts_s(self._thread)
            if not lasts_s and monotonic() - since_s > _LONGEST_S:
                return
            if lasts_s > patience_s:
                give_up(self._thread)
            if lasts_s > patience_s + _PATIENCE_S:
                return


def _do_all(tasks: SimpleQueue[_Task | None]) -> None:
    while (task := tasks.get()) is not None:
        future, work, what = task
        try:
            future.set_result(work(what))
        except BaseException as error:  # noqa: BLE001 - whoever asked is told, in a thread of their own
            future.set_exception(error)
        del task, future, work, what  # nothing is kept while nothing is done

"""Run slow work off the GUI thread, always on the newest request."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from explorer.session.jobs.worker import Worker

_PATIENCE_S = 20.0  # with each run of a model that has to be done before the end, such as a picture to be saved


class LatestOnly(QObject):
    """Calls ``work`` on the newest request and forgets those it overtook.

    One call runs at a time. While it runs, only the most recent request waits; the
    ones before it are dropped, so a fast drag never builds a queue, and what does get
    finished is always shown, so a slow model never starves the canvas.

    Everything here except ``work`` itself runs in the GUI thread, so there are no locks. A request that ``is_quick`` is
    worked on there, too, and at once, where nothing else runs: it is done when `request` returns.

    Parameters
    ----------
    work : callable
        Takes a request, gives a result or raises; called in the worker thread.
    is_quick : callable, optional
        Says whether a request takes less time than handing it to the worker is worth.
    name : str
        What the worker thread is called in reports.

    Signals
    -------
    done(request, result)
        A call returned.
    failed(request, error)
        A call raised.
    idle()
        Nothing is running and nothing waits.
    """

    done = Signal(object, object)
    failed = Signal(object, object)
    idle = Signal()
    _returned = Signal(object, object)

    def __init__(
        self,
        work: Callable[[Any], Any],
        parent: QObject | None = None,
        *,
        is_quick: Callable[[Any], bool] = lambda _request: False,
        name: str = "latest",
    ) -> None:
        super().__init__(parent)
        self._work, self._is_quick = work, is_quick
        self._waiting: deque[Any] = deque(maxlen=1)
        self._running = self._closed = False
        self._current: tuple[Any, Future[Any]] | None = None  # what runs
        self._worker = Worker(name)
        self._returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Whether a call is running or waits."""
        return self._running

    def request(self, what: Any) -> None:
        """Ask for ``work(what)``, replacing whatever was still waiting."""
        if self._closed:
            return
        if not self._running and self._is_quick(what):
            self._do_here(what)
            return
        self._waiting.append(what)
        if not self._running:
            self._hand_over()

    def drop_waiting(self) -> tuple[Any, ...]:
        """Forget what waits, and say what that was; what runs goes on."""
        dropped = tuple(self._waiting)
        self._waiting.clear()
        return dropped

    def close(self) -> None:
        """Drop what waits and let what runs finish; nothing is announced any more.

        A run of a model that goes on for seconds is ended.
        """
        self._closed = True
        self._waiting.clear()
        self._worker.close()

    def _do_here(self, request: Any) -> None:
        self._running = True  # what is asked for meanwhile waits
        try:
            result = self._work(request)
        except Exception as error:  # noqa: BLE001 - told as that of a worker is
            self._announce(self.failed, request, error)
        else:
            self._announce(self.done, request, result)

    def _hand_over(self) -> None:
        self._running = True
        request = self._waiting.popleft()
        self._current = request, (future := self._worker.submit(self._work, request))
        future.add_done_callback(lambda future: self._returned.emit(request, future))

    def _on_returned(self, request: Any, future: Future[Any]) -> None:
        if self._closed:  # the signal was already in the post when close() was called
            return
        self._current = None  # what it gave is not kept
        if error := future.exception():
            self._announce(self.failed, request, error)
        else:
            self._announce(self.done, request, future.result())

    def _announce(self, outcome: SignalInstance, request: Any, value: Any) -> None:
        self._running = False
        if self._waiting:  # before anything is announced: the worker need not wait for the screen
            self._hand_over()
        outcome.emit(request, value)
        if not self._running:
            self.idle.emit()


class InTurn(LatestOnly):
    """Calls ``work`` on every request, one after the other, in the order they came."""

    def __init__(
        self,
        work: Callable[[Any], Any],
        parent: QObject | None = None,
        *,
        is_quick: Callable[[Any], bool] = lambda _request: False,
        name: str = "in-turn",
    ) -> None:
        super().__init__(work, parent, is_quick=is_quick, name=name)
        self._waiting = deque()

    def finish(self) -> list[tuple[Any, BaseException]]:
        """Wait until everything asked for has been done, then close; gives what failed, as nothing is announced."""
        self._closed = True
        begun = [self._current] if self._current is not None and self._running else []
        begun += [(request, self._worker.submit(self._work, request)) for request in self._waiting]
        self._waiting.clear()
        self._worker.close(_PATIENCE_S)
        return [(request, error) for request, future in begun if future.done() and (error := future.exception())]

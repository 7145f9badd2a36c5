"""One session that is never dropped while it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import onnxruntime as ort
from numpy.typing import NDArray

from explorer.core.inference.providers import NATIVE_ERRORS, Placed, give_memory_back, off_pinned_cores, shrinking
from explorer.core.inference.watchdog import LONGEST_RUN_S, watched
from explorer.core.problem import Problem
from explorer.core.processes.memory import lacks_memory

_PATIENCE_S = 2.0  # how long closing waits for a run by itself, and again once it was told to end
_TURN_S = 0.1


class Engine:
    """Runs a session, one call at a time, until it is closed. Safe to use from any thread.

    Parameters
    ----------
    placed : Placed
    name : str
        What to call the model in a `Problem`.
    longest_s : float
        A run that takes longer is ended.
    """

    def __init__(self, placed: Placed, name: str, longest_s: float = LONGEST_RUN_S) -> None:
        self.provider = placed.provider
        self.reason = placed.reason
        self._session: Any = placed.session
        self._name = name
        self._longest_s = longest_s
        self._lock = threading.Lock()
        self._running: ort.RunOptions | None = None
        self._outputs = [output.name for output in self._session.get_outputs()]
        self.inputs = tuple(given.name for given in self._session.get_inputs())
        given = (*self._session.get_inputs(), *self._session.get_overridable_initializers())
        self._settable = frozenset(value.name for value in given)

    def takes(self, name: str) -> bool:
        """Whether a run may be fed that."""
        return name in self._settable

    def run(
        self,
        feeds: Mapping[str, NDArray[Any]],
        *,
        shrink: bool = False,
        options: ort.RunOptions | None = None,
    ) -> NDArray[Any]:
        """The session's one output, in memory of its own.

        Parameters
        ----------
        feeds : mapping of str to array
        shrink : bool
            Afterwards give the memory of the run back; otherwise the peak is kept for the next run.
        options : RunOptions, optional
            Of this run, such as one that is to be stopped from elsewhere; ``shrink`` is not asked then.

        Raises
        ------
        Problem
            The engine is closed, or the run fails or takes too long.
        """
        options = options or (shrinking(self.provider) if shrink else ort.RunOptions())
        options.log_severity_level = 4
        place = off_pinned_cores() if self.provider == "CPU" else nullcontext()
        with watched(options, self._longest_s), self._turn(options) as session:
            try:
                with place:
                    (result,) = session.run(self._outputs, feeds, options)
            except NATIVE_ERRORS as error:
                raise self._ended() if options.terminate else _failed(self._name, error) from None
        # What onnxruntime gives is a view that keeps its memory, and often the session's, for as long as it lives.
        return result.copy()  # type: ignore[no-any-return]

    @contextmanager
    def _turn(self, options: ort.RunOptions) -> Iterator[Any]:
        """The session, for this thread alone."""
        while not self._lock.acquire(timeout=_TURN_S):
            if options.terminate or self._session is None:
                raise self._ended()
        try:
            session = self._session
            if session is None:
                raise self._ended()
            self._running = options
            yield session
        finally:
            self._running = None
            self._lock.release()

    def _ended(self) -> Problem:
        if self._session is None:
            return Problem(f"{self._name} has been closed.", "Open it again.")
        what = f"{self._name} was stopped, as one run took longer than {self._longest_s:g} seconds."
        return Problem(what, "Choose other values, or a smaller model.")

    def close(self) -> None:
        """Wait a little for the running call, end it where it goes on, and let the session go. May be called again."""
        waited = self._lock.acquire(timeout=_PATIENCE_S)
        self._session = None
        if not waited and (running := self._running) is not None:
            running.terminate = True
            waited = self._lock.acquire(timeout=_PATIENCE_S)
        if waited:
            self._lock.release()
        give_memory_back()


def _failed(name: str, error: Exception) -> Problem:
    if lacks_memory(error):
        return Problem(f"There is not enough memory to run {name}.", "Close other programs, or use the CPU.")
    words = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
    return Problem(f"{name} failed while it ran: {words}", "Open it again, or use the CPU.")

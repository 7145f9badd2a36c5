"""One session that is never dropped while it runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import onnxruntime as ort
from numpy.typing import NDArray

from explorer.core.inference.providers import NATIVE_ERRORS, Placed
from explorer.core.problem import Problem


class Engine:
    """Runs a session, one call at a time, until it is closed. Safe to use from any thread.

    Parameters
    ----------
    placed : Placed
    name : str
        What to call the model in a `Problem`.
    """

    def __init__(self, placed: Placed, name: str) -> None:
        self.provider = placed.provider
        self.reason = placed.reason
        self._session: Any = placed.session
        self._name = name
        self._lock = threading.Lock()
        self._outputs = [output.name for output in self._session.get_outputs()]
        self._shrinking = ort.RunOptions()
        self._shrinking.log_severity_level = 4
        self._shrinking.add_run_config_entry("memory.enable_memory_arena_shrinkage", _arenas(self.provider))

    def run(
        self,
        feeds: Mapping[str, NDArray[Any]],
        *,
        shrink: bool = False,
        options: ort.RunOptions | None = None,
    ) -> NDArray[Any]:
        """The session's one output.

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
            The engine is closed, or the run fails.
        """
        with self._lock:
            if self._session is None:
                raise Problem(f"{self._name} has been closed.", "Open it again.")
            try:
                (result,) = self._session.run(
                    self._outputs, feeds, options or (self._shrinking if shrink else None)
                )
            except NATIVE_ERRORS as error:
                raise _failed(self._name, error) from None
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        """Waits for the running call, then lets the session go. May be called again."""
        with self._lock:
            self._session = None


def _arenas(provider: str) -> str:
    return "cpu:0;gpu:0" if provider == "CUDA" else "cpu:0"


def _failed(name: str, error: Exception) -> Problem:
    words = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
    if "alloc" in words or isinstance(error, MemoryError):
        return Problem(f"There is not enough memory to run {name}.", "Close other programs, or use the CPU.")
    return Problem(f"{name} failed while it ran: {words}", "Open it again, or use the CPU.")

"""The likelihoods that are being asked: each is opened in a worker, and kept until its file is another one."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from explorer.core.models.file_kinds import run_of
from explorer.core.models.model import LIKELIHOOD

if TYPE_CHECKING:
    from explorer.core.likelihood.likelihood import Likelihood


class OpenLikelihoods:
    """Opens likelihoods; to be asked in workers, as opening one may take a while."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[Path, tuple[int, Likelihood]] = {}
        self._closed = False

    def of(self, path: Path) -> Likelihood:
        """The likelihood in the folder of a model.

        Raises
        ------
        Problem
            It cannot be opened.
        """
        from explorer.core.likelihood.likelihood import Likelihood
        from explorer.core.problem import Problem

        with self._lock:
            if self._closed:
                raise Problem("The window is being closed.", "")
            now_ns = _written_ns(path / LIKELIHOOD)
            written_ns, known = self._open.get(path, (now_ns, None))
            if known is None or now_ns != written_ns:
                # what another thread still asks goes by itself once that is done
                known = Likelihood.open(path, "cpu", trusted=run_of(path) is not None)
                self._open[path] = now_ns, known
            return known

    def close(self) -> None:
        """Let all of them go."""
        with self._lock:
            self._closed = True
            for _written, likelihood in self._open.values():
                likelihood.close()
            self._open.clear()


def _written_ns(path: Path) -> int:
    """When a file was written; -1 where there is none, which opening it will tell."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1

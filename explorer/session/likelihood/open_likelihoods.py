"""The likelihoods that are being asked: each is opened once, in a worker, and kept until the window closes."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from explorer.core.models.file_kinds import run_of
from explorer.core.models.model import LIKELIHOOD
from explorer.session.models.catalog import Catalog, CatalogEntry

if TYPE_CHECKING:
    from explorer.core.likelihood.likelihood import Likelihood


def with_likelihood(catalog: Catalog, here: Path | None = None) -> tuple[CatalogEntry, ...]:
    """The models at hand that can say how likely a picture is, that of the folder ``here`` first."""
    found = [entry for entry in catalog.entries() if (entry.path / LIKELIHOOD).is_file()]
    if here is not None and (here / LIKELIHOOD).is_file() and all(entry.path != here for entry in found):
        found.insert(0, CatalogEntry(here.name, here, None, False))
    return tuple(sorted(found, key=lambda entry: entry.path != here))


class OpenLikelihoods:
    """Opens likelihoods; to be asked in workers, as opening one may take a while."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[Path, Likelihood] = {}
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
            if path not in self._open:
                self._open[path] = Likelihood.open(path, "cpu", trusted=run_of(path) is not None)
            return self._open[path]

    def close(self) -> None:
        """Let all of them go."""
        with self._lock:
            self._closed = True
            for likelihood in self._open.values():
                likelihood.close()
            self._open.clear()

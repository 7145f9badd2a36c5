"""The networks that can be looked into: those of the models at hand, and those that somebody brought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.core.inside.network_files import networks_in
from explorer.core.models.file_kinds import run_of
from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.models.catalog import Catalog

if TYPE_CHECKING:
    from explorer.training.inside.picture_network import PictureNetwork


@dataclass(frozen=True)
class NetworkAtHand:
    """A network, and what to call it: ``faces: critic``."""

    title: str
    path: Path


def networks_at_hand(catalog: Catalog, here: Path | None, brought: Sequence[Path] = ()) -> tuple[NetworkAtHand, ...]:
    """The networks at hand, those of the folder ``here`` first, those that were ``brought`` last."""
    folders = [entry.path for entry in catalog.entries() if entry.path.is_dir()] + list(catalog.without_generator())
    folders = sorted(folders, key=lambda folder: folder.name)
    if here is not None:
        folders = [here, *(folder for folder in folders if folder != here)]
    found = [NetworkAtHand(f"{folder.name}: {file.stem}", file) for folder in folders for file in networks_in(folder)]
    return (*found, *(NetworkAtHand(path.name, path) for path in brought))


def answering(networks: Sequence[NetworkAtHand], here: Path | None) -> Iterator[NetworkAtHand]:
    """Those that answer a question: classifiers, what was brought, and the critic of the open model's own samples."""
    for network in networks:
        kind = network.path.stem
        if kind not in ("encoder", "translator") and (kind != "critic" or network.path.parent == here):
            yield network


class OpenNetworks:
    """Opens networks so that gradients pass through them; to be asked in workers, as opening one may take a while."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[Path, PictureNetwork] = {}

    def of(self, path: Path) -> PictureNetwork:
        """The network in a file.

        Raises
        ------
        Problem
            It cannot be opened, or no gradients pass through it.
        """
        from explorer.training.inside.picture_network import PictureNetwork
        from explorer.training.learning.devices import leave_room

        with self._lock:
            if path not in self._open:
                leave_room()
                self._open[path] = PictureNetwork.open(path, trusted=run_of(path) is not None)
            return self._open[path]


class Meetings(JobRunner):
    """Opens the network that was chosen last.

    Signals
    -------
    met(path, network) : Path, PictureNetwork
    refused(path, problem) : Path, Problem
    """

    met = Signal(object, object)
    refused = Signal(object, object)

    def __init__(self, networks: OpenNetworks, parent: QObject | None = None) -> None:
        super().__init__(parent, name="networks")
        self._networks = networks

    def meet(self, path: Path) -> None:
        """Open the network in a file."""

        def failed(error: Exception) -> None:
            if isinstance(error, Problem):
                self.refused.emit(path, error)
            else:
                self.failed.emit(error)

        work, words = lambda *_: self._networks.of(path), "Opening the network"
        self.begin(work, lambda network: self.met.emit(path, network), failed=failed, words=words)

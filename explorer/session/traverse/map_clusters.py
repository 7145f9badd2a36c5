"""Clusters of the pictures of a map, found in the background."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner
from explorer.session.traverse.map_layouts import LatentMap, rows_of

if TYPE_CHECKING:
    from explorer.core.traverse.clusters import Grouping
    from explorer.core.traverse.map_facts import Fact


class MapClusters(JobRunner):
    """Parts the pictures of a map into clusters, by what the map is laid out by.

    Signals
    -------
    found(LatentMap, Fact)
    """

    found = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="clusters")

    def look(self, made: LatentMap, grouping: Grouping, count: int) -> None:
        """Look for so many clusters among the pictures of a map, instead of any others."""
        self.begin(
            lambda *_: _clusters(made, grouping, count), partial(self.found.emit, made), words="Looking for clusters"
        )


def _clusters(made: LatentMap, grouping: Grouping, count: int) -> Fact:
    from explorer.core.inference.threads import one_thread
    from explorer.core.traverse.clusters import clusters_of

    with one_thread():
        return clusters_of(rows_of(made), grouping, count, made.request.seed)

"""Labels that a person gives to pictures of a map, and what follows from them for all the others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from explorer.session.document import Document
from explorer.session.jobs.job import JobRunner
from explorer.session.jobs.report import Cancelled, Report
from explorer.session.traverse.map_layouts import LatentMap, rows_of
from explorer.session.traverse.map_pictures import MapPictures

if TYPE_CHECKING:
    from explorer.core.traverse.map_facts import Fact

KINDS = 9
"""How many kinds there are: a key each."""


class MapLabels(JobRunner):
    """Keeps the labels of one map's pictures, undoably, and spreads them over its graph of neighbours.

    Signals
    -------
    changed()
        Other pictures have a label; where there is enough to learn from, `found` follows.
    found(LatentMap, Fact)
        Of which kind each picture is likely to be.
    """

    changed = Signal()
    found = Signal(object, object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent, name="labels")
        self._document = document
        self._map: LatentMap | None = None
        self._given: dict[int, int] = {}

    @property
    def given(self) -> dict[int, int]:
        """The kinds, 1 to `KINDS`, of the pictures that were labelled, by their places."""
        return self._given

    @property
    def is_enough(self) -> bool:
        """Whether two kinds have a label, so that something follows for the others."""
        return len(set(self._given.values())) > 1

    def show_map(self, made: LatentMap | None) -> None:
        """Label the pictures of another map; labels stay where it only lays the same pictures out anew."""
        if made is None or self._map is None or made.shown is not self._map.shown:
            self._given = {}
        self._map = made
        self._spread()

    def give(self, index: int, kind: int) -> None:
        """Label a picture, or with 0 take its label away; an undoable step."""
        made, before = self._map, self._given
        if made is None or before.get(index, 0) == kind:
            return
        after = {place: known for place, known in before.items() if place != index} | ({index: kind} if kind else {})
        what = f"Label a picture {kind}" if kind else "Remove a label"
        put = partial(self._put, made.shown)
        self._document.do(what, partial(put, after), partial(put, before))

    def _put(self, shown: MapPictures, given: dict[int, int]) -> None:
        if self._map is not None and self._map.shown is shown:
            self._given = given
            self._spread()

    def _spread(self) -> None:
        made, given = self._map, self._given
        self.cancel()
        self.changed.emit()
        if made is not None and self.is_enough:
            self.begin(partial(_spread, made, given), partial(self._on_spread, made), words="Spreading labels")

    def _on_spread(self, made: LatentMap, found: Fact | None) -> None:
        if found is not None and made is self._map:
            self.found.emit(made, found)


def _spread(made: LatentMap, given: dict[int, int], report: Report, cancelled: Cancelled) -> Fact | None:
    from explorer.core.inference.threads import one_thread
    from explorer.core.traverse.map_facts import Fact
    from explorer.training.traverse.graph_convolution import spread_labels

    labels: NDArray[np.int64] = np.full(len(made.scenes), -1, np.int64)
    labels[list(given)] = np.array(list(given.values())) - 1
    with one_thread():
        chances = spread_labels(rows_of(made), labels, KINDS, made.request.seed, progress=report, cancelled=cancelled)
    if chances is None:
        return None
    kinds = np.where(labels >= 0, labels, chances.argmax(axis=1))
    return Fact("my labels", kinds.astype(np.float32), tuple(str(kind + 1) for kind in range(KINDS)))

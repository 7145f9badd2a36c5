"""The families that can be trained, loaded in the background: they need torch, which takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.job import JobRunner

if TYPE_CHECKING:
    from explorer.training.learning.family import Family


class TrainableFamilies(JobRunner):
    """Loads the families once.

    Signals
    -------
    loaded(families) : tuple of Family
    failed(error)
        Also for each family of another package that is broken.
    """

    loaded = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent, name="families")
        self.all: tuple[Family, ...] = ()

    def load(self) -> None:
        """Load them, unless that was done or is being done."""
        if not self.all and not self.is_busy:
            self.begin(lambda *_: _families(), self._on_loaded)

    def _on_loaded(self, families: tuple[Family, ...]) -> None:
        self.all = families
        self.loaded.emit(families)
        from explorer.training.families import broken_families

        for problem in broken_families():
            self.failed.emit(problem)


def _families() -> tuple[Family, ...]:
    from explorer.training.families import families

    return tuple(families().values())

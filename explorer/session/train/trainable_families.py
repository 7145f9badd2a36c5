"""The families that can be trained, loaded in the background: they need torch, which takes seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.latest import LatestOnly

if TYPE_CHECKING:
    from explorer.training.learning.family import Family


class TrainableFamilies(QObject):
    """Loads the families once.

    Signals
    -------
    loaded(families) : tuple of Family
    failed(error)
    """

    loaded = Signal(tuple)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: tuple[Family, ...] = ()
        self._work = LatestOnly(lambda _ask: _families(), self, name="families")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(lambda _ask, error: self.failed.emit(error))

    @property
    def is_busy(self) -> bool:
        """Whether they are being loaded."""
        return self._work.is_busy

    def called(self, key: str) -> Family | None:
        """One of them; None where it is unknown or not loaded yet."""
        return next((family for family in self.all if family.key == key), None)

    def load(self) -> None:
        """Load them, unless that was done or is being done."""
        if not self.all and not self._work.is_busy:
            self._work.request(None)

    def close(self) -> None:
        """Wait for what is being loaded."""
        self._work.close()

    def _on_done(self, _ask: object, families: tuple[Family, ...]) -> None:
        self.all = families
        self.loaded.emit(families)


def _families() -> tuple[Family, ...]:
    from explorer.training.families import families

    return tuple(families().values())

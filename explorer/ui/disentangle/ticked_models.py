"""A list of models of which some are ticked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from explorer.session.models.catalog import CatalogEntry
from explorer.ui.theme import UNIT

_ROWS = 5  # in sight at least


class TickedModels(QListWidget):
    """Offers models to be ticked.

    Parameters
    ----------
    tip : str
        What a tick is for.
    ticks_new : bool
        Whether models that are offered for the first time are ticked.

    Signals
    -------
    ticked()
        Others are ticked.
    """

    ticked = Signal()

    def __init__(self, tip: str, *, ticks_new: bool = True) -> None:
        super().__init__()
        self._new = Qt.CheckState.Checked if ticks_new else Qt.CheckState.Unchecked
        self.setAccessibleName("Models")
        self.setToolTip(tip)
        self.setFixedHeight(_ROWS * 3 * UNIT)
        self.itemChanged.connect(lambda _item: self.ticked.emit())

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The folders of the models that are ticked, in the order of the list."""
        return tuple(
            item.data(Qt.ItemDataRole.UserRole) for item in self._items() if item.checkState() is Qt.CheckState.Checked
        )

    def offer(self, entries: Sequence[CatalogEntry], first: Path | None = None) -> None:
        """Offer these models; what was ticked stays so, and ``first`` is when it is new."""
        before = {item.data(Qt.ItemDataRole.UserRole): item.checkState() for item in self._items()}
        if list(before) == [entry.path for entry in entries]:
            return
        with QSignalBlocker(self):
            self.clear()
            for entry in entries:
                new = Qt.CheckState.Checked if entry.path == first else self._new
                item = QListWidgetItem(entry.name)
                item.setData(Qt.ItemDataRole.UserRole, entry.path)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(before.get(entry.path, new))
                item.setToolTip(str(entry.path))
                self.addItem(item)
        self.ticked.emit()

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]

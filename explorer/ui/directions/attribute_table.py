"""What is known of the examples, an attribute a row: which to find a direction for, and which to balance by."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from explorer.core.directions.direction import Direction
from explorer.core.directions.verdict import verdict
from explorer.session.directions.evidence import Counts
from explorer.session.directions.fits import spoken

_NAME, _WITH, _WITHOUT, _UNKNOWN, _BALANCE, _RIGHT = range(6)
_HEADERS = ("Attribute", "With", "Without", "?", "Balance", "Right")
_TIPS = (
    "What to find a direction for",
    "Examples that have it; of a number, how many lie above its median",
    "Examples that do not",
    "Examples for which it is not known; these are left out",
    "Balance these on both sides, so that the direction does not change them too",
    "For how many new examples, or pairs, the fitted direction is right",
)
_KEY = Qt.ItemDataRole.UserRole
_ABOUT_SOURCE = ("source", "origin", "dataset", "collection", "camera", "split", "file", "folder")


class AttributeTable(QTreeWidget):
    """Chooses one attribute, and any others to balance by; Space ticks the balance of the row.

    Signals
    -------
    chosen()
        Another row is the current one.
    """

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Attributes")
        self.setColumnCount(len(_HEADERS))
        self.setHeaderLabels(_HEADERS)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for column, tip in enumerate(_TIPS):
            self.headerItem().setToolTip(column, tip)
            side = Qt.AlignmentFlag.AlignLeft if column == _NAME else Qt.AlignmentFlag.AlignRight
            self.headerItem().setTextAlignment(column, side | Qt.AlignmentFlag.AlignVCenter)
        self.currentItemChanged.connect(lambda _now, _before: self.chosen.emit())

    @property
    def attribute(self) -> str | None:
        """The attribute of the current row; None where nothing can be told apart by it."""
        item = self.currentItem()
        if item is None or item.isDisabled():
            return None
        return str(item.data(_NAME, _KEY))

    @property
    def attributes(self) -> tuple[str, ...]:
        """Every attribute that a direction may be found for."""
        return tuple(str(item.data(_NAME, _KEY)) for item in self._items() if not item.isDisabled())

    @property
    def balance(self) -> tuple[str, ...]:
        """The attributes that are ticked."""
        ticked = Qt.CheckState.Checked
        return tuple(str(item.data(_NAME, _KEY)) for item in self._items() if item.checkState(_BALANCE) == ticked)

    def show_counts(self, counts: Mapping[str, Counts]) -> None:
        """Show these attributes and nothing else; the first that tells of the pictures is current.

        Where a picture is from is told last: its light and its camera go with that, and a fit finds them first.
        """
        with QSignalBlocker(self):
            self.clear()
            self.addTopLevelItems([_row(name, found) for name, found in counts.items()])
            usable = [item for item in self._items() if not item.isDisabled()]
            telling = [item for item in usable if not _is_about_source(str(item.data(_NAME, _KEY)))]
            if telling:
                self.setCurrentItem(telling[0])
        self.chosen.emit()

    def show_directions(self, found: Mapping[str, Direction]) -> None:
        """Show how well the directions that were fitted do."""
        with QSignalBlocker(self):
            for item in self._items():
                direction = found.get(str(item.data(_NAME, _KEY)))
                judged = direction.held_out if direction is not None else None
                item.setText(_RIGHT, f"{round(100 * judged.accuracy)}%" if judged is not None else "")
                if direction is not None and judged is not None:
                    interval = f"95% interval {100 * judged.low:.0f} to {100 * judged.high:.0f}%"
                    item.setToolTip(_RIGHT, f"{verdict(direction).sentence} {interval}")
        self.viewport().update()

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [item for item in items if item is not None]


def _is_about_source(name: str) -> bool:
    return name.partition("=")[0].strip().lower() in _ABOUT_SOURCE


def _row(name: str, counts: Counts) -> QTreeWidgetItem:
    numbers = (counts.with_it, counts.without, counts.unknown)
    words = [spoken(name), *(f"{number:,}" for number in numbers), "", ""]
    item = QTreeWidgetItem(words)
    item.setData(_NAME, _KEY, name)
    item.setCheckState(_BALANCE, Qt.CheckState.Unchecked)
    for column in (_WITH, _WITHOUT, _UNKNOWN, _RIGHT):
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    item.setToolTip(_NAME, spoken(name))
    item.setToolTip(_BALANCE, _TIPS[_BALANCE])
    if counts.median is not None:
        item.setToolTip(_NAME, f"{spoken(name)} is a number; “with it” means above its median {counts.median:.3g}")
    if not counts.has_both:
        item.setDisabled(True)
        item.setToolTip(_NAME, f"{spoken(name)}: too few examples on one side")
    return item

"""The measures of disentanglement, a model a row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from explorer.core.disentanglement.table import HEADS, DisentanglementRow
from explorer.core.words import plain

_TIPS = (
    "Mutual information gap: how far the best dimension for a factor is ahead of the second (Chen et al., 2018)",
    "Disentanglement: does each dimension matter for one factor only? (Eastwood & Williams, 2018)",
    "Completeness: is each factor captured by one dimension only? (Eastwood & Williams, 2018)",
    "Informativeness: how much all dimensions together say about the factors (Eastwood & Williams, 2018)",
    "Does the dimension that stays still reveal which factor was held still? Chance is 1 / factors (Kim & Mnih, 2018)",
    "Separated attribute predictability: like MIG, by straight lines (Kumar et al., 2018)",
    "Does each dimension carry one factor only? (Ridgeway & Mozer, 2018)",
)


class ScoreTable(QTreeWidget):
    """A row for each model, and below them what the factors themselves score, and zeros."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Measures of disentanglement")
        self.setHeaderLabels(["Model", *HEADS])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column, tip in enumerate(_TIPS, 1):
            self.headerItem().setToolTip(column, tip)
            self.headerItem().setTextAlignment(column, right)

    def show_rows(self, rows: Sequence[DisentanglementRow], references: int) -> None:
        """Show these; the last ``references`` of them are no models, and stand apart."""
        self.clear()
        for place, row in enumerate(rows):
            item = QTreeWidgetItem([plain(row.model), *row.words])
            for column in range(1, len(HEADS) + 1):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if place >= len(rows) - references:
                for column in range(len(HEADS) + 1):
                    item.setForeground(column, self.palette().placeholderText())
                item.setToolTip(0, "For comparison: the best and the worst that the measures can give here")
            self.addTopLevelItem(item)
        if (first := self.topLevelItem(0)) is not None:
            self.setCurrentItem(first)

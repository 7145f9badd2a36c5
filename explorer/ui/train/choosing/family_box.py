"""Chooses a family: listed by groups with what each is good at, shown by its title alone once chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QStyleOptionComboBox

if TYPE_CHECKING:
    from explorer.training.learning.family import Family

_GROUPS = ("GANs", "VAEs", "Autoencoders", "Densities", "Picture to picture", "Worlds", "Helpers")
_TITLE = Qt.ItemDataRole.UserRole + 1
_SHOWN = 12  # letters that there is always room for
_NO_FLAGS = Qt.ItemDataRole.UserRole - 1  # a role of Qt's own: what has it cannot be chosen


class FamilyBox(QComboBox):
    """A box whose data are the keys of families, no wider than a title needs."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHOWN)

    def show_families(self, families: tuple[Family, ...]) -> None:
        """List these, those of one group below its name."""
        self.clear()
        groups = dict.fromkeys(family.group for family in families)
        for group in sorted(groups, key=lambda each: _GROUPS.index(each) if each in _GROUPS else len(_GROUPS)):
            self.addItem(group, "")
            self.setItemData(self.count() - 1, 0, _NO_FLAGS)
            for family in (each for each in families if each.group == group):
                self.addItem(f"{family.title} – {family.good_at}" if family.good_at else family.title, family.key)
                self.setItemData(self.count() - 1, family.title, _TITLE)
                self.setItemData(self.count() - 1, family.summary, Qt.ItemDataRole.ToolTipRole)

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        super().initStyleOption(option)
        option.currentText = self.currentData(_TITLE) or self.currentText()

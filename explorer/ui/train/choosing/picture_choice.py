"""Leaves pictures out: all of a source as small ones, each with a mark that says whether it is learned from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QWidget

from explorer.ui.theme import UNIT
from explorer.ui.widgets.parts import STRETCH, column_of, named, push_button, row_of, text_label
from explorer.ui.widgets.qimages import image_of

_ICON_PX = 9 * UNIT
_ON, _OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class PictureChoice(QDialog):
    """Shows pictures, near-doubles beside each other at the top; unticked ones are left out.

    Parameters
    ----------
    pictures : (N, H, W, C) uint8
    names : sequence of str
    left_out : collection of str
        Names of those that are left out already.
    doubles : mapping of int to int
        Numbers of pictures that are nearly an earlier one, and of that one.

    Signals
    -------
    chosen(names) : tuple of str
        These are to be left out, and no others.
    """

    chosen = Signal(tuple)

    def __init__(
        self,
        pictures: NDArray[np.uint8],
        names: Sequence[str],
        left_out: Collection[str],
        doubles: Mapping[int, int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Pictures to learn from")
        self._names, self._doubles = tuple(names), dict(doubles)
        self.list = named(QListWidget(), "Pictures to learn from", "Space or a click on its mark leaves a picture out")
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self.list.setGridSize(QSize(_ICON_PX + 5 * UNIT, _ICON_PX + 4 * UNIT))
        self.list.setTextElideMode(Qt.TextElideMode.ElideLeft)  # what tells names apart stands at their ends
        self.items = self._filled(pictures, frozenset(left_out))
        self.words = text_label(role="muted", wraps=True)
        self.leave = push_button(
            "Leave out near-doubles", "Keep the first of pictures that are nearly the same", self._leave_doubles
        )
        self.all = push_button("Take all", "Leave none out", self._take_all)
        self.leave.setVisible(bool(doubles))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        self.list.itemChanged.connect(lambda _item: self._say())
        column_of(self.words, (self.list, 1), row_of(self.leave, self.all, STRETCH, buttons), on=self, margins=2 * UNIT)
        self.resize(100 * UNIT, 70 * UNIT)
        self._say()

    def left_out(self) -> tuple[str, ...]:
        """The names of those that are unticked, in the order of the source."""
        return tuple(self._names[at] for at, item in sorted(self.items.items()) if item.checkState() == _OFF)

    def _filled(self, pictures: NDArray[np.uint8], left_out: frozenset[str]) -> dict[int, QListWidgetItem]:
        with_doubles = dict.fromkeys(self._doubles.values())
        together = [each for first in with_doubles for each in (first, *self._like(first))]
        others = [at for at in range(len(self._names)) if at not in set(together)]
        items = {}
        for at in (*together, *others):
            item = items[at] = QListWidgetItem(self._icon(pictures[at]), PurePosixPath(self._names[at]).name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._names[at])
            like = self._doubles.get(at)
            item.setToolTip(self._names[at] + ("" if like is None else f"\nNearly the same as {self._names[like]}"))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(_OFF if self._names[at] in left_out else _ON)
            self.list.addItem(item)
        return items

    def _icon(self, picture: NDArray[np.uint8]) -> QIcon:
        """As large as there is room for: an icon alone grows no larger than its picture."""
        side = round(_ICON_PX * self.devicePixelRatioF())
        ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        shown = QPixmap.fromImage(image_of(picture).scaled(side, side, *ways))
        shown.setDevicePixelRatio(self.devicePixelRatioF())
        return QIcon(shown)

    def _like(self, first: int) -> list[int]:
        return [later for later, earlier in self._doubles.items() if earlier == first]

    def _leave_doubles(self) -> None:
        for later in self._doubles:
            self.items[later].setCheckState(_OFF)

    def _take_all(self) -> None:
        for item in self.items.values():
            item.setCheckState(_ON)

    def _say(self) -> None:
        gone, count = len(self.left_out()), len(self.items)
        doubles = len(self._doubles)
        few = doubles == 1
        alike = f" {doubles:,} {'is' if few else 'are'} nearly the same as another, and shown first." if doubles else ""
        self.words.setText(f"{count - gone:,} of {count:,} pictures will be learned from.{alike}")

    def _take(self) -> None:
        self.chosen.emit(self.left_out())
        self.accept()

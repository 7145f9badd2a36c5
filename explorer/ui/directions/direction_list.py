"""The directions of a model as a list: named, renamed, removed, chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from explorer.core.directions.verdict import verdict
from explorer.session.directions.wording import method_words, short_accuracy_words, story
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT, colours_of, mixed
from explorer.ui.widgets.keys import Key

if TYPE_CHECKING:
    from explorer.core.directions.direction import Direction

_ABOUT = int(Qt.ItemDataRole.UserRole)
_NAME = _ABOUT + 1  # as it was before it is typed over
_ROW_PX = 5 * UNIT


class DirectionList(QListWidget):
    """A row a direction: its name, and below it how it was found. F2 renames, Delete removes.

    Signals
    -------
    chosen(name) : str
        Another one is current; "" for none.
    renamed(old, new) : str, str
        The user typed another name; the list shows the old one until it is told otherwise.
    remove_wanted(names) : tuple of str
    lock_wanted(in_place) : bool
        The user wants those that are selected locked against each other.
    focus_wanted(name) : str
        The user wants one that changes less of everything else.
    top_wanted(name) : str
        The user wants this one on top of the list.
    layers_wanted(names, layers) : tuple of str, (int, int)
        The user wants these to move the layers from one to another and no others.

    Attributes
    ----------
    layer_choices : sequence of (str, (int, int))
        In words and numbers, the layers that can be wanted; empty where the model has none.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Remove the selected directions", "Delete"),)

    chosen = Signal(str)
    renamed = Signal(str, str)
    remove_wanted = Signal(object)
    lock_wanted = Signal(bool)
    focus_wanted = Signal(str)
    top_wanted = Signal(str)
    layers_wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._showing = False
        self._sought = ""
        self.layer_choices: Sequence[tuple[str, tuple[int, int]]] = ()
        self.setProperty("cards", True)
        self.setItemDelegate(_Delegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Directions")
        self.customContextMenuRequested.connect(self._show_menu)
        self.currentItemChanged.connect(lambda _item, _before: self._tell_chosen())
        self.itemChanged.connect(self._on_typed)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all rows, also of those that the search hides."""
        return tuple(self.item(row).data(_NAME) for row in range(self.count()))

    @property
    def current(self) -> str:
        """The name of the current row; "" where there is none."""
        item = self.currentItem()
        return str(item.data(_NAME)) if item is not None else ""

    @property
    def selected(self) -> tuple[str, ...]:
        """The names of the rows that are selected, from top to bottom."""
        items = sorted(self.selectedItems(), key=self.row)
        return tuple(item.data(_NAME) for item in items if not item.isHidden())

    def show_directions(self, directions: Sequence[Direction]) -> None:
        """Show these; the current one stays current where it is still there, else its neighbour is."""
        before, row = self.current, max(self.currentRow(), 0)
        self._showing = True
        self.clear()
        for direction in directions:
            self.addItem(_item(direction))
        names = self.names
        if names:
            self.setCurrentRow(names.index(before) if before in names else min(row, len(names) - 1))
        self._showing = False
        self.seek(self._sought)
        self._tell_chosen()

    def choose(self, name: str) -> None:
        """Make ``name`` current, if it is there."""
        if name in self.names:
            self.setCurrentRow(self.names.index(name))

    def seek(self, text: str) -> None:
        """Show only rows with ``text`` in their name or story."""
        self._sought = text.strip().lower()
        for row in range(self.count()):
            item = self.item(row)
            words = f"{item.data(_NAME)}\n{item.toolTip()}".lower()
            item.setHidden(self._sought not in words)

    def sizeHint(self) -> QSize:
        return QSize(26 * UNIT, 30 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(16 * UNIT, 2 * _ROW_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.selected:
            self.remove_wanted.emit(self.selected)
        else:
            super().keyPressEvent(event)

    def menu(self) -> QMenu:
        """What can be done with the rows that are selected."""
        menu, names = QMenu(self), self.selected
        rename = menu.addAction(icon("edit"), "Rename", lambda: self.editItem(self.currentItem()))
        rename.setEnabled(len(names) == 1)
        top = menu.addAction(icon("chevron_up"), "Move to the top", lambda: self.top_wanted.emit(names[0]))
        top.setEnabled(len(names) == 1)
        for words, in_place in (("Make independent", False), ("Make independent, replacing them", True)):
            lock = menu.addAction(icon("lock"), words, partial(self.lock_wanted.emit, in_place))
            lock.setEnabled(len(names) > 1)
        focus = menu.addAction(icon("fit"), "Keep the rest still", lambda: self.focus_wanted.emit(names[0]))
        focus.setEnabled(len(names) == 1)
        focus.setToolTip("A new direction that changes as much of this and less of everything else")
        if self.layer_choices:
            layers = menu.addMenu("Move only …")
            layers.setEnabled(bool(names))
            for words, span in self.layer_choices:
                layers.addAction(words, partial(self.layers_wanted.emit, names, span))
        menu.addSeparator()
        remove = menu.addAction(icon("trash"), "Remove", lambda: self.remove_wanted.emit(names))
        remove.setEnabled(bool(names))
        return menu

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(place))

    def _tell_chosen(self) -> None:
        if not self._showing:
            self.chosen.emit(self.current)

    def _on_typed(self, item: QListWidgetItem) -> None:
        old, new = str(item.data(_NAME)), item.text().strip()
        if self._showing or new == old:
            return
        self._showing = True
        item.setText(old)
        self._showing = False
        self.renamed.emit(old, new)


class _Delegate(QStyledItemDelegate):
    """Paints a name and a line of less weight below it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(20 * UNIT, _ROW_PX)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        editor.setGeometry(option.rect.adjusted(UNIT // 2, UNIT // 2, -UNIT // 2, -UNIT // 2))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view = self.parent()
        assert isinstance(view, QWidget)
        c, place = colours_of(QApplication.palette()), QRect(option.rect)  # the view's own ground is transparent
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            accent = c.accent if view.hasFocus() else c.text
            painter.fillRect(place, mixed(accent, c.window, 0.16))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, mixed(c.text, c.window, 0.06))
        inside = place.adjusted(UNIT, 3, -UNIT, -3)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        half = inside.height() // 2
        upper, lower = inside.adjusted(0, 0, 0, -half), inside.adjusted(0, half, 0, 0)
        for words, font, colour, part in (
            (str(index.data()), bold, c.text, upper),
            (str(index.data(_ABOUT)), option.font, c.muted, lower),
        ):
            painter.setFont(font)
            painter.setPen(colour)
            short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, part.width())
            painter.drawText(part, Qt.AlignmentFlag.AlignVCenter, short)
        painter.restore()


def _item(direction: Direction) -> QListWidgetItem:
    item = QListWidgetItem(direction.name)
    item.setData(_NAME, direction.name)
    item.setData(_ABOUT, _about(direction))
    item.setToolTip(story(direction))
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
    return item


def _about(direction: Direction) -> str:
    grade, judged = verdict(direction).word.capitalize(), short_accuracy_words(direction)
    if grade or judged:
        return " · ".join(filter(None, (grade, judged, method_words(direction))))
    share, value = direction.details.get("share"), direction.details.get("eigenvalue")
    if isinstance(share, float) and direction.method in ("sefa", "pca"):
        known = f"Eigenvalue {value:.3g} ({share:.1%})" if isinstance(value, float) else f"{share:.1%} of change"
        return f"{known} · {'SeFa' if direction.method == 'sefa' else 'GANSpace'}"
    return method_words(direction)

"""The layers of a network as a list that can be edited: one row a step, with what comes out of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from explorer.training.weight_import import step_edits
from explorer.training.weight_import.architecture import (
    ADDED,
    Architecture,
    Step,
    UnfitStepError,
    value_in_words,
    values_of,
    words_of_step,
)
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.parts import STRETCH, column_of, push_button, row_of, text_label
from explorer.ui.window.readings.step_fields import StepFields

_COLUMNS = ("", "Step", "Layer", "Values", "Size after")
_LAYER_PX = 18 * UNIT


class LayerList(QWidget):
    """Shows steps and emits what they are to be instead.

    Steps with weights stay where they are; others can be added, removed and moved.

    Signals
    -------
    edited(steps) : Architecture
    """

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.steps: Architecture = ()
        self._sizes: tuple[tuple[int, ...], ...] = ()
        self.table = self._table()
        self.fields = StepFields()
        self.fields.edited.connect(self._change)
        self.add = push_button("Add below", "Add a step without weights below this one (Insert)")
        self.add.setMenu(self._menu())
        self.remove = push_button("Remove", "Remove this step, which has no weights (Delete)", self._remove)
        self.up = push_button("Move up", "Move this step up (Alt+Up)", lambda: self._move(-1))
        self.down = push_button("Move down", "Move this step down (Alt+Down)", lambda: self._move(1))
        for keys, do in (
            ("Insert", self.add.showMenu),
            ("Delete", self.remove.click),
            ("Alt+Up", self.up.click),
            ("Alt+Down", self.down.click),
        ):
            self._key(keys, do)
        buttons = row_of(self.add, self.remove, self.up, self.down, STRETCH)
        column_of((self.table, 1), self.fields, buttons, on=self, margins=(0, UNIT, UNIT, 0))

    @property
    def current(self) -> int:
        """The number of the row that is chosen, from 0; -1 while there is none."""
        item = self.table.currentItem()
        return -1 if item is None else self.table.indexOfTopLevelItem(item)

    def choose(self, place: int) -> None:
        """Choose a row."""
        if (item := self.table.topLevelItem(place)) is not None:
            self.table.setCurrentItem(item)

    def show_steps(
        self,
        steps: Architecture,
        sizes: tuple[tuple[int, ...], ...],
        unfit: UnfitStepError | None = None,
    ) -> None:
        """Show these steps, what leaves each as far as that is known, and the one that does not fit, if any."""
        self.steps, self._sizes = steps, sizes
        place = min(max(self.current, 0), len(steps) - 1)
        self.table.blockSignals(True)
        self.table.clear()
        for number, step in enumerate(steps):
            self.table.addTopLevelItem(self._item(number, step))
        if unfit is not None:
            self._tell(unfit)
        self.choose(place)
        self.table.blockSignals(False)
        self._show_current()

    def _item(self, number: int, step: Step) -> QTreeWidgetItem:
        told = [value_in_words(step, name) + (" (guessed)" if name in step.guessed else "") for name in values_of(step)]
        size = " × ".join(map(str, self._sizes[number])) if number < len(self._sizes) else "…"
        item = QTreeWidgetItem([str(number + 1), words_of_step(step), step.layer, ", ".join(told), size])
        item.setToolTip(2, step.layer)
        item.setToolTip(3, ", ".join(told))
        item.setTextAlignment(4, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    def _tell(self, unfit: UnfitStepError) -> None:
        """Put the sentence of a step that does not fit below its row."""
        item = self.table.topLevelItem(unfit.place)
        if item is None:
            return
        item.setText(0, f"✕ {unfit.place + 1}")
        sentence = QTreeWidgetItem()
        sentence.setFlags(Qt.ItemFlag.NoItemFlags)
        item.addChild(sentence)
        item.setForeground(0, colours_of(self.palette()).error)
        sentence.setFirstColumnSpanned(True)
        label = text_label(unfit.what, "error")
        label.setToolTip(unfit.what)
        self.table.setItemWidget(sentence, 0, label)
        item.setExpanded(True)
        self.table.scrollToItem(sentence)

    def _show_current(self) -> None:
        place = self.current
        self.fields.show_step(place, self.steps[place] if 0 <= place < len(self.steps) else None)
        self.remove.setEnabled(step_edits.is_free(self.steps, place))
        self.up.setEnabled(step_edits.can_move(self.steps, place, -1))
        self.down.setEnabled(step_edits.can_move(self.steps, place, 1))
        self.add.setEnabled(place >= 0)

    def _change(self, values: dict[str, object]) -> None:
        self.edited.emit(step_edits.changed(self.steps, self.current, **values))

    def _add(self, op: str) -> None:
        place = self.current
        size = self._sizes[place] if 0 <= place < len(self._sizes) else ()
        self.edited.emit(step_edits.added(self.steps, place, op, size))
        self.choose(place + 1)

    def _remove(self) -> None:
        self.edited.emit(step_edits.removed(self.steps, self.current))

    def _move(self, by: int) -> None:
        place = self.current
        self.edited.emit(step_edits.moved(self.steps, place, by))
        self.choose(place + by)

    def _table(self) -> QTreeWidget:
        table = QTreeWidget()
        table.setAccessibleName("Layers")
        table.setHeaderLabels(_COLUMNS)
        table.setRootIsDecorated(False)
        table.setItemsExpandable(False)
        table.setIndentation(0)
        table.setUniformRowHeights(True)
        header = table.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        header.setMaximumSectionSize(_LAYER_PX * 2)
        table.currentItemChanged.connect(lambda *_: self._show_current())
        return table

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for op in ADDED:
            menu.addAction(words_of_step(Step(op)).capitalize(), partial(self._add, op))
        return menu

    def _key(self, keys: str, do: object) -> None:
        action = QAction(self.table)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(do)
        self.table.addAction(action)

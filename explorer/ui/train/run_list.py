"""All runs, newest first: what each draws now, what it does, and how far it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPalette, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QListWidget, QListWidgetItem, QProgressBar, QSizePolicy, QWidget

from explorer.session.jobs.job import JobRunner
from explorer.session.train.run_summaries import Training
from explorer.session.train.runs import TrainingRuns
from explorer.training.runs.sample_sheets import SampleSheets
from explorer.ui.theme import UNIT
from explorer.ui.train.run_words import expected_words, state_words, step_words
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.parts import named

_THUMB_PX = 7 * UNIT
_FOLDER = Qt.ItemDataRole.UserRole


class RunList(QListWidget):
    """Lists the runs; choosing one shows it.

    Signals
    -------
    chosen(folder) : Path
        The user chose this run.
    delete_wanted(folder) : Path
    menu_for(folder, where) : Path, QPoint
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Delete the selected run", "Delete"),)

    chosen = Signal(object)
    delete_wanted = Signal(object)
    menu_for = Signal(object, QPoint)

    def __init__(self, trainings: TrainingRuns, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trainings = trainings
        self._cards: dict[Path, RunCard] = {}
        self._thumbs = JobRunner(self, overtakes="nothing", name="run-thumbnails")
        self.setAccessibleName("Runs")
        self.setToolTip("All runs, newest first")
        self.setProperty("cards", True)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.currentItemChanged.connect(self._on_current)
        trainings.listed.connect(self.show_all)
        trainings.changed.connect(self._on_changed)
        self.show_all()

    @property
    def is_busy(self) -> bool:
        """Whether thumbnails are still to come."""
        return self._thumbs.is_busy

    @property
    def folder(self) -> Path | None:
        """The run that is chosen."""
        item = self.currentItem()
        folder: Path | None = item.data(_FOLDER) if item is not None else None
        return folder

    def choose(self, folder: Path | None) -> None:
        """Mark a run as the chosen one, silently; None for none."""
        before = self.blockSignals(True)
        rows = [row for row, item in enumerate(self._items()) if item.data(_FOLDER) == folder]
        self.setCurrentRow(rows[0] if rows else -1)
        self.blockSignals(before)

    def show_all(self) -> None:
        """List what there is now."""
        chosen = self.folder
        before = self.blockSignals(True)
        self.clear()
        self._cards.clear()
        for training in self._trainings.all:
            self._add(training)
        self.blockSignals(before)
        self.choose(chosen)

    def close_work(self) -> None:
        """Draw no more thumbnails."""
        self._thumbs.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.folder is not None:
            self.delete_wanted.emit(self.folder)
            return
        super().keyPressEvent(event)

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]

    def _add(self, training: Training) -> None:
        item, card = QListWidgetItem(), RunCard()
        item.setData(_FOLDER, training.folder)
        item.setSizeHint(QSize(0, _THUMB_PX + 2 * UNIT))
        self.addItem(item)
        self.setItemWidget(item, card)
        self._cards[training.folder] = card
        self._show(training, item)

    def _on_changed(self, folder: Path) -> None:
        item = next((item for item in self._items() if item.data(_FOLDER) == folder), None)
        if item is not None and self._trainings.has(folder):
            self._show(self._trainings.of(folder), item)

    def _show(self, training: Training, item: QListWidgetItem) -> None:
        card = self._cards[training.folder]
        card.show_training(training)
        said = ", ".join(filter(None, (training.facts.name, state_words(training), step_words(training))))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        item.setToolTip(f"{training.facts.name}\n{training.folder}")
        sheet = training.facts.sheet
        if sheet is not None and sheet != card.sheet:
            card.sheet = sheet
            self._thumbs.begin(lambda *_: _thumbnail(sheet), partial(self._on_thumbnail, training.folder))

    def _on_thumbnail(self, folder: Path, image: QImage) -> None:
        card = self._cards.get(folder)
        if card is not None and not image.isNull():
            card.show_image(image)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_FOLDER))

    def _on_menu(self, where: QPoint) -> None:
        item = self.itemAt(where) or self.currentItem()  # the keyboard asks at the middle of the list
        if item is not None:
            self.menu_for.emit(item.data(_FOLDER), self.viewport().mapToGlobal(where))


class RunCard(QWidget):
    """One run: a thumbnail, its name, its state and how far it is."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet: Path | None = None
        self.picture, self.name = QLabel(), ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self.state, self.rate = ElidedLabel(), ElidedLabel()
        self.bar = named(QProgressBar(textVisible=False), "Progress")
        self.picture.setFixedSize(_THUMB_PX, _THUMB_PX)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAutoFillBackground(True)
        self.picture.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.name.setProperty("role", "heading")
        for label in (self.name, self.state, self.rate):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for label in (self.state, self.rate):
            label.setProperty("role", "small")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lay_out()

    def show_training(self, training: Training) -> None:
        """Show what the run does now."""
        self.name.show_words(training.facts.name)
        self.state.show_words(state_words(training))
        self.rate.show_words(expected_words(training) or step_words(training))
        self.bar.setMaximum(max(training.facts.steps, 1))
        self.bar.setValue(min(training.facts.done_steps, training.facts.steps))

    def show_image(self, image: QImage) -> None:
        """Show what it draws."""
        ratio = self.devicePixelRatioF()
        side = round(_THUMB_PX * ratio)
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(image.scaled(side, side, keep, smooth))
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        grid.setHorizontalSpacing(UNIT)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.picture, 0, 0, 4, 1)
        for row, widget in enumerate((self.name, self.state, self.rate, self.bar)):
            grid.addWidget(widget, row, 1)
        grid.setColumnStretch(1, 1)


def _thumbnail(sheet: Path) -> QImage:
    """The first four pictures of a sheet; the whole of one that has no index."""
    image, layout = QImage(str(sheet)), SampleSheets(sheet.parent).layout()
    if layout is None or image.isNull():
        return image
    side = 2 * layout.size + layout.gap
    return image.copy(0, 0, min(side, image.width()), min(side, image.height()))

"""How a foreign model is to be read: what had to be guessed of it, with pictures that follow each change."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from explorer.core.models.class_names import checked_names
from explorer.core.problem import Problem
from explorer.session.models.reinterpretation import Reinterpretation, Reinterpretations
from explorer.session.notices import notice_of
from explorer.ui.theme import UNIT
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.widgets.parts import choice_box, column_of, named, row_of, text_label
from explorer.ui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from explorer.core.models.card import ModelCard

_RANGES = (("0 to 1", (0.0, 1.0)), ("−1 to 1", (-1.0, 1.0)), ("0 to 255", (0.0, 255.0)))
_PRIORS = (("Standard normal", "normal"), ("Uniform, −1 to 1", "uniform"))
_ORDERS = (("Channel by channel (PyTorch)", "flat"), ("Pixel by pixel (Keras)", "flat-last"))
_MOST_SIDES, _LONGEST_SIDE = 12, 8
_PREVIEW_PX = 280


class InterpretationDialog(QDialog):
    """Shows a model's pictures as they are read now, and lets a person say better.

    Signals
    -------
    settled(reading) : dict
        This is how the model is to be read: fields of its card by name.
    """

    settled = Signal(object)

    def __init__(self, name: str, path: Path, reading: dict[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"How {name} is read")
        self._reading = dict(reading)
        self._shown: Reinterpretation | None = None
        self.reinterpretations = Reinterpretations(path, self)
        self.reinterpretations.shown.connect(self._show)
        self.reinterpretations.failed.connect(self._fail)
        self.picture = named(PictureView(), "Eight samples under this reading")
        self.picture.setMinimumSize(2 * _PREVIEW_PX, _PREVIEW_PX)
        self.words = text_label(wraps=True)
        self.words.setMinimumHeight(5 * UNIT)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._build_boxes()
        self._lay_out()
        self.reinterpretations.request(self._reading)

    def done(self, result: int) -> None:
        """Draw no more."""
        self.reinterpretations.close()
        super().done(result)

    def _build_boxes(self) -> None:
        self.range = _choices("What black and white are in its values", *_RANGES, ("Other", None))
        self.low, self.high = NumberBox(decimals=3, parent=self), NumberBox(decimals=3, parent=self)
        self.low.setAccessibleName("Black")
        self.high.setAccessibleName("White")
        self.prior = _choices("What its latents were drawn from while it was trained", *_PRIORS)
        self.sides = _choices("How its row of numbers becomes a picture")
        self.order = _choices("How red, green and blue are ordered in the row", *_ORDERS)
        self.classes = named(
            QSpinBox(minimum=1, maximum=100_000),
            "Classes",
            "How many classes it knows; the file does not say",
        )
        self.classes.setKeyboardTracking(False)
        self.names = named(QLineEdit(), "Class names", "What its classes are called, in order, separated by commas")
        self.names.setPlaceholderText("airplane, automobile, bird, …")
        self.names.setClearButtonEnabled(True)
        self.range.activated.connect(self._on_range)
        for box in (self.low, self.high):
            box.edited.connect(lambda _value, _gesture: self._say(value_range=(self.low.value, self.high.value)))
        self.prior.activated.connect(lambda index: self._say(distribution=_PRIORS[index][1]))
        self.sides.activated.connect(lambda _index: self._on_sides())
        self.order.activated.connect(lambda index: self._say(layout=_ORDERS[index][1]))
        self.classes.valueChanged.connect(lambda count: self._say(classes=tuple(str(n) for n in range(count))))
        self.names.editingFinished.connect(self._on_names)

    def _lay_out(self) -> None:
        values = row_of((self.range, 1))
        for box in (self.low, self.high):
            box.setMaximumWidth(10 * UNIT)
            values.addWidget(box)
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(2 * UNIT)
        self.form.setVerticalSpacing(UNIT)
        self.form.addRow("Black and white", values)
        self.form.addRow("Latents", self.prior)
        self.form.addRow("Size", self.sides)
        self.form.addRow("Colours", self.order)
        self.form.addRow("Classes", self.classes)
        self.form.addRow("Class names", self.names)
        self.buttons = QDialogButtonBox()
        self.use = self.buttons.addButton("Read it like this", QDialogButtonBox.ButtonRole.AcceptRole)
        self.guess = self.buttons.addButton("As guessed", QDialogButtonBox.ButtonRole.ResetRole)
        self.guess.setToolTip("Forget these answers and use what the file shows")
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.use.setProperty("primary", True)
        self.use.setDefault(True)
        self.buttons.accepted.connect(self._settle)
        self.buttons.rejected.connect(self.reject)
        self.guess.clicked.connect(self._forget)
        column_of(
            (self.picture, 1),
            self.form,
            self.words,
            self.buttons,
            on=self,
            margins=(3 * UNIT, 3 * UNIT, 3 * UNIT, 2 * UNIT),
            spacing=2 * UNIT,
        )

    def _say(self, **fields: Any) -> None:
        self._reading |= fields
        self.reinterpretations.request(self._reading)

    def _forget(self) -> None:
        self._reading = {}
        self.reinterpretations.request(self._reading)

    def _on_range(self, index: int) -> None:
        if index < len(_RANGES):
            self._say(value_range=_RANGES[index][1])
        self._offer_ends(index)
        if index == len(_RANGES):
            self.low.setFocus()

    def _offer_ends(self, index: int) -> None:
        for box in (self.low, self.high):
            box.setEnabled(index == len(_RANGES))

    def _on_sides(self) -> None:
        height, width, channels = self.sides.currentData()
        self._say(height=height, width=width, channels=channels)

    def _on_names(self) -> None:
        if not self.names.isModified():
            return
        self.names.setModified(False)
        try:
            text = self.names.text().strip()
            count = len(self._shown.card.classes) if self._shown is not None else 0
            self._say(classes=checked_names(text.split(",")) if text else tuple(str(n) for n in range(count)))
        except Problem as problem:
            self._fail(problem)

    def _settle(self) -> None:
        """Keep what is shown, so that it is not asked again even where the guess was right."""
        if self._shown is not None:
            card = self._shown.card
            kept: dict[str, Any] = {"value_range": card.value_range, "distribution": card.distribution}
            if self._shown.flat:
                kept |= {n: getattr(card, n) for n in ("layout", "height", "width", "channels")}
            if card.classes:
                kept["classes"] = card.classes
            self.settled.emit(kept)
        self.accept()

    def _fail(self, error: Exception) -> None:
        """A reading that cannot be drawn changes nothing that is shown."""
        notice = notice_of(error if isinstance(error, Problem) else Problem("This cannot be drawn."))
        self.words.setText(f"{notice.what} {notice.hint}")

    def _show(self, found: Reinterpretation) -> None:
        from explorer.core.rendering.picture_files import sheet

        self._shown = found
        self.picture.show_picture(sheet(found.pictures, 4, 2))
        doubts = list(found.doubts) or ["Nothing is left to guess."]
        self.words.setText("\n".join(doubts))
        boxes = (self.range, self.prior, self.sides, self.order, self.classes, self.names)
        blocked = [QSignalBlocker(box) for box in boxes]
        self._show_card(found.card)
        self.form.setRowVisible(self.sides, found.flat)
        self.form.setRowVisible(self.order, found.flat and found.card.channels > 1)
        self.form.setRowVisible(self.classes, found.takes_class)
        self.form.setRowVisible(self.names, bool(found.card.classes))
        del blocked

    def _show_card(self, card: ModelCard) -> None:
        usual = [ends for _, ends in _RANGES]
        index = usual.index(card.value_range) if card.value_range in usual else len(_RANGES)
        self.range.setCurrentIndex(index)
        self._offer_ends(index)
        self.low.show_value(card.value_range[0])
        self.high.show_value(card.value_range[1])
        self.prior.setCurrentIndex([prior for _, prior in _PRIORS].index(card.distribution))
        self.order.setCurrentIndex(int(card.layout == "flat-last"))
        self.classes.setValue(len(card.classes))
        is_named = card.classes != tuple(str(n) for n in range(len(card.classes)))
        self.names.setText(", ".join(card.classes) if is_named else "")
        numbers = card.height * card.width * card.channels
        sides = sides_of(numbers)
        self.sides.clear()
        for height, width, channels in sides:
            colour = "grey" if channels == 1 else "colour"
            self.sides.addItem(f"{width} × {height}, {colour}", (height, width, channels))
        here = (card.height, card.width, card.channels)
        self.sides.setCurrentIndex(sides.index(here) if here in sides else 0)


def sides_of(numbers: int) -> list[tuple[int, int, int]]:
    """Height, width and channels of the pictures that a row of ``numbers`` may be, the squarest first."""
    found = []
    for channels in (1, 3):
        pixels, rest = divmod(numbers, channels)
        for short in range(math.isqrt(pixels), 3, -1):
            long = pixels // short
            if rest or pixels % short or long > _LONGEST_SIDE * short:
                continue
            found += [(short, long, channels)] if short == long else [(short, long, channels), (long, short, channels)]
    return sorted(found, key=lambda sides: max(sides[:2]) / min(sides[:2]))[:_MOST_SIDES]


def _choices(tip: str, *choices: tuple[str, object]) -> QComboBox:
    return choice_box(tip, tip, [(value, words) for words, value in choices])

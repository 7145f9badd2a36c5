"""What else the weights of a model could be: every answer to every question, as pictures side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from explorer.training.weight_import.interpretation import WeightInterpretation, preview_name
from explorer.training.weight_import.rebuilt import Choice
from explorer.ui.theme import RADIUS, UNIT, colours_of, mixed
from explorer.ui.widgets.flow import Flow
from explorer.ui.widgets.parts import column_of, fill, text_label

_STRIP_PX = 34 * UNIT
_DOT_PX = 2 * UNIT
_WORDS_PX = 4 * UNIT
_HEIGHT_PX = 80 * UNIT


class WeightChoiceCard(QAbstractButton):
    """One answer: a row of pictures as they would be, and the answer in words; one of its group is chosen.

    Parameters
    ----------
    words : str
    pictures : QImage
        May be null: then there are only the words.
    """

    def __init__(self, words: str, pictures: QImage, question: str) -> None:
        super().__init__()
        self._pictures = pictures
        self.setText(words)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(f"{question} {words}")
        self.setToolTip(f"{question} {words}. The pictures show the same latents, read like this.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_STRIP_PX + 2 * UNIT, self._strip_height() + _WORDS_PX + UNIT)

    def _strip_height(self) -> int:
        image = self._pictures
        return 0 if image.isNull() else round(_STRIP_PX * image.height() / image.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        hover = 0.10 if self.underMouse() else 0.04
        painter.fillPath(frame, mixed(c.accent if self.isChecked() else c.text, c.window, hover))
        painter.strokePath(frame, QPen(c.accent if self.isChecked() else c.line, 2 if self.isChecked() else 1))
        if not self._pictures.isNull():
            painter.drawImage(QRect(UNIT, UNIT, _STRIP_PX, self._strip_height()), self._pictures)
        self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        c = colours_of(self.palette())
        top = self.height() - _WORDS_PX
        dot = QRectF(UNIT, top + (_WORDS_PX - _DOT_PX) / 2, _DOT_PX, _DOT_PX).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(c.accent if self.isChecked() or self.hasFocus() else c.muted, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.accent)
            painter.drawEllipse(dot.adjusted(3, 3, -3, -3))
        room = QRect(2 * UNIT + _DOT_PX, top, self.width() - 3 * UNIT - _DOT_PX, _WORDS_PX)
        painter.setPen(c.text)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self.hasFocus():
            painter.setPen(QPen(c.accent, 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3.5, 3.5, -3.5, -3.5), RADIUS, RADIUS)


class WeightChoicesDialog(QDialog):
    """Asks how the weights of a model are to be read.

    Parameters
    ----------
    readings : WeightInterpretation
    folder : Path
        Where the pictures of the answers lie.
    parent : QWidget

    Signals
    -------
    chosen(answers) : dict of str to str
        The user wants these answers, those that differ from what is shown now.
    source_wanted()
        The user wants to choose the source in which the network is written.
    """

    chosen = Signal(object)
    source_wanted = Signal()

    def __init__(self, readings: WeightInterpretation, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Other readings")
        self._readings, self._folder = readings, folder
        self.groups: dict[str, QButtonGroup] = {}
        self._lay_out()
        self._show_change()

    def answers(self) -> Mapping[str, str]:
        """The answers that differ from those with which the model is open, by the keys of their questions."""
        found = {}
        for choice in self._readings.choices:
            option = choice.options[self.groups[choice.key].checkedId()][0]
            if option != choice.taken:
                found[choice.key] = option
        return found

    def _lay_out(self) -> None:
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = self.buttons.addButton("Read it like this", QDialogButtonBox.ButtonRole.AcceptRole)
        self.use.setProperty("primary", True)
        self.use.setToolTip("Open the model again with these answers, and remember them for this file")
        self.source = self.buttons.addButton("Choose the source …", QDialogButtonBox.ButtonRole.ActionRole)
        self.source.setToolTip("The .py or notebook in which the network is written; it is read and never run")
        self.source.clicked.connect(self._ask_source)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        column = column_of(on=self, margins=(3 * UNIT, 2 * UNIT))
        for words, role in ((self._title(), "title"), (self._explanation(), "muted")):
            label = text_label(words, role, wraps=True)
            column.addWidget(label)
        fill(column, (self._questions(), 1), self.buttons)
        self.resize(3 * (_STRIP_PX + 3 * UNIT) + 10 * UNIT, _HEIGHT_PX)

    def _title(self) -> str:
        return f"{self._readings.file}: {self._readings.layout}"

    def _explanation(self) -> str:
        if not self._readings.choices:
            return " ".join(self._readings.problems)
        return (
            "Its weights do not tell these things. Every row of pictures shows the same latents with one answer "
            "changed; take what looks right."
        )

    def _questions(self) -> QWidget:
        inside = QWidget()
        column = column_of(on=inside, margins=(0, 0, UNIT, 0))
        for choice in self._readings.choices:
            heading = text_label(choice.question, "heading")
            fill(column, heading, self._cards(choice))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _cards(self, choice: Choice) -> QWidget:
        row = QWidget()
        flow = Flow(row, UNIT)
        group = self.groups[choice.key] = QButtonGroup(row)
        for place, (option, words) in enumerate(choice.options):
            pictures = QImage(str(self._folder / preview_name(choice.key, option)))
            card = WeightChoiceCard(words, pictures, choice.question)
            card.setChecked(option == choice.taken)
            group.addButton(card, place)
            flow.addWidget(card)
        group.idClicked.connect(lambda _: self._show_change())
        group.idToggled.connect(lambda *_: self._show_change())
        return row

    def _show_change(self) -> None:
        ready = len(self.groups) == len(self._readings.choices)
        self.use.setEnabled(ready and bool(self.answers()))

    def _ask_source(self) -> None:
        self.source_wanted.emit()
        self.reject()

    def _accept(self) -> None:
        self.chosen.emit(dict(self.answers()))
        self.accept()

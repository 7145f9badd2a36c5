"""The questions that weights leave open: every answer as a card with the pictures that it would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QLabel, QScrollArea, QSizePolicy, QWidget

from explorer.training.weight_import.rebuilt import Choice
from explorer.ui.theme import RADIUS, UNIT, colours_of, mixed
from explorer.ui.widgets.flow import Flow
from explorer.ui.widgets.parts import column_of, fill, text_label

_STRIP_PX = 34 * UNIT
_DOT_PX = 2 * UNIT
_WORDS_PX = 4 * UNIT


class WeightChoiceCard(QAbstractButton):
    """One answer: a row of pictures as they would be, and the answer in words; one of its group is chosen.

    Parameters
    ----------
    words : str
    question : str
    shape : float
        Height by width of its row of pictures, for which there is room from the first.
    """

    def __init__(self, words: str, question: str, shape: float) -> None:
        super().__init__()
        self._pictures, self._shape = QImage(), shape
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

    def show_pictures(self, pictures: QImage) -> None:
        """Show a row of pictures."""
        self._pictures = pictures
        self.update()

    def _strip_height(self) -> int:
        return round(_STRIP_PX * self._shape)

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
            painter.drawImage(QRect(UNIT, UNIT, self.width() - 2 * UNIT, self._strip_height()), self._pictures)
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


class WeightQuestions(QScrollArea):
    """Every question with a card for each of its answers.

    Parameters
    ----------
    choices : sequence of Choice
    shape : float
        Height by width of the rows of pictures.

    Signals
    -------
    answered(key, option) : str, str
        The user chose an answer, or confirmed the one that was taken.
    """

    answered = Signal(str, str)

    def __init__(self, choices: Sequence[Choice], shape: float) -> None:
        super().__init__()
        self._choices, self._shape = choices, shape
        self.groups: dict[str, QButtonGroup] = {}
        self._cards: dict[tuple[str, str], WeightChoiceCard] = {}
        self._headings: dict[str, QLabel] = {}
        inside = QWidget()
        column = column_of(on=inside, margins=(0, UNIT, UNIT, 0))
        self._note = text_label("The other questions are answered by the list of layers, which was edited.", wraps=True)
        self._note.hide()
        column.addWidget(self._note)
        for choice in choices:
            self._headings[choice.key] = text_label(choice.question, "heading", wraps=True)
            fill(column, self._headings[choice.key], self._answers(choice))
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_answers(self, taken: Mapping[str, str], answered: Mapping[str, str]) -> None:
        """Mark what is taken, and say what of that is guessed: what no person ``answered``; others are not open now."""
        self._note.setVisible(len(taken) < len(self._choices))
        for choice in self._choices:
            group, heading = self.groups[choice.key], self._headings[choice.key]
            for part in (heading, group.parent()):
                if isinstance(part, QWidget):
                    part.setVisible(choice.key in taken)
            if card := self._cards.get((choice.key, taken.get(choice.key, ""))):
                card.setChecked(True)
            is_guess = choice.guessed and choice.key not in answered
            heading.setText(f"{choice.question} (guessed)" if is_guess else choice.question)

    def show_pictures(self, key: str, option: str, pictures: QImage) -> None:
        """Show what one answer would paint."""
        if card := self._cards.get((key, option)):
            card.show_pictures(pictures)

    def _answers(self, choice: Choice) -> QWidget:
        row = QWidget()
        flow = Flow(row, UNIT)
        group = self.groups[choice.key] = QButtonGroup(row)
        options = [option for option, _ in choice.options]
        for place, (option, words) in enumerate(choice.options):
            card = self._cards[choice.key, option] = WeightChoiceCard(words, choice.question, self._shape)
            card.setChecked(option == choice.taken)
            group.addButton(card, place)
            flow.addWidget(card)
        group.idClicked.connect(lambda place: self.answered.emit(choice.key, options[place]))
        return row

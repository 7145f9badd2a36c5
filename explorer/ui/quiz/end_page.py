"""The end of a quiz: how it went, every question at a glance, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from explorer.ui.theme import UNIT, colours_of, grown
from explorer.ui.widgets.parts import STRETCH, column_of, push_button, row_of, text_label
from explorer.ui.widgets.qimages import image_of

if TYPE_CHECKING:
    from explorer.core.quiz.answers import Answer
    from explorer.core.quiz.staircase import Staircase
    from explorer.session.quiz.deck import Shown

_THUMB_PX = 7 * UNIT


class Review(QWidget):
    """Every question of a quiz as a small card; the arrows go from card to card, Enter and a click pick one.

    Signals
    -------
    picked(index) : int
    """

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[tuple[list[QImage], bool]] = []
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Questions")
        self.setToolTip("Look at a question again")

    def show_answers(self, answers: Sequence[tuple[Shown, Answer]]) -> None:
        """Show these."""
        self._cards = [([_thumb(picture) for picture in shown.pictures], answer.correct) for shown, answer in answers]
        self._current = 0
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._cards) // self._columns(width))
        return max(rows, 1) * self._down_px()

    def sizeHint(self) -> QSize:
        return QSize(80 * UNIT, self.heightForWidth(80 * UNIT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        c = colours_of(self.palette())
        for index, (images, correct) in enumerate(self._cards):
            place = self._place(index)
            for number, image in enumerate(images):
                spot = QRectF(place.left() + number * (_THUMB_PX + 2), place.top(), _THUMB_PX, _THUMB_PX)
                painter.drawImage(spot, image)
            painter.setPen(c.good if correct else c.error)
            below = QRectF(place.left(), place.top() + _THUMB_PX, place.width(), grown(3 * UNIT, self))
            mark = "✓" if correct else "✗"
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{index + 1}  {mark}")
            if index == self._current and self.hasFocus():
                painter.setPen(QPen(c.accent, 2))
                painter.drawRect(place.adjusted(-2, -2, 2, 2))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for index in range(len(self._cards)):
            if self._place(index).contains(event.position()):
                self.picked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns(self.width())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        step = steps.get(Qt.Key(event.key()))
        if step is not None and self._cards:
            self._current = min(max(self._current + step, 0), len(self._cards) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cards:
            self.picked.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _card_px(self) -> int:
        most = max((len(images) for images, _ in self._cards), default=1)
        return most * (_THUMB_PX + 2)

    def _down_px(self) -> int:
        return _THUMB_PX + grown(4 * UNIT, self)

    def _columns(self, width: int) -> int:
        return max((width + 2 * UNIT) // (self._card_px() + 2 * UNIT), 1)

    def _place(self, index: int) -> QRectF:
        columns = self._columns(self.width())
        row, column = divmod(index, columns)
        return QRectF(
            2 + column * (self._card_px() + 2 * UNIT),
            2 + row * self._down_px(),
            self._card_px(),
            _THUMB_PX,
        )


class EndPage(QWidget):
    """How one quiz went."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.words = text_label(role="title"), text_label(role="", wraps=True)
        self.review = Review()
        self.buttons = {
            "again": push_button("Play again", "The same settings with other pictures", primary=True),
            "change": push_button("Change settings", "Back to the settings"),
            "results": push_button("All results", "The results of all quizzes and players"),
        }
        self._lay_out()

    def show_end(self, answers: Sequence[tuple[Shown, Answer]], staircase: Staircase | None, unseen: bool) -> None:
        """Show how it went."""
        given = [answer for _, answer in answers]
        self.title.setText(_title(given))
        self.words.setText("\n".join(_words(given, staircase, unseen)))
        self.review.show_answers(answers)
        self.review.setVisible(bool(answers))

    def _lay_out(self) -> None:
        column = column_of(self.title, self.words, on=self, margins=(3 * UNIT, 3 * UNIT, 3 * UNIT, 2 * UNIT))
        column.addSpacing(UNIT)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.viewport().setAutoFillBackground(False)
        holder = QWidget()
        holder.setAutoFillBackground(False)
        column_of(self.review, STRETCH, on=holder, spacing=None)
        area.setWidget(holder)
        column.addWidget(area, 1)
        row = row_of(*self.buttons.values(), STRETCH)
        column.addLayout(row)


def _title(answers: Sequence[Answer]) -> str:
    right = sum(answer.correct for answer in answers)
    return f"{right} of {len(answers)} right" if answers else "Nothing was answered"


def _words(answers: Sequence[Answer], staircase: Staircase | None, unseen: bool) -> list[str]:
    from explorer.core.quiz.scoring import accuracy, critic_accuracy, response_time

    if not answers:
        return []
    low, high = accuracy(answers).interval
    lines = [
        f"That is {100 * low:.0f} to {100 * high:.0f} % with 95 % confidence; guessing gives 50 %.",
    ]
    time = response_time(answers)
    if time is not None:
        lines.append(f"Half of the answers took less than {time.value / 1000:.1f} s.")
    critic = critic_accuracy(answers)
    if critic.trials:
        lines.append(f"The critic was right {critic.hits} times out of {critic.trials}.")
    if staircase is not None:
        lines.append(threshold_words(staircase))
    if not unseen:
        lines.append(
            "The model may have learned from some of these real pictures: it does not say which were held out."
        )
    return lines


def threshold_words(staircase: Staircase) -> str:
    """Where a staircase settled, in words."""
    found = staircase.threshold()
    if found is None:
        return "Too few turns for a shortest exposure: play a longer quiz."
    edge = " That is at the limit of what a flash can show." if found.at_limit else ""
    return (
        f"You can tell them apart in {found.level:.0f} ms ({found.low:.0f} to {found.high:.0f}), "
        f"being right {100 * staircase.ladder.target:.0f} % of the time.{edge}"
    )


def _thumb(picture: object) -> QImage:
    import numpy as np

    return image_of(np.asarray(picture)).scaled(
        2 * _THUMB_PX,
        2 * _THUMB_PX,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )

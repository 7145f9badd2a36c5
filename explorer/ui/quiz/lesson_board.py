"""A made picture beside the real one that it resembles most, with what to look at marked upon it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.quiz.question_board import fit_words
from explorer.ui.theme import UNIT, colours_of, tinted
from explorer.ui.widgets.qimages import image_of

if TYPE_CHECKING:
    from explorer.session.quiz.deck import Lesson

_SHOWN = 0.55  # parts with at least this much heat are outlined
_NAMES = ("Made", "Made: what to look at", "The most similar real picture")


class LessonBoard(QWidget):
    """Shows a `Lesson`: the made picture, the same with the parts outlined, and its real neighbour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lesson: Lesson | None = None
        self._images: tuple[QImage, ...] = ()
        self.smooth = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("What to look at")

    def show_lesson(self, lesson: Lesson) -> None:
        """Show what there is to learn."""
        self._lesson = lesson
        made, real = image_of(lesson.made), image_of(lesson.real)
        self._images = (made, made, real)
        self.setAccessibleDescription(words_of(lesson))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(90 * UNIT, 40 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * UNIT, 20 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._lesson is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
        for name, place, image in zip(_NAMES, self._places(), self._images, strict=True):
            painter.drawImage(place, image)
            self._paint_name(painter, place, name)
        self._paint_heat(painter, self._places()[1])

    def _places(self) -> tuple[QRectF, ...]:
        gap, below = 3 * UNIT, 5 * UNIT
        side = max(min((self.width() - 4 * gap) / 3, self.height() - below), 1.0)
        left, top = (self.width() - 3 * side - 2 * gap) / 2, (self.height() - below - side) / 2
        return tuple(QRectF(left + index * (side + gap), top, side, side) for index in range(3))

    def _paint_name(self, painter: QPainter, place: QRectF, name: str) -> None:
        font = QFont(self.font())
        font.setPixelSize(max(min(self.height() // 20, 26), 15))
        room = place.width() + 2 * UNIT
        fit_words(font, max(_NAMES, key=len), room)  # all in letters of one height
        painter.setFont(font)
        painter.setPen(colours_of(self.palette()).text)
        below = QRectF(place.center().x() - room / 2, place.bottom() + UNIT, room, 4 * UNIT)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, name)

    def _paint_heat(self, painter: QPainter, place: QRectF) -> None:
        """Veil what does not matter, and outline what does."""
        assert self._lesson is not None
        heat = self._lesson.heat
        c = colours_of(self.palette())
        cell = place.width() / len(heat)
        hot = heat >= _SHOWN
        light, dark = QPen(Qt.GlobalColor.white, 4), QPen(c.accent, 2)
        for row, column in ((y, x) for y in range(len(heat)) for x in range(len(heat))):
            if not hot[row, column]:  # whole pixels, so that no seams show
                (left, right), (top, bottom) = (
                    (round(start + place_in * cell), round(start + (place_in + 1) * cell))
                    for start, place_in in ((place.left(), column), (place.top(), row))
                )
                painter.fillRect(QRect(left, top, right - left, bottom - top), tinted(c.window, 0.45))
        for pen in (light, dark):  # two strokes, so that the line shows on bright and dark alike
            painter.setPen(pen)
            for row, column in ((y, x) for y in range(len(heat)) for x in range(len(heat))):
                if hot[row, column]:
                    self._outline(painter, hot, place, cell, row, column)

    @staticmethod
    def _outline(painter: QPainter, hot: object, place: QRectF, cell: float, row: int, column: int) -> None:
        """The sides of a part beyond which nothing is to be looked at."""
        import numpy as np

        marks = np.pad(np.asarray(hot), 1)
        spot = QRectF(place.left() + column * cell, place.top() + row * cell, cell, cell)
        y, x = row + 1, column + 1
        for beyond, start, end in (
            (marks[y - 1, x], spot.topLeft(), spot.topRight()),
            (marks[y + 1, x], spot.bottomLeft(), spot.bottomRight()),
            (marks[y, x - 1], spot.topLeft(), spot.bottomLeft()),
            (marks[y, x + 1], spot.topRight(), spot.bottomRight()),
        ):
            if not beyond:
                painter.drawLine(start, end)


def words_of(lesson: Lesson) -> str:
    """What the outline means, and what it does not."""
    near = f"Right: the nearest in pixels of {lesson.compared:,} real pictures; that does not mean it was copied."
    if lesson.by_critic:
        return f"Outlined: what the model’s own critic objects to most, rightly or not. {near}"
    return f"Outlined: where it and the real picture differ most. A difference need not be a mistake. {near}"

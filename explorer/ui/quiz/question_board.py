"""The pictures of a question, painted together: whatever is seen of one is seen of the other in the same frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.qimages import image_of

BLANK, CROSS, PICTURES, MASK = "blank", "cross", "pictures", "mask"
_FRAME_PX = 4


@dataclass(frozen=True)
class Caption:
    """What stands under a picture once it is told.

    Attributes
    ----------
    words : str
    real : bool
        Whether the picture is; it gets a solid frame, a made one a dashed frame.
    chosen : bool
        Whether the player took it for real.
    """

    words: str
    real: bool
    chosen: bool


class QuestionBoard(QWidget):
    """Shows nothing, a cross to look at, the pictures, or masks in their places: all of it in one paint.

    Signals
    -------
    painted(state) : str
        What is to be seen now has just been painted for the first time.
    clicked(place) : int
        The user clicked on a picture: 0 is the left or the only one.
    """

    painted = Signal(str)
    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = BLANK
        self.smooth = True
        self._images: tuple[QImage, ...] = ()
        self._mask = QImage()
        self._captions: Sequence[Caption] = ()
        self._is_new = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Pictures")

    def load(self, pictures: Sequence[NDArray[np.uint8]], mask: NDArray[np.uint8]) -> None:
        """Keep the pictures of a question, not yet to be seen."""
        self._images = tuple(image_of(picture) for picture in pictures)
        self._mask = image_of(mask)
        self._captions = ()
        self.setAccessibleDescription("")  # not what was told of those before

    def show_state(self, state: str) -> None:
        """Show nothing, the cross, the pictures or the masks, from the next paint on."""
        self.state, self._is_new = state, True
        self.update()

    def show_captions(self, captions: Sequence[Caption]) -> None:
        """Show the pictures, and say what they are."""
        self._captions = captions
        words = "; ".join(caption.words for caption in captions)
        self.setAccessibleDescription(words)
        self.show_state(PICTURES)

    @property
    def frame_ms(self) -> float:
        """How long the screen shows a frame."""
        rate = self.screen().refreshRate()
        return 1000.0 / rate if rate > 1.0 else 1000.0 / 60.0

    def places(self) -> tuple[QRectF, ...]:
        """Where the pictures lie."""
        count = max(len(self._images), 1)
        gap, below = 4 * UNIT, self._caption_px() + 2 * UNIT
        side = min((self.width() - gap * (count + 1)) / count, self.height() - below - 2 * UNIT)
        side = max(side, 1.0)
        left = (self.width() - count * side - (count - 1) * gap) / 2
        top = (self.height() - below - side) / 2
        return tuple(QRectF(left + place * (side + gap), top, side, side) for place in range(count))

    def sizeHint(self) -> QSize:
        return QSize(90 * UNIT, 50 * UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(30 * UNIT, 20 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colours_of(self.palette()).window)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
            places = self.places()
            if self.state == CROSS:
                self._paint_cross(painter, places)
            elif self.state in (PICTURES, MASK):
                for place, image in zip(places, self._images, strict=True):
                    painter.drawImage(place, image if self.state == PICTURES else self._mask)
                px = self._letters_px(places)
                for place, caption in zip(places, self._captions, strict=False):
                    self._paint_caption(painter, place, caption, px)
        if self._is_new:
            self._is_new = False
            self.painted.emit(self.state)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for index, place in enumerate(self.places()):
            if event.button() == Qt.MouseButton.LeftButton and place.contains(event.position()):
                self.clicked.emit(index)

    def _caption_px(self) -> int:
        return max(min(self.height() // 14, 40), 18)

    def _paint_cross(self, painter: QPainter, places: Sequence[QRectF]) -> None:
        painter.setPen(QPen(colours_of(self.palette()).muted, 3))
        reach = 2 * UNIT
        middle = QPointF(self.width() / 2, places[0].center().y())
        painter.drawLine(middle - QPointF(reach, 0), middle + QPointF(reach, 0))
        painter.drawLine(middle - QPointF(0, reach), middle + QPointF(0, reach))

    def _letters_px(self, places: Sequence[QRectF]) -> int:
        """How high the letters of all captions are, so that each has room for its words."""
        fonts = [self._caption_font(caption) for caption in self._captions]
        for font, place, caption in zip(fonts, places, self._captions, strict=False):
            fit_words(font, caption.words, _caption_room(place))
        return min((font.pixelSize() for font in fonts), default=self._caption_px())

    def _caption_font(self, caption: Caption) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(self._caption_px())
        font.setWeight(QFont.Weight.DemiBold if caption.chosen else QFont.Weight.Normal)
        return font

    def _paint_caption(self, painter: QPainter, place: QRectF, caption: Caption, letters_px: int) -> None:
        c = colours_of(self.palette())
        colour = c.good if caption.real else c.warning
        style = Qt.PenStyle.SolidLine if caption.real else Qt.PenStyle.DashLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, _FRAME_PX, style))
        painter.drawRect(place.adjusted(-_FRAME_PX, -_FRAME_PX, _FRAME_PX, _FRAME_PX))
        font, room = self._caption_font(caption), _caption_room(place)
        font.setPixelSize(letters_px)
        painter.setFont(font)
        painter.setPen(c.text)
        below = QRectF(place.center().x() - room / 2, place.bottom() + UNIT, room, 1.6 * self._caption_px())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, caption.words)


def _caption_room(place: QRectF) -> float:
    """How wide the words below a picture may be."""
    return place.width() + 3 * UNIT


def fit_words(font: QFont, words: str, room: float) -> None:
    """Make a font small enough for ``words`` in ``room`` pixels, as long as it can be read."""
    wide = QFontMetricsF(font).horizontalAdvance(words)
    if wide > room:
        font.setPixelSize(max(int(font.pixelSize() * room / wide), 11))

"""The pictures that misled people most often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from explorer.ui.theme import UNIT, colours_of, grown
from explorer.ui.widgets.qimages import image_of

if TYPE_CHECKING:
    from explorer.session.quiz.result_tables import Doubted, Fooling

_SIDE_PX, _WORDS_PX = 10 * UNIT, 4 * UNIT


class FoolingStrip(QWidget):
    """Thumbnails with how often each was taken for what it is not."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._fooling: Sequence[Fooling | Doubted] = ()
        self._pictures: Mapping[Fooling | Doubted, NDArray[np.uint8]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(name)

    def show_fooling(
        self,
        fooling: Sequence[Fooling | Doubted],
        pictures: Mapping[Fooling | Doubted, NDArray[np.uint8]],
    ) -> None:
        """Show these; a picture that is missing is told by its seed or its name."""
        self._fooling, self._pictures = fooling, pictures
        self.setAccessibleDescription("; ".join(_tip(each).replace("\n", ", ") for each in fooling))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._fooling) // self._columns(width))
        return rows * (self._side_px + grown(_WORDS_PX, self))

    def sizeHint(self) -> QSize:
        return QSize(80 * UNIT, self.heightForWidth(80 * UNIT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        c = colours_of(self.palette())
        for index, each in enumerate(self._fooling):
            place = self._place(index)
            if each in self._pictures:
                painter.drawImage(place, image_of(self._pictures[each]))
            else:
                painter.fillRect(place, c.mat)
                painter.setPen(c.muted)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, _name(each))
            painter.setPen(c.text)
            below = QRectF(place.left(), place.bottom() + 2, place.width(), grown(3 * UNIT, self))
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, f"{each.share.hits} of {each.share.trials}")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for index, each in enumerate(self._fooling):
                if self._place(index).contains(event.pos()):
                    QToolTip.showText(event.globalPos(), _tip(each), self)
            return True
        return super().event(event)

    @property
    def _side_px(self) -> int:
        return grown(_SIDE_PX, self)

    def _columns(self, width: int) -> int:
        return max((width + UNIT) // (self._side_px + UNIT), 1)

    def _place(self, index: int) -> QRectF:
        row, column = divmod(index, self._columns(self.width()))
        return QRectF(
            column * (self._side_px + UNIT),
            row * (self._side_px + grown(_WORDS_PX, self)),
            self._side_px,
            self._side_px,
        )


def _name(each: Fooling | Doubted) -> str:
    seed = getattr(each, "seed", None)
    return f"Seed\n{seed}" if seed is not None else getattr(each, "name", "").rpartition("/")[2]


def _tip(each: Fooling | Doubted) -> str:
    from explorer.session.quiz.result_tables import Doubted

    times = f"{each.share.hits} of {each.share.trials} times"
    if isinstance(each, Doubted):
        return f"{each.name}\ntaken for made {times}"
    label = "" if each.label is None else f", class {each.label}"
    return f"{each.model_name}, seed {each.seed}, ψ {each.psi:g}{label}\ntaken for real {times}"

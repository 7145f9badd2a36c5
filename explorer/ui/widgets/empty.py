"""What an empty place says: what it is for, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QWidget

from explorer.ui.icons import icon_pixmap
from explorer.ui.theme import UNIT, Colours, colours_of
from explorer.ui.widgets.flow import Flow
from explorer.ui.widgets.parts import STRETCH, column_of, fill, text_label

_ICON_PX = 5 * UNIT
_WIDEST_PX = 48 * UNIT


class EmptyState(QWidget):
    """An icon, a title, a hint, and the buttons that lead on."""

    def __init__(
        self,
        icon: str,
        title: str,
        hint: str = "",
        buttons: Sequence[QAbstractButton] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self.picture, self.title, self.hint = QLabel(), text_label(title, "title"), text_label(hint)
        for label in (self.picture, self.title, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self.hint.setMaximumWidth(_WIDEST_PX)
        self.hint.setMinimumWidth(min(_WIDEST_PX, 22 * UNIT))
        self._lay_out(buttons)
        self.say(title, hint)
        self._draw_icon()

    def say(self, title: str, hint: str = "") -> None:
        """Say something else."""
        self.title.setText(title)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)

    def _lay_out(self, buttons: Sequence[QAbstractButton]) -> None:
        layout = column_of(STRETCH, self.picture, self.title, on=self, margins=3 * UNIT)
        middle = QHBoxLayout()  # not an alignment: that would take the height of an unwrapped line
        fill(middle, STRETCH, (self.hint, 100), STRETCH)
        layout.addLayout(middle)
        if buttons:
            row = Flow(spacing=UNIT, narrows=False, centred=True)
            for button in buttons:
                row.addWidget(button)
            layout.addSpacing(UNIT)
            layout.addLayout(row)
        layout.addStretch(1)

    def _draw_icon(self) -> None:
        colour = colours_of(self.palette()).muted
        self.picture.setPixmap(icon_pixmap(self._icon, _ICON_PX, colour, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()


def paint_words(painter: QPainter, place: QRectF, title: str, hint: str, c: Colours) -> None:
    """Paint a title and a hint in the middle of ``place``, for widgets that paint themselves."""
    plain = QFont(painter.font())
    bold = QFont(plain)
    bold.setWeight(QFont.Weight.DemiBold)
    width = min(place.width() - 4 * UNIT, _WIDEST_PX)
    wrap = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
    room = QRectF(place.center().x() - width / 2, 0, width, 1e4)
    painter.setFont(bold)
    title_box = painter.boundingRect(room, wrap, title)
    painter.setFont(plain)
    hint_box = painter.boundingRect(room, wrap, hint) if hint else QRectF()
    gap = UNIT if hint else 0
    top = place.center().y() - (title_box.height() + gap + hint_box.height()) / 2
    painter.setPen(c.muted)
    painter.drawText(QRectF(room.x(), top + title_box.height() + gap, width, hint_box.height() + 2), wrap, hint)
    painter.setPen(c.text)
    painter.setFont(bold)
    painter.drawText(QRectF(room.x(), top, width, title_box.height() + 2), wrap, title)
    painter.setFont(plain)

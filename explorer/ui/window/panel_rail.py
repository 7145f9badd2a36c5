"""The rail at the left: one button a panel, its name below its icon while there is room for names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QWidget

from explorer.ui.icons import icon
from explorer.ui.panel import Panel
from explorer.ui.theme import UNIT, colours_of
from explorer.ui.widgets.growing import grow_width
from explorer.ui.widgets.parts import column_of
from explorer.ui.widgets.spring_button import SpringButton

_WIDTH_PX = 11 * UNIT
_BADGE_PX = UNIT
_MOST_KEYS = 9
_LOOKS = (
    (False, Qt.ToolButtonStyle.ToolButtonTextUnderIcon),
    (True, Qt.ToolButtonStyle.ToolButtonTextUnderIcon),
    (False, Qt.ToolButtonStyle.ToolButtonIconOnly),
)


class PanelRail(QWidget):
    """Offers the panels by icon and name; Ctrl+1, Ctrl+2 and so on choose them too.

    Attributes
    ----------
    keys : list of QAction
        What the keys do, for whatever stays in sight where the rail does not.

    Signals
    -------
    chosen(index) : int
    """

    chosen = Signal(int)

    def __init__(self, panels: Sequence[type[Panel]]) -> None:
        super().__init__()
        grow_width(self, _WIDTH_PX)
        self.setProperty("rail", True)
        self._badges: dict[int, RailBadge] = {}
        self._buttons = QButtonGroup(self)
        self._buttons.idClicked.connect(self.chosen)
        self.keys = [self._key(index, panel) for index, panel in enumerate(panels[:_MOST_KEYS])]
        self._column = column_of(on=self, margins=(UNIT // 2, UNIT), spacing=UNIT // 2)
        for index, panel in enumerate(panels):
            self._column.addWidget(self._button(index, panel))
        self._column.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        """Room for the icons alone: names are left out rather than the window made larger."""
        each = self._buttons.button(0)
        count, spacing = len(self._buttons.buttons()), self._column.spacing()
        return QSize(super().minimumSizeHint().width(), count * (each.iconSize().height() + UNIT + spacing) + 2 * UNIT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        """Show names below large icons, or below small ones, or icons alone: the first that fits."""
        for is_small, look in _LOOKS:
            for button in self.findChildren(SpringButton):
                button.setToolButtonStyle(look)
                if bool(button.property("small")) != is_small:
                    button.setProperty("small", is_small)
                    button.style().unpolish(button)
                    button.style().polish(button)
                    button.updateGeometry()
            if self._column.sizeHint().height() <= self.height():
                return

    def show_chosen(self, index: int) -> None:
        """Mark the panel that is in view."""
        self._buttons.button(index).setChecked(True)

    def show_badge(self, index: int, words: str) -> None:
        """Mark a panel in which something goes on, and say what; "" takes the mark away."""
        button = self._buttons.button(index)
        badge = self._badges.setdefault(index, RailBadge(button))
        badge.setVisible(bool(words))
        badge.setToolTip(words)
        button.setAccessibleDescription(words)

    def _key(self, index: int, panel: type[Panel]) -> QAction:
        action = QAction(panel.title, self)
        action.setShortcut(f"Ctrl+{index + 1}")
        action.triggered.connect(partial(self.chosen.emit, index))
        return action

    def _button(self, index: int, panel: type[Panel]) -> SpringButton:
        button = SpringButton()
        button.setText(panel.title)
        button.setIcon(icon(panel.icon_name))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        grow_width(button, _WIDTH_PX - UNIT)
        button.setCheckable(True)
        button.setChecked(index == 0)
        button.setToolTip(f"{panel.title} (Ctrl+{index + 1})" if index < _MOST_KEYS else panel.title)
        self._buttons.addButton(button, index)
        return button


class RailBadge(QWidget):
    """A dot at the upper right corner of a button."""

    def __init__(self, button: QWidget) -> None:
        super().__init__(button)
        self.setFixedSize(_BADGE_PX, _BADGE_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.move(button.width() - 2 * _BADGE_PX, _BADGE_PX // 2)
        button.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent):
            self.move(event.size().width() - 2 * _BADGE_PX, _BADGE_PX // 2)
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(c.good)
            painter.drawEllipse(self.rect())

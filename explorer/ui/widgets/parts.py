"""What views are built of, each in one call: buttons, labels and boxes with their words; rows, columns, hairlines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, SignalInstance
from PySide6.QtGui import QAction, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.ui.glossary import explained, with_terms
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT, grown

Slot = Callable[..., object] | SignalInstance

_ICON_BUTTON_PX, _NO_LIMIT_PX = 4 * UNIT, (1 << 24) - 1  # across; Qt takes no more
_TAB = Qt.FocusPolicy.TabFocus
_W = TypeVar("_W", bound=QWidget)


def named(widget: _W, name: str, tip: str = "") -> _W:
    """``widget``, with its name for who cannot see it and its tip for who wonders."""
    widget.setAccessibleName(name)
    widget.setToolTip(with_terms(tip))
    for inner in widget.findChildren(QLineEdit) if isinstance(widget, (QAbstractSpinBox, QComboBox)) else ():
        inner.setAccessibleName(name)
    return widget


def choice_box(
    name: str,
    tip: str = "",
    choices: Iterable[tuple[object, ...]] = (),
    chosen: Slot | None = None,
    *,
    narrow: bool = False,
) -> QComboBox:
    """A box to choose from.

    Parameters
    ----------
    choices : iterable of (value, words) or (value, words, tip)
    chosen : callable or signal
        Called with the index of what the user chose.
    narrow : bool
        Whether it asks for no more room than a few letters need.
    """
    box = named(QComboBox(), name, tip)
    for index, (value, words, *tips) in enumerate(choices):
        box.addItem(str(words), value)
        if tips:
            box.setItemData(index, tips[0], Qt.ItemDataRole.ToolTipRole)
    if chosen is not None:
        box.activated.connect(chosen)
    if narrow:
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    return box


def push_button(
    text: str,
    tip: str = "",
    clicked: Slot | None = None,
    *,
    image: str = "",
    checkable: bool = False,
    primary: bool = False,
) -> QPushButton:
    """A button with its words and the icon ``image``; the ``primary`` one is what the user most likely wants."""
    button = QPushButton(text)
    if text.endswith(" …"):
        button.setAccessibleName(text.removesuffix(" …"))
    if image:
        ink = QPalette.ColorRole.HighlightedText if primary else QPalette.ColorRole.ButtonText
        button.setIcon(icon(image, ink))
    if primary:
        button.setProperty("primary", True)
    return _ready(button, tip, clicked, checkable)


def tool_button(
    image: str, words: str, tip: str, clicked: Slot | None = None, *, checkable: bool = False
) -> QToolButton:
    """A button that is the icon ``image``; ``words`` are for who cannot see it."""
    button = QToolButton()
    button.setIcon(icon(image))
    button.setAccessibleName(words)
    return _ready(button, tip, clicked, checkable)


def pressing(button: QAbstractButton) -> Callable[[], None]:
    """What presses a button, as long as it is to be seen: a hidden one could be pressed too."""
    return lambda: button.click() if button.isVisible() else None


def text_label(text: str = "", role: str = "muted", *, of: QWidget | None = None, wraps: bool = False) -> QLabel:
    """Plain words, since many come from files, that look as their role asks; ``of`` is what they lead to.

    A title explains its terms to who hovers over it.
    """
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(wraps)
    if of is not None:
        label.setBuddy(of)
    if of is not None or role == "heading":
        label.setToolTip(explained(text))
    return label


def titled(text: str, of: QWidget | None = None, role: str = "heading") -> QLabel:
    """The title of ``of``."""
    return text_label(text, role, of=of)


def switch_action(parent: QWidget, image: str, words: str, key: str, tip: str) -> QAction:
    """What a key and a button of ``parent`` turn on and off; held down, the key does so once."""
    action = QAction(icon(image), words, parent, checkable=True)
    action.setShortcut(key)
    action.setToolTip(tip)
    action.setAutoRepeat(False)
    parent.addAction(action)
    return action


class ActionButton(QPushButton):
    """A button that is pressed while its action is on, and offered, named and explained as that is at the time."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self._action = action
        self._is_worded = True
        _ready(self, "", action.trigger, checkable=True)
        action.changed.connect(self._follow)
        self._follow()

    def show_words(self, wanted: bool) -> None:
        """Show its words beside its icon, or the icon alone where there is little room."""
        self._is_worded = wanted
        self.setMaximumWidth(_NO_LIMIT_PX if wanted else grown(_ICON_BUTTON_PX, self))
        self._follow()

    def _follow(self) -> None:
        action = self._action
        self.setText(action.iconText() if self._is_worded else "")
        self.setIcon(action.icon())
        named(self, action.text(), action.toolTip())
        self.setEnabled(action.isEnabled())
        self.setChecked(action.isChecked())


_B = TypeVar("_B", bound=QAbstractButton)


def _ready(button: _B, tip: str, clicked: Slot | None, checkable: bool) -> _B:
    button.setToolTip(with_terms(tip))
    button.setCheckable(checkable)
    if clicked is not None:
        button.clicked.connect(clicked)
    return button


STRETCH = 1
"""Room that grows, in the place of a part."""

Part = QWidget | QLayout | int | tuple[QWidget | QLayout, int] | tuple[QWidget, int, Qt.AlignmentFlag]
Margins = int | tuple[int, int] | tuple[int, int, int, int]


def row_of(*parts: Part, on: QWidget | None = None, margins: Margins = 0, spacing: int | None = UNIT) -> QHBoxLayout:
    """Parts side by side.

    Parameters
    ----------
    parts : widget, layout, stretch, or one of the first two with its stretch and its alignment
    on : QWidget or None
        What is laid out so; None where the row becomes part of another layout.
    margins : int, (across, down) or (left, top, right, bottom), pixels
    spacing : int or None, pixels
        Between two parts; None for the style's own.
    """
    return _filled(QHBoxLayout(), parts, on, margins, spacing)


def column_of(*parts: Part, on: QWidget | None = None, margins: Margins = 0, spacing: int | None = UNIT) -> QVBoxLayout:
    """Parts below each other; everything else as `row_of` takes it."""
    return _filled(QVBoxLayout(), parts, on, margins, spacing)


def fill(box: QBoxLayout, *parts: Part) -> None:
    """Add parts, as `row_of` takes them, to what has some already."""
    for part in parts:
        if isinstance(part, int):
            box.addStretch(part)
            continue
        what, *where = part if isinstance(part, tuple) else (part,)
        if isinstance(what, QLayout):
            box.addLayout(what, *where)
        else:
            box.addWidget(what, *where)  # type: ignore[arg-type]


class _Pages(QStackedWidget):
    """Needs no more room than the page in sight: Qt's own asks for that of the largest."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _index: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        if page is None:
            return QSize()
        least, layout = page.minimumSizeHint().expandedTo(page.minimumSize()), page.layout()
        if layout is not None and layout.hasHeightForWidth() and self.width() >= least.width():
            least.setHeight(layout.minimumHeightForWidth(self.width()))
        return least

    def hasHeightForWidth(self) -> bool:
        """No: Qt would ask all pages, and for the height that they would like."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


def pages_of(*pages: QWidget) -> QStackedWidget:
    """Pages of which one is in sight, the first to begin with."""
    stack = _Pages()
    for page in pages:
        stack.addWidget(page)
    return stack


def in_reading_order(place: QWidget, after: QWidget) -> None:
    """Let Tab go through what is laid out in ``place`` as it is read, beginning behind ``after``.

    Without it, what was put in between later comes last of all in the window.
    """
    layout = place.layout()
    inside = [] if layout is None else [each for each in _laid_out(layout) if each.focusPolicy() & _TAB]
    for one, other in pairwise([after, *inside]):
        QWidget.setTabOrder(one, other)


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    """Every widget of a layout and of those within it, in order."""
    for index in range(layout.count()):
        item = layout.itemAt(index)
        widget = item.widget() if item is not None else None
        if widget is not None:
            yield widget
        inner = widget.layout() if widget is not None else item.layout() if item is not None else None
        if inner is not None:
            yield from _laid_out(inner)


def scrolled(inside: QWidget, area: QScrollArea | None = None, name: str = "") -> QScrollArea:
    """``inside``, scrolled where there is no room for it, without a frame or a ground of its own; in ``area``.

    Words alone, which nothing inside would scroll to, need a ``name``: the keyboard then comes to the area itself.
    """
    area = area or QScrollArea()
    area.setAccessibleName(name)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus if name else Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(inside)
    for part in (area.viewport(), inside):
        part.setAutoFillBackground(False)
    return area


def line(*, upright: bool = False) -> QWidget:
    """A hairline, level or upright, in the colour of the theme."""
    hairline = QWidget()
    hairline.setAutoFillBackground(True)
    hairline.setBackgroundRole(QPalette.ColorRole.Mid)
    if upright:
        hairline.setFixedWidth(1)
    else:
        hairline.setFixedHeight(1)
    return hairline


_Box = TypeVar("_Box", QHBoxLayout, QVBoxLayout)


def _filled(box: _Box, parts: tuple[Part, ...], on: QWidget | None, margins: Margins, spacing: int | None) -> _Box:
    if on is not None:
        on.setLayout(box)
    sides = (margins,) if isinstance(margins, int) else margins
    box.setContentsMargins(*sides * (4 // len(sides)))
    if spacing is not None:
        box.setSpacing(spacing)
    fill(box, *parts)
    return box

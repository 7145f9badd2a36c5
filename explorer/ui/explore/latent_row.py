"""One dimension of the latent, or one direction: its name, a slider, a number box, a pin and a lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QToolButton, QWidget

from explorer.ui.icons import icon
from explorer.ui.theme import UNIT, Colours, colours_of, mixed
from explorer.ui.widgets.number_box import NumberBox
from explorer.ui.widgets.parts import row_of
from explorer.ui.widgets.slider import Slider

ROW_PX = 7 * UNIT // 2
_NAME_PX = 11 * UNIT // 2
_TIP = "Drag, or turn the wheel. Shift goes fine, Ctrl coarse; a double click resets."


@dataclass(frozen=True)
class RowState:
    """What a row shows.

    Attributes
    ----------
    dimension : int
    value : float
    strength : float or None
        How much the dimension changes the picture, as a share of the strongest one; None if unknown.
    pinned, locked : bool
    current : bool
        Whether the keyboard acts on this row.
    focused : bool
        Whether the keyboard acts on the list at all.
    """

    dimension: int
    value: float
    strength: float | None
    pinned: bool
    locked: bool
    current: bool
    focused: bool


@dataclass(frozen=True, eq=False)
class Naming:
    """What rows are called.

    Attributes
    ----------
    name, tip : callable
        Of a dimension: what stands beside its slider, and what is said of it.
    width_px : int
        Room for the name.
    lockable : bool
        Whether rows have a lock.
    """

    name: Callable[[int], str] = "z{}".format
    tip: Callable[[int], str] = lambda _dimension: ""
    width_px: int = _NAME_PX
    lockable: bool = True


DIMENSIONS = Naming()


class LatentRow(QWidget):
    """Shows any dimension it is told to; a list needs only as many rows as can be seen.

    Signals
    -------
    moved(dimension, value, gesture) : int, float, int
    pressed(dimension) : int
        The user touched this row.
    pin_toggled(dimension), lock_toggled(dimension) : int
    done()
        The user is done with typing a number.
    """

    moved = Signal(int, float, int)
    pressed = Signal(int)
    pin_toggled = Signal(int)
    lock_toggled = Signal(int)
    done = Signal()

    def __init__(self, parent: QWidget, naming: Naming = DIMENSIONS) -> None:
        super().__init__(parent)
        self._naming = naming
        self._state = RowState(-1, 0.0, None, False, False, False, False)
        self.slider = Slider(soft=True, typical=(-2.0, 2.0), parent=self)
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the list has the keyboard
        self.slider.setToolTip(_TIP)
        self.box = NumberBox(-12.0, 12.0, parent=self)
        self.box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.box.setProperty("flat", True)
        self.box.setToolTip("Type a value and press Enter.")
        self.pin = _toggle("pin", self)
        self.lock = _toggle("unlocked", self)
        row_of(
            (self.slider, 1),
            self.box,
            self.pin,
            self.lock,
            on=self,
            margins=(naming.width_px, 0, UNIT // 2, 0),
            spacing=UNIT // 4,
        )
        self.lock.setVisible(naming.lockable)
        self._connect()

    def _connect(self) -> None:
        self.slider.moved.connect(self._slid)
        self.slider.pressed.connect(lambda: self.pressed.emit(self._state.dimension))
        self.box.edited.connect(self._typed)
        self.box.entered.connect(lambda: self.pressed.emit(self._state.dimension))
        self.box.left.connect(self.done)
        self.pin.clicked.connect(lambda: self.pin_toggled.emit(self._state.dimension))
        self.lock.clicked.connect(lambda: self.lock_toggled.emit(self._state.dimension))

    @property
    def dimension(self) -> int:
        """The dimension it shows."""
        return self._state.dimension

    def show_state(self, state: RowState) -> None:
        """Show ``state``, silently."""
        before, self._state = self._state, state
        if state.dimension != before.dimension:
            self.box.revert()
            self._name_parts()
        self.slider.show_value(state.value)
        self.box.show_value(state.value)
        if state.pinned != before.pinned:
            _show_toggle(self.pin, state.pinned, "pinned" if state.pinned else "pin")
        if state.locked != before.locked:
            _show_toggle(self.lock, state.locked, "lock" if state.locked else "unlocked")
            self.slider.setEnabled(not state.locked)
            self.box.setEnabled(not state.locked)
        if replace(before, value=state.value) != state:  # the value is painted by the slider and the box
            self.update()

    def show_naming(self, naming: Naming) -> None:
        """Call every dimension otherwise."""
        self._naming = naming
        layout = self.layout()
        if layout is not None:
            margins = layout.contentsMargins()
            margins.setLeft(naming.width_px)
            layout.setContentsMargins(margins)
        if self._state.dimension >= 0:
            self._name_parts()
        self.update()

    def set_prior(self, low: float, high: float, typical: float) -> None:
        """Run the slider from ``low`` to ``high`` and mark values up to ``typical`` as usual."""
        self.slider.set_range(low, high)
        self.slider.set_typical(-typical, typical)

    def sizeHint(self) -> QSize:
        return QSize(40 * UNIT, ROW_PX)

    def _name_parts(self) -> None:
        name, tip = self._naming.name(self._state.dimension), self._naming.tip(self._state.dimension)
        self.setToolTip(tip)
        self.slider.setToolTip("\n\n".join(filter(None, [tip, _TIP])))
        self.setAccessibleName(name)
        self.setAccessibleDescription(tip)
        self.slider.setAccessibleName(f"{name} slider")
        self.box.setAccessibleName(f"{name} value")
        self.pin.setAccessibleName(f"Pin {name}")
        self.pin.setToolTip(f"Keep {name} on top of the list (P)")
        self.lock.setAccessibleName(f"Lock {name}")
        self.lock.setToolTip(f"Keep {name} as it is: samples, walks and resets leave it alone (L)")

    def _slid(self, value: float, gesture: int) -> None:
        self.box.show_value(value)
        self.moved.emit(self._state.dimension, value, gesture)

    def _typed(self, value: float, gesture: int) -> None:
        self.slider.show_value(value)
        self.moved.emit(self._state.dimension, value, gesture)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit(self._state.dimension)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._ground(c))
            if self._state.current and self._state.focused:
                painter.fillRect(0, 0, 2, self.height(), c.accent)
            place = QRectF(UNIT, 0, self._naming.width_px - UNIT, self.height())
            painter.setPen(c.muted if self._state.locked else c.text)
            name = self._naming.name(self._state.dimension)
            short = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(place.width()))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, short)
            if self._state.strength is not None:
                self._paint_strength(painter, c, self._state.strength)

    def _ground(self, c: Colours) -> QColor:
        if not self._state.current:
            return c.window
        return mixed(c.accent if self._state.focused else c.text, c.window, 0.1)

    def _paint_strength(self, painter: QPainter, c: Colours, strength: float) -> None:
        width = _NAME_PX - 2 * UNIT
        painter.fillRect(QRectF(UNIT, self.height() - 5, width, 2), mixed(c.text, c.window, 0.12))
        painter.fillRect(QRectF(UNIT, self.height() - 5, width * strength, 2), mixed(c.accent, c.window, 0.8))


def _toggle(name: str, row: QWidget) -> QToolButton:
    button = QToolButton(row)
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setProperty("quiet", True)
    button.setIconSize(QSize(2 * UNIT, 2 * UNIT))
    button.setFixedSize(3 * UNIT, 3 * UNIT)
    _show_toggle(button, False, name)
    return button


def _show_toggle(button: QToolButton, on: bool, name: str) -> None:
    button.setChecked(on)
    button.setIcon(icon(name, QPalette.ColorRole.Dark))

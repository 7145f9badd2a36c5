"""One dimension of the latent, or one direction: its name, a slider, a number box, a pin and a lock."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from explorer.ui.explore.choice_control import ChoiceControl
from explorer.ui.explore.row_naming import DIMENSIONS, NAME_PX, Naming, RowState
from explorer.ui.icons import icon
from explorer.ui.theme import UNIT, Colours, colours_of, grown, mixed
from explorer.ui.widgets.gestures import claims
from explorer.ui.widgets.numbers.number_box import NumberBox
from explorer.ui.widgets.numbers.slider import Slider
from explorer.ui.widgets.parts import named, row_of

ROW_PX = 7 * UNIT // 2
_STEP, _FARTHEST = 0.1, 12.0
_CHOICE_PLACE = 2  # behind the slider and the box, which it takes the place of
_TIP = "Drag, or turn the wheel. Shift is finer, Ctrl coarser; a double click resets."


class LatentRow(QWidget):
    """Shows any dimension it is told to; a list needs only as many rows as can be seen.

    Signals
    -------
    moved(dimension, value, gesture) : int, float, int
    pressed(dimension) : int
        The user touched this row.
    pin_toggled(dimension), lock_toggled(dimension) : int
    chosen(dimension, index) : int, int
        The user chose one of the choices of this dimension.
    named(dimension, name) : int, str
        The user typed another name.
    done()
        The user is done with typing.
    """

    moved = Signal(int, float, int)
    pressed = Signal(int)
    pin_toggled = Signal(int)
    lock_toggled = Signal(int)
    chosen = Signal(int, int)
    named = Signal(int, str)
    done = Signal()

    def __init__(self, parent: QWidget, naming: Naming = DIMENSIONS) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what lies below is not painted for every value
        self._naming = naming
        self.editor: QLineEdit | None = None  # of the name, while it is typed
        self._state = RowState(-1, 0.0, None, False, False, False, False)
        self.slider = Slider(soft=True, typical=(-2.0, 2.0), parent=self)
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the list has the keyboard
        self.slider.setToolTip(_TIP)
        self.box = NumberBox(-_FARTHEST, _FARTHEST, parent=self)
        self.box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.box.setProperty("flat", True)
        self.box.setToolTip("Type a value and press Enter.")
        self._choice: ChoiceControl | None = None
        self._usual = (-3.0, 3.0, 2.0)  # what `set_prior` said
        self.pin = _toggle("pin", self)
        self.lock = _toggle("unlocked", self)
        self._row = row_of(
            (self.slider, 1),
            self.box,
            self.pin,
            self.lock,
            on=self,
            margins=(self._name_px, 0, UNIT // 2, 0),
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
    def choice(self) -> ChoiceControl:
        """What is in the place of the slider where the dimension is chosen; most rows never have one."""
        if self._choice is None:
            self._choice = ChoiceControl(self)
            self._choice.chosen.connect(self._chose)
            self._row.insertWidget(_CHOICE_PLACE, self._choice, 1)
        return self._choice

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
        if self.is_choice:
            self.choice.show_index(int(state.value))
        else:
            self.slider.show_value(state.value)
            self.box.show_value(state.value)
        if state.pinned != before.pinned:
            _show_toggle(self.pin, state.pinned, "pinned" if state.pinned else "pin")
        if state.locked != before.locked:
            _show_toggle(self.lock, state.locked, "lock" if state.locked else "unlocked")
            self.slider.setEnabled(not state.locked)
            self.box.setEnabled(not state.locked)
        if self._choice is not None:
            self._choice.setEnabled(not state.locked)
        if replace(before, value=state.value) != state:  # the value is painted by the slider and the box
            self.update()

    def show_naming(self, naming: Naming) -> None:
        """Call every dimension otherwise."""
        self._naming = naming
        self._make_room()
        if self._state.dimension >= 0:
            self._name_parts()
        self.update()

    def edit_name(self) -> None:
        """Let the user type another name in the place of the name."""
        if not self._naming.nameable:
            return
        dimension = self._state.dimension
        self.editor = editor = named(
            QLineEdit(self._naming.name(dimension), self), "Name", "Enter keeps it, Esc does not"
        )
        editor.setGeometry(0, 0, max(self._name_px, 16 * UNIT), self.height())
        editor.selectAll()
        editor.show()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        editor.returnPressed.connect(lambda: self.named.emit(dimension, editor.text()))
        editor.editingFinished.connect(self._end_editing)
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if claims(event, lambda key: key.key() == Qt.Key.Key_Escape):
            self._end_editing()
            return True
        return super().eventFilter(watched, event)

    def _end_editing(self) -> None:
        editor, self.editor = self.editor, None
        if editor is not None:
            editor.hide()
            editor.deleteLater()
            self.done.emit()

    @property
    def _name_px(self) -> int:
        return grown(self._naming.width_px, self)

    def _make_room(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(self._name_px, 0, UNIT // 2, 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._make_room()

    def set_prior(self, low: float, high: float, typical: float) -> None:
        """Run the slider from ``low`` to ``high`` and mark values up to ``typical`` as usual."""
        self._usual = (low, high, typical)
        self._fit_reach()

    @property
    def is_choice(self) -> bool:
        """Whether its dimension is chosen rather than slid."""
        known = self._naming.known.get(self._state.dimension)
        return known is not None and bool(known.choices)

    def step_choice(self, steps: int) -> None:
        """Go to another of the choices, as the user's hand does."""
        self._chose(min(max(self.choice.index + steps, 0), self.choice.count - 1))

    def _chose(self, index: int) -> None:
        self.choice.show_index(index)
        self.pressed.emit(self._state.dimension)
        self.chosen.emit(self._state.dimension, index)

    def _fit_known(self) -> None:
        """Have what suits the dimension: a slider over its own range, or its choices."""
        known, (low, high, typical) = self._naming.known.get(self._state.dimension), self._usual
        if self.is_choice or self._choice is not None:
            self.choice.setVisible(self.is_choice)
        self.slider.setVisible(not self.is_choice)
        self.box.setVisible(not self.is_choice)
        if known is not None and known.choices:
            self.choice.offer(self._naming.name(self._state.dimension), known.choices)
        elif known is not None:
            self.slider.set_range(known.low, known.high)
            self.slider.set_typical(known.low, known.high)
            self.slider.set_home(float(known.middle()[0]), _rounded_step(known.high - known.low))
            beyond = known.high - known.low  # as far as one may be curious
            self.box.set_range(known.low - beyond, known.high + beyond)
        else:
            self.slider.set_range(low, high)
            self.slider.set_typical(-typical, typical)
            self.slider.set_home(0.0, _STEP)
            self.box.set_range(-_FARTHEST, _FARTHEST)

    def _fit_reach(self) -> None:
        self._fit_known()
        if self._naming.reach is not None and self._state.dimension >= 0:
            reach = self._naming.reach(self._state.dimension)
            self.slider.set_range(-reach, reach)

    def sizeHint(self) -> QSize:
        return QSize(40 * UNIT, ROW_PX)

    def _name_parts(self) -> None:
        self._fit_reach()
        name, tip = self._naming.name(self._state.dimension), self._naming.tip(self._state.dimension)
        call = f"Double click or F2: rename {name}" if self._naming.nameable else ""
        self.setToolTip("\n\n".join(filter(None, [tip, call])))
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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().x() < self._name_px:
            self.edit_name()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._ground(c))
            if self._state.current and self._state.focused:
                painter.fillRect(0, 0, 2, self.height(), c.accent)
            place = QRectF(UNIT, 0, self._name_px - UNIT, self.height())
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
        width = NAME_PX - 2 * UNIT
        painter.fillRect(QRectF(UNIT, self.height() - 5, width, 2), mixed(c.text, c.window, 0.12))
        painter.fillRect(QRectF(UNIT, self.height() - 5, width * strength, 2), mixed(c.accent, c.window, 0.8))


def _rounded_step(length: float) -> float:
    """A sixtieth of a range or somewhat less, as a number with one digit."""
    rough = length / 60.0
    power = 10.0 ** math.floor(math.log10(rough))
    return float(math.ceil(rough / power) * power)


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

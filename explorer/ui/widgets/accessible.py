"""What screen readers are told of widgets that paint themselves: what they are, their value, and where the keyboard is.

Qt asks a factory for the face of a widget; those of ours that have a value show it through Qt's own interface for that.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol, runtime_checkable
from weakref import ref

from PySide6.QtCore import QObject
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleInterface,
    QAccessibleValueChangeEvent,
    QAccessibleValueInterface,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import Shiboken

_ROLES = {
    "Slider": QAccessible.Role.Slider,
    "LayerRange": QAccessible.Role.Slider,
    "NormGauge": QAccessible.Role.Indicator,
    "NeighbourTiles": QAccessible.Role.Graphic,
    "PlaneSheet": QAccessible.Role.Graphic,
    "Scatter": QAccessible.Role.Graphic,
    "TileView": QAccessible.Role.Graphic,
    "CornerBox": QAccessible.Role.Button,
}  # by the name of the class, as Qt asks for it


@runtime_checkable
class Ranged(Protocol):
    """A widget that stands at one value of a range."""

    @property
    def value(self) -> float:
        """Where it stands."""

    @property
    def step(self) -> float:
        """The smallest change worth making."""

    @property
    def shown_range(self) -> tuple[float, float]:
        """The ends of the range."""

    def take(self, value: float) -> None:
        """Go to ``value``, as the user's hand does."""


@cache
def install_faces() -> None:
    """Have Qt show our own widgets to screen readers as what they are; once for the whole program."""
    QAccessible.installFactory(_face)


def tell_value(widget: QWidget, value: float) -> None:
    """Tell screen readers that a `Ranged` widget stands elsewhere."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(widget, value))


def announce(widget: QWidget, words: str) -> None:
    """Say what the keyboard has come to inside a widget, such as a tile: such parts are no widgets of their own."""
    widget.setAccessibleDescription(words)
    if words and widget.hasFocus() and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


class _Value(QAccessibleValueInterface):
    def __init__(self, widget: Ranged) -> None:
        super().__init__()
        self._widget = ref(widget)

    def currentValue(self) -> float:
        widget = self._widget()
        return widget.value if widget is not None else 0.0

    def setCurrentValue(self, value: object) -> None:
        widget = self._widget()
        if widget is not None and isinstance(value, (int, float)):
            widget.take(float(value))

    def minimumValue(self) -> float:
        widget = self._widget()
        return widget.shown_range[0] if widget is not None else 0.0

    def maximumValue(self) -> float:
        widget = self._widget()
        return widget.shown_range[1] if widget is not None else 0.0

    def minimumStepSize(self) -> float:
        widget = self._widget()
        return widget.step if widget is not None else 0.0


class _ValueFace(QAccessibleWidget):
    """The face of a `Ranged` widget.

    # WORKAROUND PySide6 6.11 hands what ``interface_cast`` gives over as a bare address: None, or an object of several
    # bases, would have Qt read at a wrong one. A pointer is right, and one to nothing says that there is none.
    """

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role, widget.accessibleName())
        assert isinstance(widget, Ranged)
        self._value = _Value(widget)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Any:
        if kind == QAccessible.InterfaceType.ValueInterface:
            return Shiboken.VoidPtr(Shiboken.getCppPointer(self._value)[0])
        found = super().interface_cast(kind)
        return Shiboken.VoidPtr(0) if found is None else found


def _face(kind: str, widget: QObject) -> QAccessibleInterface | None:
    role = _ROLES.get(kind)
    if role is None or not isinstance(widget, QWidget):
        return None
    is_ranged = isinstance(widget, Ranged)
    return _ValueFace(widget, role) if is_ranged else QAccessibleWidget(widget, role, widget.accessibleName())

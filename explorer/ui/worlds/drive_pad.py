"""Which actions are being asked for: by keys that are held down, and by buttons that do the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from explorer.core.worlds.world_facts import WorldAction
from explorer.ui.theme import UNIT
from explorer.ui.widgets.gestures import claims
from explorer.ui.widgets.keys import Key
from explorer.ui.widgets.parts import push_button, row_of

_ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
_LETTERS = {"Left": "A", "Right": "D", "Up": "W", "Down": "S"}  # do what the arrows do, where an action has none itself
_Side = tuple[int, int]  # which action, and whether its lowest (-1) or its highest (1)


class DrivePad(QWidget):
    """Holds what is driven; while the keyboard is in it, the keys of the world's actions are its own.

    Signals
    -------
    changed()
        Something else is asked for.
    """

    KEYS: ClassVar[tuple[Key, ...]] = (Key("Drive through a world", "Arrows  or  W A S D, held down"),)

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Drive here with the arrow keys")
        self.buttons = QWidget()
        row_of(on=self.buttons, spacing=UNIT // 2)
        self._actions: tuple[WorldAction, ...] = ()
        self._sides: dict[int, _Side] = {}  # of keys
        self._down: dict[object, _Side] = {}  # keys and buttons that are held
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def show_actions(self, actions: Sequence[WorldAction]) -> None:
        """Offer these, a button for each key."""
        self._actions, self._down = tuple(actions), {}
        self._sides = _sides(actions)
        layout = self.buttons.layout()
        assert layout is not None
        while (item := layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for number, action in enumerate(actions):
            for side, key in ((-1, action.keys[0]), (1, action.keys[1])):
                if key:
                    layout.addWidget(self._button(action, (number, side), key))

    @property
    def action(self) -> tuple[float, ...]:
        """A number for each action: an end while its key is held, else 0 or the nearest to it."""
        return tuple(self._value(number, action) for number, action in enumerate(self._actions))

    def let_go(self) -> None:
        """Nothing is held any more."""
        if self._down:
            self._down = {}
            self.changed.emit()

    def event(self, event: QEvent) -> bool:
        if claims(event, lambda key: key.key() in self._sides and not _has_modifier(key)):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in self._sides and not _has_modifier(event):
            if not event.isAutoRepeat():
                self._hold(event.key(), self._sides[event.key()])
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in self._down:
            if not event.isAutoRepeat():
                self._release(event.key())
        else:
            super().keyReleaseEvent(event)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is None or not (now is self or self.isAncestorOf(now)):  # whoever is released now is told to another
            self.let_go()

    def _value(self, number: int, action: WorldAction) -> float:
        asked = sum(side for which, side in set(self._down.values()) if which == number)
        if asked:
            return action.high if asked > 0 else action.low
        return min(max(0.0, action.low), action.high)

    def _hold(self, what: object, side: _Side) -> None:
        self._down[what] = side
        self.changed.emit()

    def _release(self, what: object) -> None:
        if self._down.pop(what, None) is not None:
            self.changed.emit()

    def _button(self, action: WorldAction, side: _Side, key: str) -> QPushButton:
        end = "lowest" if side[1] < 0 else "highest"
        button = push_button(_ARROWS.get(key, key), f"{action.name}: {end} value while held down ({key})")
        button.setAccessibleName(f"{action.name}, {key}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setFixedWidth(5 * UNIT)
        button.pressed.connect(lambda: self._hold(button, side))
        button.released.connect(lambda: self._release(button))
        return button


def _sides(actions: Sequence[WorldAction]) -> dict[int, _Side]:
    """What each key asks for; letters stand in for arrows where no action has them for itself."""
    found = {key: (n, side) for n, a in enumerate(actions) for key, side in zip(a.keys, (-1, 1), strict=True) if key}
    found = {**{_LETTERS[key]: side for key, side in found.items() if key in _LETTERS}, **found}
    return {code: side for key, side in found.items() if (code := _code(key))}


def _code(key: str) -> int:
    """Qt's number of a key by its name; 0 where there is no such key."""
    found = getattr(Qt.Key, f"Key_{key}", None)
    return found.value if isinstance(found, Qt.Key) else 0


def _has_modifier(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier)

"""A part that is loaded and built when it is first to be seen, as most models do without it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from explorer.core.rendering.scene import Scene
from explorer.ui.widgets.parts import column_of, fill, in_reading_order


class LatePart(QWidget):
    """Keeps the place of a part that shows scenes, hidden at first; to show it is to build the part.

    Parameters
    ----------
    module, name : str
        A module of `explorer.ui`, and the class in it.
    given : objects
        What the class is handed.
    """

    def __init__(self, module: str, name: str, *given: object) -> None:
        super().__init__()
        self._module, self._name, self._given = module, name, given
        self._built: Any = None
        self._scene: Scene | None = None
        self._column = column_of(on=self)
        self.hide()

    @property
    def part(self) -> Any:
        """The part itself."""
        self.build()
        return self._built

    def build(self) -> None:
        """Build the part, unless that was done, and have it show the scene that its place was told of."""
        if self._built is None:
            self._built = getattr(import_module(f"explorer.ui.{self._module}"), self._name)(*self._given)
            fill(self._column, (self._built, 1))
            in_reading_order(self, after=self._before())
            if self._scene is not None:
                self._built.show_scene(None, self._scene)

    def _before(self) -> QWidget:
        """What Tab came to before there was anything here."""
        each = self.previousInFocusChain()
        while each is not None and each is not self and not each.focusPolicy() & Qt.FocusPolicy.TabFocus:
            each = each.previousInFocusChain()
        return each or self

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Show what of ``after`` is not the same in ``before``, or will be once there is something to show it."""
        self._scene = after
        if self._built is not None:
            self._built.show_scene(before, after)

    def close_work(self) -> None:
        """Stop the work of the part; only for those that do some."""
        if self._built is not None:
            self._built.close_work()

    def setVisible(self, visible: bool) -> None:
        if visible:
            self.build()
        super().setVisible(visible)

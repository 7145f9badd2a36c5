"""A panel: one way to work with the scene, filling the middle of the window."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from explorer.core.rendering.scene import Scene
from explorer.ui.studio import Studio
from explorer.ui.widgets.canvas import Canvas


class Panel(QWidget):
    """Shows part of the scene and turns gestures into edits.

    A subclass says its ``title`` and ``icon_name``, builds its widgets in ``__init__``, and keeps them
    true in `refresh`. It reads the scene; it changes it only through ``studio.moves`` and
    ``studio.document``. The actions it adds to itself appear in the window's Sample menu.
    One that is of use without a model says so with ``needs_model``.

    Signals
    -------
    explore_wanted()
        The picture of the scene is to be seen large: the first panel.
    """

    explore_wanted = Signal()

    title: ClassVar[str]
    icon_name: ClassVar[str]
    needs_model: ClassVar[bool] = True

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.setObjectName(type(self).__name__)
        studio.document.changed.connect(self._on_changed)

    @property
    def canvas(self) -> Canvas | None:
        """The canvas that the View menu acts upon, if the panel has one."""
        return None

    @property
    def views(self) -> tuple[str, ...]:
        """The titles of the views that the panel has; none where it is one thing."""
        return ()

    @property
    def is_busy(self) -> bool:
        """Whether the panel is still drawing what it shows, besides the picture of the scene."""
        return False

    def show_view(self, index: int) -> None:
        """Bring one of `views` into sight."""

    def paste(self) -> bool:
        """Take what is on the clipboard, if it is something for this panel alone; says whether it was."""
        return False

    def refresh(self, before: Scene | None, after: Scene) -> None:
        """Show ``after``, of which only what ``is not`` the same in ``before`` has changed.

        Called with ``before=None`` when everything may have: whenever the panel comes into view.
        """

    def close_work(self) -> None:
        """Stop the panel's own slow work and wait for it; called once, when the window closes."""

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while the panel was out of view."""
        super().showEvent(event)
        self.refresh(None, self.studio.document.scene)

    def _on_changed(self, before: Scene, after: Scene) -> None:
        if self.isVisible():
            self.refresh(before, after)

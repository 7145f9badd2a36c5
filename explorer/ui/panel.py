"""A panel: one way to work with the scene, filling the middle of the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent

from explorer.core.rendering.scene import Scene
from explorer.ui.studio import Studio
from explorer.ui.view import Meaning, View
from explorer.ui.widgets.picture_view import PictureView


class Panel(View):
    """A view that fills the middle of the window.

    A subclass says its ``title``, and ``icon_name`` if it has an icon of its own, builds its widgets in ``__init__``,
    and keeps them true in `show_scene`. The actions it adds to itself appear in the window's Sample menu.
    One that is of use without a model says so with ``needs_model``.

    Signals
    -------
    view_changed()
        Another view of it is in sight than before.
    """

    view_changed = Signal()

    title: ClassVar[str]
    icon_name: ClassVar[str] = "model"
    needs_model: ClassVar[bool] = True

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.setObjectName(type(self).__name__)
        studio.document.changed.connect(self._on_changed)

    @property
    def canvas(self) -> PictureView | None:
        """What shows the picture that the View menu acts upon, if the panel has one."""
        return None

    @property
    def view_in_sight(self) -> View | None:
        """What one looks at, if it is there yet: the panel itself, or one of its views."""
        return self

    def meanings(self) -> Mapping[str, Meaning | None]:
        """Those of the view that is in sight."""
        view = self.view_in_sight
        return {} if view is None or view is self else view.meanings()

    def every_meaning(self) -> tuple[Mapping[str, Meaning | None], ...]:
        """What commands mean in it, and in each of its views."""
        return (self.meanings(), *(view.meanings() for view in self.every_view()))

    def every_view(self) -> tuple[View, ...]:
        """All its views, whether they were looked at or not."""
        return (self,)

    @property
    def views(self) -> tuple[str, ...]:
        """The titles of the views that the panel has; none where it is one thing."""
        return ()

    @property
    def view_title(self) -> str:
        """Which of `views` is chosen; "" where the panel is one thing."""
        return ""

    def show_view(self, index: int) -> None:
        """Bring one of `views` into sight."""

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while the panel was out of view."""
        super().showEvent(event)
        self.show_scene(None, self.studio.document.scene)

    def _on_changed(self, before: Scene, after: Scene) -> None:
        if self.isVisible():
            self.show_scene(before, after)

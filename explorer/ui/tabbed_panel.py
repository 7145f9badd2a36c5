"""A panel that has several views, of which one is shown; each is loaded when it is first looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from explorer.core.rendering.scene import Scene
from explorer.ui.panel import Panel
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.view import View
from explorer.ui.widgets.elided_label import ElidedLabel
from explorer.ui.widgets.parts import STRETCH, fill, line, named, row_of, scrolled
from explorer.ui.widgets.segments import Segments


@dataclass(frozen=True)
class LazyView:
    """A view before it is loaded: start-up would otherwise wait for many that nobody may look at.

    ``module`` lies in `explorer.ui` and holds the class ``name``.
    """

    title: str
    tip: str
    module: str
    name: str

    def built(self, studio: Studio) -> View:
        """The view itself."""
        view: View = getattr(import_module(f"explorer.ui.{self.module}"), self.name)(studio)
        return view


class _Page(QScrollArea):
    """A view as large as the room there is, scrolled where that is less than it needs.

    Qt's own resizing gives a view with wrapped words the height that it would like, not the least that it can do with.
    """

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view
        scrolled(view, self)
        self.setWidgetResizable(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        view, room = self._view, self.maximumViewportSize()
        layout, least = view.layout(), view.minimumSizeHint()
        width = max(room.width(), least.width())
        height = least.height()
        if layout is not None and layout.hasHeightForWidth():
            height = layout.minimumHeightForWidth(width)
        if height > room.height():
            width = max(room.width() - self.verticalScrollBar().sizeHint().width(), least.width())
        view.resize(width, max(room.height(), height))


class TabbedPanel(Panel):
    """Shows one of its ``choices`` at a time.

    Attributes
    ----------
    choices : sequence of Choice
        Of the subclass, in the order of the tabs.
    """

    choices: ClassVar[Sequence[LazyView]]

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._built: dict[int, View] = {}
        self._pages: dict[int, _Page] = {}
        self._index = 0
        self._wanted_aside = {"sides": False, "trims": False, "spared": False}
        self.segments = named(Segments([(choice.title, choice.tip) for choice in self.choices]), "Views")
        self.segments.chosen.connect(self.show_view)
        self.purpose = ElidedLabel()
        self.purpose.setProperty("role", "muted")
        self._stack = QStackedWidget()
        self.column = QVBoxLayout(self)
        self._show_purpose()
        self._lay_out(self.corner())
        studio.models.opened.connect(lambda _model, _request: self._on_opened())

    @property
    def view(self) -> View:
        """The view that is chosen."""
        return self._view_at(self._index)

    @property
    def view_in_sight(self) -> View | None:
        return self._built.get(self._index)

    def every_view(self) -> tuple[View, ...]:
        return tuple(self._view_at(index) for index in range(len(self.choices)))

    def _view_at(self, index: int) -> View:
        if index not in self._built:
            self._built[index] = view = self.choices[index].built(self.studio)
            self._pages[index] = page = _Page(view)
            self._stack.addWidget(page)
            view.explore_wanted.connect(self.explore_wanted)
            view.presentation_wanted.connect(self.presentation_wanted)
            view.put_aside(**self._wanted_aside)
            self.add_view(view)
        return self._built[index]

    @property
    def views(self) -> tuple[str, ...]:
        return tuple(choice.title for choice in self.choices)

    @property
    def view_title(self) -> str:
        return self.views[self._index]

    @property
    def is_busy(self) -> bool:
        return self._index in self._built and self.view.is_busy

    def put_aside(self, *, sides: bool, trims: bool, spared: bool = False) -> None:
        super().put_aside(sides=sides, trims=trims, spared=spared)
        self._wanted_aside = {"sides": sides, "trims": trims, "spared": spared}
        for view in self._built.values():
            view.put_aside(**self._wanted_aside)

    def _show_purpose(self) -> None:
        """Say in a line what the chosen view is for; its tab says the rest."""
        self.purpose.show_words(self.choices[self._index].tip.partition(":")[0])

    def corner(self) -> tuple[QWidget, ...]:
        """What stands at the right of the tabs."""
        return ()

    def add_view(self, view: View) -> None:
        """Connect a view that was just built."""

    def show_view(self, index: int) -> None:
        """Bring one of the views into sight."""
        before = self._pages.get(self._index)
        leads = before is not None and before.isAncestorOf(QApplication.focusWidget() or self)
        if self._index in self._built:
            self.view.rest()
        self._index = index
        self.segments.show_index(index)
        self._show_purpose()
        if self.isVisible():
            self.show_scene(None, self.studio.document.scene)
            if leads:  # else Qt would choose some button for the keyboard
                self.setFocus()

    def paste(self) -> bool:
        """Let the chosen view take what is on the clipboard."""
        return self._index in self._built and self.view.paste()

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        """Let the chosen view show ``after``."""
        is_open = self.studio.models.current is not None and after.model == self.studio.models.hash
        if self.needs_model and not is_open:
            return
        view = self.view
        if self._stack.currentWidget() is not self._pages[self._index] or before is None:
            self._stack.setCurrentWidget(self._pages[self._index])
            self.view_changed.emit()
        view.show_scene(before, after)

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing while nobody looks."""
        if self._index in self._built:
            self.view.rest()

    def close_work(self) -> None:
        """Stop the work of every view."""
        for view in self._built.values():
            view.close_work()

    def _on_opened(self) -> None:
        """Show it even if the scene is what it was: the model may have been opened on another device."""
        if self.isVisible():
            self.show_scene(None, self.studio.document.scene)

    def _lay_out(self, corner: Sequence[QWidget]) -> None:
        bar = QWidget()
        row_of(
            (self.segments, 0, Qt.AlignmentFlag.AlignLeft),
            self.purpose,
            STRETCH,
            *corner,
            on=bar,
            margins=(2 * UNIT, UNIT),
            spacing=2 * UNIT,
        )
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        hairline = line()
        self.trims += [bar, hairline]
        fill(self.column, bar, hairline, (self._stack, 1))

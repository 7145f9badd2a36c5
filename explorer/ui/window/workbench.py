"""The middle of the window: the panels, of which one is in view, and the strips below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QBoxLayout, QSplitter, QStackedWidget, QWidget

from explorer.ui.panel import Panel
from explorer.ui.studio import Studio
from explorer.ui.widgets.parts import column_of, line, row_of
from explorer.ui.window.panel_rail import PanelRail
from explorer.ui.window.strips import Strips


class Workbench(QWidget):
    """Shows one panel at a time; the rail at its left chooses among several.

    A panel is built when it is first wanted: start-up would otherwise wait for many that nobody may look at.

    Parameters
    ----------
    kinds : sequence of Panel classes
        Those that can be chosen, in their order.
    studio : Studio
        What each of them is handed.
    strips : Strips
        What lies below them.
    welcome : QWidget
        What stands in the place of a panel that needs a model, while there is none.

    Signals
    -------
    view_changed()
        Another panel, or view of one, is in sight than before.
    """

    view_changed = Signal()

    def __init__(self, kinds: Sequence[type[Panel]], studio: Studio, strips: Strips, welcome: QWidget) -> None:
        super().__init__()
        self.kinds = tuple(kinds)
        self.strips = strips
        self._studio = studio
        self._welcome = welcome
        self._built: dict[int, Panel] = {}
        self._serving: list[Callable[[Panel], object]] = []
        self._index = 0
        self._is_empty, self._is_ready = True, False
        self._wanted_aside = {"sides": False, "trims": False, "spared": False}
        self._wants_strips = True
        self._offer: QWidget | None = None
        self._presents = False
        self._stack = QStackedWidget()
        self._bottom = QWidget()
        self.rail = PanelRail(self.kinds)
        self.rail.chosen.connect(self.show_panel)
        self.addActions(self.rail.keys)
        self._lay_out()

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels; those that were not built yet are now."""
        return tuple(self.panel_at(index) for index in range(len(self.kinds)))

    @property
    def built(self) -> tuple[Panel, ...]:
        """Those that somebody wanted so far."""
        return tuple(self._built.values())

    @property
    def panel(self) -> Panel:
        """The panel that is in view."""
        return self.panel_at(self._index)

    def serve(self, serve: Callable[[Panel], object]) -> None:
        """Do something for every panel: at once for those that are built, for others as soon as they are."""
        self._serving.append(serve)
        for panel in self.built:
            serve(panel)

    def panel_at(self, index: int) -> Panel:
        """The panel in a place of the rail."""
        if index not in self._built:
            self._built[index] = panel = self.kinds[index](self._studio)
            self._stack.addWidget(panel)
            panel.view_changed.connect(self._on_view)
            panel.setEnabled(self._is_ready or not panel.needs_model)
            panel.put_aside(**self._wanted_aside)
            for serve in self._serving:
                serve(panel)
        return self._built[index]

    def add_below(self, part: QWidget) -> None:
        """Put ``part`` below everything."""
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(1, part)

    def show_panel(self, index: int) -> None:
        """Bring one panel into view."""
        self._index = index
        self._offer = None
        self.rail.show_chosen(index)
        self._show_page()
        self._on_view()

    def show_offer(self, page: QWidget | None) -> None:
        """Show a page in the place of the panel, until a panel is chosen or None is shown."""
        self._offer = page
        if page is not None and self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._show_page()

    def set_ready(self, ready: bool, *, empty: bool = False) -> None:
        """Let the user work, or not while there is nothing to work with.

        ``empty`` says that no model is open or being opened; panels that need none are ready all the same.
        """
        self._is_empty, self._is_ready = empty, ready
        for panel in self.built:
            panel.setEnabled(ready or not panel.needs_model)
        self.strips.setEnabled(ready)
        self._show_strips()
        self._show_page()

    def put_aside(self, *, sides: bool, trims: bool, spared: bool = False) -> None:
        """Hide what stands beside the pictures; with ``trims`` leave nothing but what is looked at."""
        self._presents = trims
        for part in self._left:
            part.setVisible(len(self.kinds) > 1 and not trims)
        self._wanted_aside = {"sides": sides, "trims": trims, "spared": spared}
        for panel in self.built:
            panel.put_aside(**self._wanted_aside)
        self._stack.updateGeometry()  # panels out of sight do not tell that they need less room
        self._show_strips()

    def want_strips(self, wanted: bool) -> None:
        """Show the strips, where there is something to show in them, or hide them."""
        self._wants_strips = wanted
        self._show_strips()

    def _on_view(self) -> None:
        self._show_strips()
        self.view_changed.emit()

    def _show_strips(self) -> None:
        """They take room that views without a scene, such as a quiz, have better use for."""
        view = self.panel.view_in_sight or self.panel
        wanted = self._wants_strips and view.shows_scene
        self._bottom.setVisible(wanted and not self._is_empty and not self._presents)

    def _show_page(self) -> None:
        lacks_model = self._is_empty and self.panel.needs_model
        before, after = self._stack.currentWidget(), self._offer or (self._welcome if lacks_model else self.panel)
        leads = before is not None and before is not after and before.isAncestorOf(QApplication.focusWidget() or self)
        self._stack.setCurrentWidget(after)
        if leads:  # else Qt would choose some button for the keyboard
            (self.panel.canvas or after).setFocus()

    def _lay_out(self) -> None:
        self._stack.addWidget(self._welcome)
        above = QWidget()
        row = row_of(on=above, spacing=0)
        self._left = (self.rail, line(upright=True))
        for part in self._left:
            row.addWidget(part)
            part.setVisible(len(self.kinds) > 1)
        row.addWidget(self._stack, 1)
        self.split = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        for part, stretch in ((above, 1), (self._bottom, 0)):
            self.split.addWidget(part)
            self.split.setStretchFactor(self.split.count() - 1, stretch)
        column_of((self.split, 1), on=self, spacing=0)
        column_of((self.strips, 1), on=self._bottom, spacing=0)

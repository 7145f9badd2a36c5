"""A panel of several views, of each of which something can be saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from PySide6.QtWidgets import QWidget

from explorer.ui.studio import Studio
from explorer.ui.tabbed_panel import TabbedPanel
from explorer.ui.view import Meaning
from explorer.ui.widgets.parts import push_button

if TYPE_CHECKING:
    from explorer.ui.traverse.export_strip import Offer


class _Exports(Protocol):
    def exports(self) -> tuple[Offer, ...]: ...


class ExportingPanel(TabbedPanel):
    """Has a menu of what the view in sight can save, and a strip that tells how far it is.

    Attributes
    ----------
    saved : sequence of str
        Of the subclass: what each view saves, in the order of the tabs.
    export_tip : str
        What the menu is for.
    """

    saved: ClassVar[Sequence[str]]
    export_tip: ClassVar[str]

    def __init__(self, studio: Studio) -> None:
        from explorer.ui.traverse.export_strip import ExportStrip

        self.exporting = ExportStrip(studio)
        super().__init__(studio)
        self.column.addWidget(self.exporting)

    def corner(self) -> tuple[QWidget, ...]:
        from explorer.ui.traverse.export_strip import ExportMenu

        self.export = push_button("Export", self.export_tip, image="export")
        self.menu = ExportMenu(self.studio, lambda: cast(_Exports, self.view).exports(), self.exporting, self)
        self.export.setMenu(self.menu)
        return (self.export,)

    def meanings(self) -> Mapping[str, Meaning | None]:
        """The view's own, and saving what it shows."""
        view = self.view_in_sight
        own = {} if view is None else view.meanings()
        return {"save": self._saving(self.saved[self._index]), **own}

    def every_meaning(self) -> tuple[Mapping[str, Meaning | None], ...]:
        """Those of all views, as each saves something else."""
        return (*({"save": self._saving(what)} for what in self.saved), *super().every_meaning())

    def close_work(self) -> None:
        """Stop the work of every view, and what is being exported."""
        super().close_work()
        self.exporting.exporter.close()

    def _saving(self, what: str) -> Meaning:
        return Meaning(f"Save the {what} …", self.menu.save_first)

"""The model that is open, and the menu of all that are at hand."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from explorer.session.models.catalog import Catalog, CatalogEntry
from explorer.session.models.companions import Companions
from explorer.ui.icons import icon

_THUMBNAIL_PX = 40
_NAME_PX = 260


class ModelButton(QToolButton):
    """Names the open model; pressed, it offers the others with their pictures.

    Attributes
    ----------
    explain : QAction or None
        Shows how the open model works.
    readings : QAction or None
        Asks how the weights of the open model are to be read; offered where it is enabled.

    Signals
    -------
    chosen(path) : Path
        The user wants this model.
    open_wanted()
        The user wants one that is not in the menu.
    removal_wanted(part) : str
        The user wants the open model to be without the encoder, critic or classifier it was given.
    """

    chosen = Signal(object)
    open_wanted = Signal()
    removal_wanted = Signal(str)

    def __init__(self, catalog: Catalog, parts: Companions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalog, self._parts = catalog, parts
        self.readings: QAction | None = None
        self.explain: QAction | None = None
        self.setIcon(icon("model"))
        self.setToolTip("The model that is open. Click for the others.")
        self.setAccessibleName("Model")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        menu = _BigIconMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.show_name("")

    def show_name(self, name: str) -> None:
        """Name the model that is open; "" while none is."""
        self.setText(f"{self._fitting(name) or 'No model'}  ▾")

    def show_busy(self, name: str) -> None:
        """Say that the model ``name`` is being opened."""
        self.setText(f"Opening {self._fitting(name)} …")

    def _fitting(self, name: str) -> str:
        return self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_PX)

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        self._add(menu, "Bundled models", self._catalog.bundled())
        self._add(menu, "Opened recently", self._catalog.recent())
        self._add_parts(menu)
        menu.addAction(icon("open"), "Open another …", self.open_wanted.emit)
        if self.explain is not None and self.explain.isEnabled():
            menu.addAction(self.explain)
        if self.readings is not None and self.readings.isEnabled():
            menu.addAction(self.readings)

    def _add_parts(self, menu: QMenu) -> None:
        """Offer to take off what the open model was given."""
        attached = self._parts.attached()
        for part, each in attached.items():
            action = menu.addAction(icon("trash"), f"Remove the {part} {each.path.name}")
            action.setToolTip(f"The open model was given {each.path}; the file itself stays where it is")
            action.triggered.connect(lambda _=False, part=part: self.removal_wanted.emit(part))
        if attached:
            menu.addSeparator()

    def _add(self, menu: QMenu, title: str, entries: tuple[CatalogEntry, ...]) -> None:
        for entry in entries:
            action = menu.addAction(preview_icon(entry), self._fitting(entry.name))
            action.setToolTip(str(entry.path))
            action.triggered.connect(lambda _=False, path=entry.path: self.chosen.emit(path))
        if entries:
            menu.addSeparator().setText(title)


class _BigIconMenu(QMenu):
    """A menu whose icons are thumbnails."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self.setStyleSheet(f"QMenu {{ icon-size: {_THUMBNAIL_PX}px; }} QMenu::icon {{ padding-left: 4px; }}")


def preview_icon(entry: CatalogEntry) -> QIcon:
    """A picture of what a model makes, or the sign of a model."""
    pixmap = QPixmap(str(entry.preview)) if entry.preview else QPixmap()
    if pixmap.isNull():
        return icon("model")
    size = QSize(_THUMBNAIL_PX, _THUMBNAIL_PX) * 2
    return QIcon(pixmap.scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding))

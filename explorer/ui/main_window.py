"""The window: what is open along the top, the panel in the middle, where one has been along the bottom."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from explorer.session.notices import Notice
from explorer.session.opening import OpenModel
from explorer.ui.clipboard import files_of
from explorer.ui.commands import Commands
from explorer.ui.device_button import DeviceButton
from explorer.ui.icons import icon
from explorer.ui.lines import line
from explorer.ui.model_button import ModelButton
from explorer.ui.panel import Panel
from explorer.ui.panel_rail import PanelRail
from explorer.ui.panels.explore import ExplorePanel
from explorer.ui.space_key import SpaceKey
from explorer.ui.strips import Strips
from explorer.ui.studio import Studio
from explorer.ui.verbs import Verbs
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.toasts import Kind, Toasts

PANELS: tuple[type[Panel], ...] = (ExplorePanel,)

TITLE = "Latent explorer"
_FIRST_SIZE_PX = (1280, 720)
_TOAST_KINDS: dict[str, Kind] = {"problem": "warning", "bug": "error", "degraded": "info", "done": "info"}
_LAYOUT_VERSION = 1


class MainWindow(QMainWindow):
    """Builds the parts of the window and shows in them what the session tells.

    Signals
    -------
    closed()
        Everything has stopped; the window is gone.
    """

    closed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.panels = tuple(panel(studio) for panel in PANELS)
        self.toasts = Toasts(self)
        self.strips = Strips(studio)
        self.model_button = ModelButton(studio.catalog)
        self.device_button = DeviceButton(studio.pictures, studio.settings.device)
        self.verbs = Verbs(self)
        self.commands = Commands(self, self.verbs.by_name())
        self._space = SpaceKey(self)
        self._build_middle()
        self._build_toolbar()
        self._connect()
        self._restore_layout()
        self.verbs.show_theme()
        self.show_state()

    @property
    def panel(self) -> Panel:
        """The panel that is in view."""
        return self.panels[self._stack.currentIndex()]

    def show_panel(self, index: int) -> None:
        """Bring one panel into view."""
        self._stack.setCurrentIndex(index)

    def open(self, path: Path) -> None:
        """Open a model, a run, or a picture that carries its scene."""
        self.studio.conductor.open(path)

    def show_state(self) -> None:
        """Show whether something is open, or being opened, and offer what can be done with it."""
        model, busy = self.studio.models.current, self.studio.models.is_busy
        ready = model is not None and self.studio.document.scene.model == self.studio.models.hash
        self._pages.setCurrentIndex(0 if model is None and not busy else 1)
        self._stack.setEnabled(ready)
        self.strips.setEnabled(ready)
        self.commands.enable(ready)
        self.device_button.show_model(model)
        if not busy:
            self.model_button.show_name(model.name if model else "")
        self.setWindowTitle(f"{model.name} — {TITLE}" if model else TITLE)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout; ask everything to stop, wait, close."""
        settings = self.studio.settings
        settings.remember_layout("window", self.saveGeometry())
        settings.remember_layout("strips", self.strips.saveState())
        self.studio.notices.tell(None)
        for panel in self.panels:
            panel.close_work()
        self.studio.saver.close()
        self.studio.conductor.close()
        settings.save()
        super().closeEvent(event)
        self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files."""
        if files_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file that was dropped."""
        event.acceptProposedAction()
        self.verbs.open_dropped(files_of(event.mimeData()))

    def changeEvent(self, event: QEvent) -> None:
        """Keep the full-screen switch true, however the window got there."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.commands["full_screen"].setChecked(self.isFullScreen())

    def _build_middle(self) -> None:
        self._stack = QStackedWidget()
        for panel in self.panels:
            self._stack.addWidget(panel)
            self.commands.sample_menu.addActions(panel.actions())
        work = QWidget()
        row = QHBoxLayout(work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        if len(self.panels) > 1:
            rail = PanelRail(self.panels)
            rail.chosen.connect(self.show_panel)
            row.addWidget(rail)
        row.addWidget(self._stack, 1)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(work, 1)
        column.addWidget(line())
        column.addWidget(self.strips)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._welcome())
        self._pages.addWidget(body)
        self.setCentralWidget(self._pages)

    def _welcome(self) -> QWidget:
        button = QPushButton(icon("open", QPalette.ColorRole.HighlightedText), "Open …")
        button.setProperty("primary", True)
        button.clicked.connect(self.commands["open"].trigger)
        hint = "Any generator exported to ONNX will do: drop its file here, or open it."
        return EmptyState("model", "Open a generator", hint, [button])

    def _build_toolbar(self) -> None:
        bar = QToolBar("Main")
        bar.setObjectName("main")
        bar.setMovable(False)
        bar.toggleViewAction().setVisible(False)
        bar.addWidget(self.model_button)
        for name in ("open", "", "sample", "", "undo", "redo", "", "save", "bookmark"):
            if name:
                bar.addAction(self.commands[name])
            else:
                bar.addSeparator()
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        bar.addWidget(self.device_button)
        bar.addAction(self.commands["theme"])
        self.addToolBar(bar)

    def _connect(self) -> None:
        studio = self.studio
        self.model_button.chosen.connect(self.open)
        self.model_button.open_wanted.connect(self.commands["open"].trigger)
        self.device_button.device_wanted.connect(studio.conductor.use_device)
        self.device_button.comparison_wanted.connect(studio.conductor.compare_devices)
        self.commands.recent.aboutToShow.connect(self.verbs.fill_recent)
        studio.models.busy_changed.connect(self._on_busy_changed)
        studio.models.opened.connect(self._on_opened)
        studio.document.changed.connect(self._on_changed)
        studio.document.history.canUndoChanged.connect(self.commands["undo"].setEnabled)
        studio.document.history.canRedoChanged.connect(self.commands["redo"].setEnabled)
        studio.document.history.undoTextChanged.connect(self.verbs.name_undo)
        studio.document.history.redoTextChanged.connect(self.verbs.name_redo)
        for panel in self.panels:
            if panel.canvas is not None:
                self.verbs.serve_canvas(panel.canvas)
        self.commands["undo"].setEnabled(False)
        self.commands["redo"].setEnabled(False)
        studio.notices.tell(self._on_notice)

    def _restore_layout(self) -> None:
        settings = self.studio.settings
        self.resize(*_FIRST_SIZE_PX)
        self.restoreGeometry(settings.layout("window"))
        self.strips.restoreState(settings.layout("strips"))

    def _on_busy_changed(self, name: str) -> None:
        if name:
            self.model_button.show_busy(name)
        self.show_state()

    def _on_opened(self, _model: OpenModel, _wish: object) -> None:
        self.show_state()

    def _on_changed(self, before: object, after: object) -> None:
        if before.model is not after.model:  # type: ignore[attr-defined]
            self.show_state()

    def _on_notice(self, notice: Notice) -> None:
        details = self.verbs.report(notice) if notice.details else ""
        self.toasts.show_notice(_TOAST_KINDS[notice.kind], notice.what, notice.hint, details)

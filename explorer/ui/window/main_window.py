"""The window: what is open along the top, the panel in the middle, where one has been along the bottom."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from explorer.core.rendering.scene import Scene
from explorer.session.last_visit import Visit, visit_of
from explorer.session.models.opening import OpenModel
from explorer.session.notices import Notice
from explorer.ui.arithmetic.panel import ArithmeticPanel
from explorer.ui.draw.panel import DrawPanel
from explorer.ui.explore.panel import ExplorePanel
from explorer.ui.inside.panel import InsidePanel
from explorer.ui.lessons.lesson_desk import LessonDesk
from explorer.ui.panel import Panel
from explorer.ui.quiz.panel import QuizPanel
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.train.panel import TrainPanel
from explorer.ui.traverse.panel import TraversePanel
from explorer.ui.unfold.panel import UnfoldPanel
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import push_button
from explorer.ui.window.actions import WindowActions
from explorer.ui.window.bringing import Bringing
from explorer.ui.window.clipboard import files_of
from explorer.ui.window.commands import Commands
from explorer.ui.window.intake_dialogs import Reception
from explorer.ui.window.space_key import SpaceKey
from explorer.ui.window.strips import Strips
from explorer.ui.window.toasts import Kind, Toasts
from explorer.ui.window.top_bar import TopBar
from explorer.ui.window.tour import Tour
from explorer.ui.window.workbench import Workbench
from explorer.ui.worlds.panel import WorldsPanel

PANELS: tuple[type[Panel], ...] = (
    ExplorePanel,
    TraversePanel,
    ArithmeticPanel,
    QuizPanel,
    TrainPanel,
    UnfoldPanel,
    DrawPanel,
    InsidePanel,
    WorldsPanel,
)

TITLE = "Latent explorer"
_TRAIN, _AT_WORK = "Train", ("preparing", "training", "stopping", "elsewhere")
_FIRST_SIZE_PX = (1280, 720)
_SMALLEST_SIZE_PX = (960, 600)
_FRAME_PX = (2 * UNIT, 5 * UNIT)  # what the frame around it takes, which is not known before it is shown
_TOAST_KINDS: dict[str, Kind] = {
    "offer": "offer",
    "problem": "warning",
    "bug": "error",
    "degraded": "info",
    "done": "info",
}


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
        parts = (
            studio.controller,
            studio.intake,
            studio.saver,
            studio.notices,
            studio.boards,
            studio.dimension_names,
            studio.trainings,
            studio.live,
        )
        for part in parts:
            part.setParent(self)  # first of the children, so that they end before what listens to them
        self.setAcceptDrops(True)
        self.setAnimated(False)  # of its layout, which the device's speed, told anew, would set going
        self.setFocus()  # else the first button of the top bar would have the space bar
        self.toasts = Toasts(self)
        self.strips: Strips = Strips(studio)
        self.tour = Tour(self)
        self.lessons = LessonDesk(self)
        self.window_actions = WindowActions(self, studio, self.strips, self.toasts, self.tour, self.lessons)
        self.window_actions.leave_wanted.connect(self.leave)
        self._is_leaving = False
        self.commands = self.window_actions.commands
        self.reception = Reception(studio, self)
        self.workbench: Workbench = Workbench(PANELS, studio, self.strips, _welcome(self.commands))
        self.bringing = Bringing(studio, self.workbench, self)
        self.top_bar: TopBar = TopBar(studio, self.commands)
        self.addToolBar(self.top_bar)
        self.setCentralWidget(self.lessons.beside(self.workbench))
        self.lessons.shown.connect(lambda _on: self.toasts.keep_left_of(self.lessons.side))
        self.workbench.add_below(self.window_actions.recorder.strip)
        self.window_actions.recorder.changed.connect(self.top_bar.show_recording)
        self.window_actions.serve(self.workbench)
        self._space = SpaceKey(self)
        self._connect()
        self._restore_layout()
        self.window_actions.look.show()
        self._show_state()
        studio.notices.report(self._on_notice)

    @property
    def panels(self) -> tuple[Panel, ...]:
        """The panels, in the order of `PANELS`; those that were not built yet are now."""
        return self.workbench.panels

    @property
    def titles(self) -> list[str]:
        """What the panels are called, in their order; this builds none."""
        return [panel.title for panel in PANELS]

    @property
    def panel(self) -> Panel:
        """The panel that is in view."""
        return self.workbench.panel

    @property
    def explore(self) -> ExplorePanel:
        """The first of the panels."""
        first = self.workbench.panel_at(0)
        assert isinstance(first, ExplorePanel)
        return first

    def show_panel(self, index: int) -> None:
        """Bring one panel into view."""
        self.workbench.show_panel(index)

    def open(self, *paths: Path) -> None:
        """Open models, runs, pictures that carry their scene, and numbers for the model that is open; offer photos."""
        self.studio.intake.take(paths)

    def go_back_to(self, visit: Visit) -> None:
        """Begin where the program ended: in that view now, and with those pictures once their model is open."""
        self.studio.controller.visit = visit
        if visit.panel in self.titles:
            self.show_panel(self.titles.index(visit.panel))
            if visit.view in self.panel.views:
                self.panel.show_view(self.panel.views.index(visit.view))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout, leave the screen, ask everything to stop, wait, close.

        Somebody who closes the window by its cross while it trains is asked first; a signal is not.
        """
        if event.spontaneous() and not self._is_leaving and self._asks_first():
            event.ignore()
            return
        settings = self.studio.settings
        settings.remember_layout("window", self.saveGeometry())
        settings.remember_layout("strips", self.strips.saveState())
        settings.remember_layout("bench", self.workbench.split.saveState())
        with self.studio.notices.catching():
            visit = visit_of(self.studio.document, self.panel.title, self.panel.view_title)
            if not settings.returns:
                visit = Visit()
                self.studio.last_visit.drawings.clear()
            self.studio.last_visit.keep(visit)
        self.studio.notices.report(None)
        self.tour.leave()
        dialogs = self.findChildren(QDialog)
        for dialog in dialogs:  # some of them draw pictures of their own
            dialog.reject()
        self.hide()  # before the wait, which may take seconds: gone is what it should look like
        self.window_actions.recorder.close()
        for part in dialogs:
            if hasattr(part, "close_work"):
                part.close_work()
        for panel in self.workbench.built:
            panel.close_work()
        self.studio.live.close()
        self.studio.trainings.close()
        self.studio.saver.close()
        self.reception.close()
        self.bringing.close()
        self.studio.intake.close()
        self.studio.controller.close()
        settings.save()
        super().closeEvent(event)
        self.closed.emit()

    def leave(self) -> None:
        """Close, as somebody asks for it who can be asked whether what trains is to go on."""
        if not self._asks_first():
            self.close()

    def _asks_first(self) -> bool:
        from explorer.ui.window.leaving import ask_on_leaving

        return ask_on_leaving(self, self.studio.trainings, self.studio.notices, self._leave_now)

    def _leave_now(self) -> None:
        self._is_leaving = True
        self.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files."""
        if files_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the files that were dropped."""
        event.acceptProposedAction()
        self.open(*files_of(event.mimeData()))

    def changeEvent(self, event: QEvent) -> None:
        """End the presentation where the system takes the screen away from it."""
        super().changeEvent(event)
        presentation = self.window_actions.look.presentation
        if event.type() == QEvent.Type.WindowStateChange and presentation.is_on and not self.isFullScreen():
            presentation.change()

    def _connect(self) -> None:
        studio = self.studio
        studio.models.busy_changed.connect(self._show_state)
        studio.models.opened.connect(self._on_opened)
        studio.intake.bookmarked.connect(self.strips.bookmarks.show_model)
        studio.controller.trust_wanted.connect(self.window_actions.ask_for_trust)
        studio.document.changed.connect(self._on_changed)
        for told in (studio.trainings.listed, studio.trainings.changed, studio.trainings.ended):
            told.connect(self._show_trained)
        self.commands.follow(studio.document.history)
        self.workbench.serve(self._serve_panel)

    def _serve_panel(self, panel: Panel) -> None:
        panel.explore_wanted.connect(lambda: self.show_panel(0))
        panel.readings_wanted.connect(self.commands["readings"].trigger)

    def _show_trained(self) -> None:
        """Mark in the rail that something trains, wherever one is."""
        trained = [each.facts.name for each in self.studio.trainings.all if each.state in _AT_WORK]
        words = f"{', '.join(trained)} {'is' if len(trained) == 1 else 'are'} being trained" if trained else ""
        if _TRAIN in self.titles:
            self.workbench.rail.show_badge(self.titles.index(_TRAIN), words)

    def _restore_layout(self) -> None:
        room = self.screen().availableSize() - QSize(*_FRAME_PX)
        self.setMinimumSize(room.boundedTo(QSize(*_SMALLEST_SIZE_PX)))
        self.resize(room.boundedTo(QSize(*_FIRST_SIZE_PX)))
        self.restoreGeometry(self.studio.settings.layout("window"))
        self.strips.restoreState(self.studio.settings.layout("strips"))
        self.workbench.split.restoreState(self.studio.settings.layout("bench"))

    def _show_state(self, opening: str = "") -> None:
        """Show what is open, or being opened, and offer what can be done with it."""
        model = self.studio.models.current
        ready = model is not None and self.studio.document.scene.model == self.studio.models.hash
        self.workbench.set_ready(ready, empty=model is None and not opening)
        self.window_actions.show_meanings()
        self.commands["reading"].setEnabled(model is not None and model.generator.guessed)
        self.commands["explain"].setEnabled(model is not None)
        self.commands["readings"].setEnabled(model is not None and self.studio.controller.can_read_otherwise)
        self.top_bar.show_model(model, opening)
        self.setWindowTitle(f"{model.name} — {TITLE}" if model else TITLE)

    def _on_opened(self, model: OpenModel, _request: object) -> None:
        self._show_state()
        if model.generator.doubts:  # until it is settled, which is remembered
            self.window_actions.show_reading()
        here = self.focusWidget()
        if self.panel.canvas is not None and (here is None or not self.workbench.isAncestorOf(here)):
            self.panel.canvas.setFocus()

    def _on_changed(self, before: Scene, after: Scene) -> None:
        if before.model is not after.model:
            self._show_state(self.studio.models.opening)

    def _on_notice(self, notice: Notice) -> None:
        details = self.window_actions.report(notice) if notice.details else ""
        toast = self.toasts.show_notice(_TOAST_KINDS[notice.kind], notice.what, notice.hint, details, notice.folder)
        if notice.do is not None:
            toast.add_action(notice.action, notice.do)
        elif notice.command:
            command = self.commands[notice.command]
            toast.add_action(command.text(), command.trigger)


def _welcome(commands: Commands) -> QWidget:
    button = push_button("Open …", clicked=commands["open"].trigger, image="open", primary=True)
    hint = "Any generator exported to ONNX will do, and many saved by PyTorch: drop the file here, or open it."
    return EmptyState("model", "Open a generator", hint, [button])

"""What the window does when it is told to: clipboard, canvas and history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QMenu, QMessageBox

from explorer.core.models.file_kinds import SOURCES
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.paths import user_folder
from explorer.session.notices import Notice
from explorer.session.reports import log_tail, report
from explorer.ui.lessons.lesson_desk import LessonDesk
from explorer.ui.panel import Panel
from explorer.ui.studio import Studio
from explorer.ui.view import View
from explorer.ui.widgets.asking import ask_files
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.widgets.picture_view import PictureView
from explorer.ui.window import clipboard
from explorer.ui.window.commands import Commands
from explorer.ui.window.file_dialogs import FileDialogs, save_picture
from explorer.ui.window.look import Look
from explorer.ui.window.recorder import Recorder
from explorer.ui.window.strips import Strips
from explorer.ui.window.toasts import Toasts
from explorer.ui.window.tour import Tour
from explorer.ui.window.workbench import Workbench

if TYPE_CHECKING:
    from explorer.core.models.external import KeptOutside
    from explorer.core.rendering.renderer import Rendering

_ZOOM_STEP = 1.25
_MOST_NAMED = 6
_TRUST = "They are read as numbers only, and only from this folder; nothing in them is executed. This is remembered."


class WindowActions(QObject):
    """Carries out the commands of one window.

    Attributes
    ----------
    commands : Commands
        What can be asked for, as menus and keys offer it.
    look : Look
    recorder : Recorder

    Signals
    -------
    leave_wanted()
        Somebody would like to quit.
    """

    leave_wanted = Signal()

    def __init__(
        self, window: QMainWindow, studio: Studio, strips: Strips, toasts: Toasts, tour: Tour, lessons: LessonDesk
    ) -> None:
        super().__init__(window)
        self._window, self._studio = window, studio
        self._strips, self._toasts, self.tour, self._lessons = strips, toasts, tour, lessons
        self._files = FileDialogs(studio, window)
        self._workbench: Workbench | None = None
        self.look = Look(studio, window)
        self.recorder = Recorder(studio, window)
        self.recorder.changed.connect(self._show_recording)
        self.commands = Commands(window, self._by_name())
        lessons.shown.connect(self.commands["lessons"].setChecked)
        lessons.crowded.connect(self.look.make_room)
        self.commands.recent.aboutToShow.connect(lambda: self._files.fill_recent(self.commands.recent))

    def serve(self, workbench: Workbench) -> None:
        """Act on the panel that is in view there."""
        self._workbench = workbench
        workbench.serve(self._serve_panel)
        workbench.view_changed.connect(self.show_meanings)
        self.look.serve(workbench, self.commands)

    def _serve_panel(self, panel: Panel) -> None:
        self.commands.sample_menu.addActions(panel.actions())
        self._offer_actions(panel)
        if isinstance(panel.canvas, Canvas):
            self._serve_canvas(panel.canvas)

    def _show_recording(self, words: str) -> None:
        record = self.commands["record"]
        record.setChecked(bool(words))
        record.setText(f"Stop recording ({words})" if words else "Record")

    def show_meanings(self) -> None:
        """Offer what can be done in the view that is in sight."""
        assert self._workbench is not None
        panel = self._workbench.panel
        self.recorder.follow(self._view)
        for each in self._workbench.built:
            self._offer_actions(each)
        self.commands.mean(panel.meanings() if panel.isEnabled() else {}, has_scene=self._has_scene())

    def _offer_actions(self, panel: Panel) -> None:
        """Have the keys of the panel in view do something, and those of others nothing."""
        assert self._workbench is not None
        for action in panel.actions():
            action.setVisible(panel is self._workbench.panel)

    def _has_scene(self) -> bool:
        models, view = self._studio.models, self._view
        return models.current is not None and self._studio.document.scene.model == models.hash and view.shows_scene

    @property
    def _view(self) -> View:
        """What one looks at."""
        assert self._workbench is not None
        return self._workbench.panel.view_in_sight or self._workbench.panel

    def _meant(self, name: str, otherwise: Callable[[], object]) -> Callable[[], object]:
        """What does what a command means in the view in sight: ``otherwise``, where it says nothing of it."""

        def do() -> None:
            assert self._workbench is not None
            meaning = self._workbench.panel.meanings().get(name)
            (otherwise if meaning is None else meaning.do)()

        return do

    def _by_name(self) -> dict[str, Callable[[], object]]:
        """What to do, by the name of the command."""
        studio = self._studio
        return {
            **self._files.by_name(),
            "explain": self.explain_model,
            "reading": self.show_reading,
            "readings": self.show_readings,
            "save": self._meant("save", lambda: save_picture(studio, self._window, self._view.scene_in_view)),
            "record": lambda: self.recorder.change(self._view),
            "copy_scene": self._meant("copy_scene", lambda: clipboard.copy_scene(self._view.scene_in_view)),
            "copy_picture": self._meant("copy_picture", self.copy_picture),
            "paste": self.paste,
            "quit": self.leave_wanted.emit,
            "undo": lambda: self._through_history(studio.document.history.undo),
            "redo": lambda: self._through_history(studio.document.history.redo),
            "reset": self._meant("reset", studio.edits.reset_all),
            "sample": self._meant("sample", studio.edits.new_sample),
            "bookmark": self._meant("bookmark", lambda: self._strips.bookmarks.add(self._view.scene_in_view)),
            **self.look.by_name(),
            "fit": lambda: self._on_canvas(PictureView.fit),
            "zoom_in": lambda: self._on_canvas(lambda canvas: canvas.zoom_by(_ZOOM_STEP)),
            "zoom_out": lambda: self._on_canvas(lambda canvas: canvas.zoom_by(1 / _ZOOM_STEP)),
            "keys": self.show_keys,
            "lessons": self._lessons.change,
            "tour": self.tour.start,
            "notices": self.show_notices,
            "converted": self.show_converted,
            "about": self.show_about,
            "dismiss": self.dismiss,
        }

    def explain_model(self) -> None:
        """Show what the open model is made of."""
        from explorer.session.explain.sheet_sources import model_source
        from explorer.ui.explain.sheet_window import SheetWindow

        model = self._studio.models.current
        if model is not None:
            SheetWindow.over(self._window, self._studio).explain(model.name, model_source(model.files.generator))

    def show_reading(self) -> None:
        """Show how the open model is read, where it brings no card, and let the user say better."""
        model = self._studio.models.current
        if model is None or not model.generator.guessed:
            return
        from explorer.core.models.interpretations import Interpretations
        from explorer.ui.window.readings.interpretation_dialog import InterpretationDialog

        answer = Interpretations().of(model.generator.hash)
        dialog = InterpretationDialog(model.name, model.files.generator, answer, self._window)
        dialog.settled.connect(lambda reading: self._studio.controller.read_as(model, reading))
        dialog.open()

    def ask_for_trust(self, asked: KeptOutside) -> None:
        """Ask whether a model may read the files that its weights lie in."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Trust this file?")
        box.setText(f"{asked.path.name} keeps its weights in other files of its folder.")
        names = [*asked.names[:_MOST_NAMED], *(["…"] if len(asked.names) > _MOST_NAMED else [])]
        box.setInformativeText("\n".join(names) + "\n\n" + _TRUST)
        trust = box.addButton("Trust this file", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        trust.clicked.connect(lambda: self._studio.controller.trust(asked))
        box.open()

    def copy_picture(self) -> None:
        """Put the picture that is shown on the clipboard."""
        last = self._view.rendering_in_view
        if last is not None:
            clipboard.copy_picture(_png_of(last), last.scene)

    def paste(self) -> None:
        """Show the scene on the clipboard, or open the file that was copied; the panel in view is asked first."""
        if self._workbench is not None and self._workbench.panel.paste():
            return
        with self._studio.notices.catching():
            found = clipboard.pasted()
            if isinstance(found, Scene):
                self._studio.controller.paste(found)
            else:
                self._studio.intake.take(found)

    def show_keys(self) -> None:
        """List every key: the window's, and those of each panel, beginning with the one in view."""
        from explorer.ui.window.keys_dialog import KeysDialog

        assert self._workbench is not None
        bench = self._workbench
        KeysDialog(self._window, self.commands, bench.panels, bench.actions(), bench.panels.index(bench.panel)).open()

    def show_about(self) -> None:
        """Say what the program is."""
        from explorer.ui.window.about import show_about

        show_about(self._window)

    def show_converted(self) -> None:
        """List the models that were made of weights, and let the user remove them all."""
        from explorer.ui.window.about import show_converted

        show_converted(self._window, user_folder("cache") / "exports")

    def show_notices(self) -> None:
        """List what was said lately."""
        from explorer.ui.window.notice_log import NoticeLog

        log = self._window.findChild(NoticeLog) or NoticeLog(self._studio.notices, self._window)
        log.show()
        log.raise_()
        log.activateWindow()

    def show_readings(self) -> None:
        """Ask how the weights of the open model are to be read."""
        model = self._studio.models.current
        if model is None or model.readings is None:
            return
        from explorer.ui.window.readings.weight_choices_dialog import WeightChoicesDialog

        weights, sha256 = self._studio.models.opener.weights, model.readings.sha256
        answers, source = weights.chosen(sha256), weights.source(sha256)
        folder = model.files.generator.parent
        classes = model.generator.card.classes
        dialog = WeightChoicesDialog(model.readings, folder, model.path, self._window, answers, source, classes)
        dialog.chosen.connect(self._studio.controller.read_otherwise)
        dialog.source_wanted.connect(self.choose_source)
        dialog.open()

    def choose_source(self) -> None:
        """Ask in which program the network of the open model is written, and read its weights so."""
        model = self._studio.models.current
        place = model.path.parent if model is not None else ""
        kinds = f"Programs and notebooks ({' '.join(f'*{ending}' for ending in SOURCES)})"
        files = ask_files(self._window, "Choose the source", kinds, place)
        if files:
            self._studio.controller.read_by_source(files[0])

    def dismiss(self) -> None:
        """Leave the tour, else take the newest notice away, else stop opening, else leave the full screen."""
        if self.tour.is_on:
            self.tour.leave()
        elif self._toasts.count:
            self._toasts.dismiss()
        elif self._studio.models.is_busy:
            self._studio.models.stop_opening()
        elif self.look.presentation.is_on:
            self.look.presentation.change()

    def _serve_canvas(self, canvas: Canvas) -> None:
        """Connect what a canvas offers: dropping on it, dragging out of it, its menu."""
        canvas.dropped.connect(lambda names: self._studio.intake.take([Path(name) for name in names]))
        canvas.scene_dropped.connect(self._on_scene_dropped)
        canvas.menu_wanted.connect(self._show_canvas_menu)
        canvas.png_for_drag = self._png
        canvas.scene_for_drag = self._scene_shown

    def report(self, notice: Notice) -> str:
        """What to send to a developer about ``notice``."""
        model = self._studio.models.current
        return report(notice, model.generator.provider if model else "none", tuple(log_tail().lines))

    def _png(self) -> bytes:
        last = self._studio.pictures.shown_last
        return b"" if last is None else _png_of(last)

    def _scene_shown(self) -> bytes:
        last = self._studio.pictures.shown_last
        return b"" if last is None else scene_to_json(last.scene).encode()

    def _through_history(self, step: Callable[[], None]) -> None:
        self._studio.player.stop()  # else the walk would go on from where it was undone to
        step()

    def _on_canvas(self, do: Callable[[PictureView], None]) -> None:
        canvas = self._workbench.panel.canvas if self._workbench is not None else None
        if canvas is not None:
            do(canvas)

    def _on_scene_dropped(self, text: str) -> None:
        with self._studio.notices.catching():
            self._studio.controller.paste(scene_from_json(text))

    def _show_canvas_menu(self, where: QPoint) -> None:
        menu = QMenu(self._window)
        for name in (
            "save",
            "copy_picture",
            "copy_scene",
            "paste",
            "",
            "bookmark",
            "sample",
            "",
            "fit",
            "smooth",
        ):
            if name:
                menu.addAction(self.commands[name])
            else:
                menu.addSeparator()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)


def _png_of(shown: Rendering) -> bytes:
    from explorer.core.rendering.picture_files import png_bytes

    return png_bytes(shown.whole, shown.scene)

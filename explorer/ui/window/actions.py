"""What the window does when it is told to: clipboard, canvas, history and look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMessageBox

from explorer.core.models.file_kinds import SOURCES
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json
from explorer.paths import user_folder
from explorer.session.notices import Notice
from explorer.session.reports import log_tail, report
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.theme import apply_theme
from explorer.ui.widgets.asking import ask_files
from explorer.ui.widgets.canvas import Canvas
from explorer.ui.window import clipboard
from explorer.ui.window.about import show_about, show_converted, show_keys
from explorer.ui.window.commands import Commands
from explorer.ui.window.file_dialogs import FileDialogs
from explorer.ui.window.strips import Strips
from explorer.ui.window.toasts import Toasts
from explorer.ui.window.tour import Tour
from explorer.ui.window.workbench import Workbench

if TYPE_CHECKING:
    from explorer.core.models.external import KeptOutside

_ZOOM_STEP = 1.25
_MOST_NAMED = 6
_TRUST = "They are read as numbers only, and only from this folder; nothing in them is executed. This is remembered."


class WindowActions(QObject):
    """Carries out the commands of one window.

    Attributes
    ----------
    commands : Commands
        What can be asked for, as menus and keys offer it.
    """

    def __init__(self, window: QMainWindow, studio: Studio, strips: Strips, toasts: Toasts, tour: Tour) -> None:
        super().__init__(window)
        self._window, self._studio = window, studio
        self._strips, self._toasts, self.tour = strips, toasts, tour
        self._files = FileDialogs(studio, window)
        self._workbench: Workbench | None = None
        self.commands = Commands(window, self._by_name())
        self.commands.recent.aboutToShow.connect(lambda: self._files.fill_recent(self.commands.recent))

    def serve(self, workbench: Workbench) -> None:
        """Act on the panel that is in view there."""
        self._workbench = workbench
        for panel in workbench.panels:
            self.commands.sample_menu.addActions(panel.actions())
            if panel.canvas is not None:
                self._serve_canvas(panel.canvas)
        self._show_strips()

    def _by_name(self) -> dict[str, Callable[[], object]]:
        """What to do, by the name of the command."""
        studio = self._studio
        return {
            **self._files.by_name(),
            "reading": self.show_reading,
            "readings": self.show_readings,
            "copy_scene": lambda: clipboard.copy_scene(studio.document.scene),
            "copy_picture": self.copy_picture,
            "paste": self.paste,
            "quit": self._window.close,
            "undo": lambda: self._through_history(studio.document.history.undo),
            "redo": lambda: self._through_history(studio.document.history.redo),
            "reset": studio.edits.reset_all,
            "sample": studio.edits.new_sample,
            "bookmark": self._strips.bookmarks.add,
            "theme": self.change_theme,
            "fit": lambda: self._on_canvas(Canvas.fit),
            "zoom_in": lambda: self._on_canvas(lambda canvas: canvas.zoom_by(_ZOOM_STEP)),
            "zoom_out": lambda: self._on_canvas(lambda canvas: canvas.zoom_by(1 / _ZOOM_STEP)),
            "smooth": self.change_smoothing,
            "strips": self.change_strips,
            "full_screen": self.change_full_screen,
            "keys": self.show_keys,
            "tour": self.tour.start,
            "notices": self.show_notices,
            "converted": lambda: show_converted(self._window, user_folder("cache") / "exports"),
            "about": lambda: show_about(self._window),
            "dismiss": self.dismiss,
        }

    def show_reading(self) -> None:
        """Show how the open model is read, where it brings no card, and let the user say better."""
        model = self._studio.models.current
        if model is None or not model.generator.guessed:
            return
        from explorer.core.models.interpretations import Interpretations
        from explorer.ui.window.interpretation_dialog import InterpretationDialog

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
        last = self._studio.pictures.shown_last
        if last is not None:
            clipboard.copy_picture(self._png(), last.scene)

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

    def change_theme(self) -> None:
        """Go from the dark look to the light one, or back."""
        settings = self._studio.settings
        settings.theme = "dark" if settings.theme == "light" else "light"
        self.show_look()

    def show_look(self) -> None:
        """Show the whole program in the theme of the settings, and the switches as they are."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, self._studio.settings.theme)
        light = self._studio.settings.theme == "light"
        action = self.commands["theme"]
        action.setText("Dark theme" if light else "Light theme")
        action.setIcon(icon("moon" if light else "sun"))
        self.commands["smooth"].setChecked(self._studio.settings.smooth)

    def change_smoothing(self) -> None:
        """Enlarge pictures smoothly, or show their pixels."""
        smooth = self._studio.settings.smooth = not self._studio.settings.smooth
        self.commands["smooth"].setChecked(smooth)
        self._on_canvas(lambda canvas: canvas.set_smooth(smooth))

    def change_strips(self) -> None:
        """Show the history and the bookmarks, or give their room to the rest."""
        settings = self._studio.settings
        settings.strips = not settings.strips
        self._show_strips()

    def _show_strips(self) -> None:
        wanted = self._studio.settings.strips
        self.commands["strips"].setChecked(wanted)
        if self._workbench is not None:
            self._workbench.want_strips(wanted)

    def change_full_screen(self) -> None:
        """Fill the screen, or be a window again."""
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    def show_keys(self) -> None:
        """List every key: the window's and the panels'."""
        assert self._workbench is not None
        of_panels = [action for panel in self._workbench.panels for action in panel.actions()]
        show_keys(self._window, self.commands.shortcuts(of_panels))

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
        from explorer.ui.window.weight_choices_dialog import WeightChoicesDialog

        weights, sha256 = self._studio.models.opener.weights, model.readings.sha256
        answers, source = weights.chosen(sha256), weights.source(sha256)
        folder = model.files.generator.parent
        dialog = WeightChoicesDialog(model.readings, folder, model.path, self._window, answers, source)
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
        elif self._window.isFullScreen():
            self._window.showNormal()

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
        from explorer.core.rendering.picture_files import png_bytes

        last = self._studio.pictures.shown_last
        return b"" if last is None else png_bytes(last.picture, last.scene)

    def _scene_shown(self) -> bytes:
        last = self._studio.pictures.shown_last
        return b"" if last is None else scene_to_json(last.scene).encode()

    def _through_history(self, step: Callable[[], None]) -> None:
        self._studio.player.stop()  # else the walk would go on from where it was undone to
        step()

    def _on_canvas(self, do: Callable[[Canvas], None]) -> None:
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

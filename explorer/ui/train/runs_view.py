"""The runs: a list of them, and beside it the one that is watched, or what a new one is made of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.core.problem import Problem
from explorer.core.scene import Scene
from explorer.session.training_exports import MODEL_FOLDER, Exported, RunExports
from explorer.session.training_list import spec_in
from explorer.training.rebuilding.forms import ENDINGS
from explorer.training.run_folder import SPEC_FILE, ask_to_keep
from explorer.ui.clipboard import files_of
from explorer.ui.icons import icon
from explorer.ui.lines import line
from explorer.ui.studio import Studio
from explorer.ui.theme import UNIT
from explorer.ui.train.new_run_page import PORTRAITS, NewRunPage
from explorer.ui.train.run_list import RunList
from explorer.ui.train.watch_page import WatchPage
from explorer.ui.view import View
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.tool_button import tool_button

_LIST_PX = 26 * UNIT
_EMPTY, _NEW, _WATCH = range(3)


class RunsView(View):
    """Lists the runs and shows one."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.trainings = studio.trainings
        self.exports = RunExports(self)
        self.list = RunList(self.trainings)
        self.new_page = NewRunPage(self.trainings, studio.notices, studio.settings.device)
        self.watch_page = WatchPage()
        self.pages = QStackedWidget()
        self._explores: Path | None = None  # the run whose live model is to be looked at once it is open
        self._deleted: tuple[Path, Path] | None = None
        self._interrupted = self.trainings.interrupted()
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self._show_page()

    @property
    def is_busy(self) -> bool:
        parts = (self.new_page, self.watch_page, self.list, self.exports)
        return self.trainings.is_looking or any(part.is_busy for part in parts)

    @property
    def folder(self) -> Path | None:
        """The run that is watched."""
        return self.watch_page.folder

    def show_scene(self, before: Scene | None, after: Scene) -> None:
        if before is None:
            self.trainings.watch(True)
            self.watch_page.watch(True)

    def rest(self) -> None:
        self.trainings.watch(False)
        self.watch_page.watch(False)

    def close_work(self) -> None:
        self.rest()
        self.exports.close()
        self.new_page.close_work()
        self.watch_page.close_work()
        self.list.close_work()

    def begin_new(self) -> None:
        """Ask for a new run."""
        self.list.choose(None)
        self.new_page.begin()
        self.pages.setCurrentIndex(_NEW)

    def watch(self, folder: Path) -> None:
        """Show a run."""
        self.list.choose(folder)
        self.pages.setCurrentIndex(_WATCH)
        self._show_run()

    def take(self, path: Path) -> None:
        """Show the run that lies at ``path``, or learn from the pictures there."""
        if (path / SPEC_FILE).is_file():
            self._attempt(lambda: self.trainings.open(path))
            if self.trainings.has(path.absolute()):
                self.watch(path.absolute())
        else:
            self.begin_new()
            self.new_page.take(str(path))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome pictures and runs; models and saved scenes are the window's."""
        files = files_of(event.mimeData())
        if files and files[0].suffix.lower() not in (".onnx", ".json", ".png", *ENDINGS):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the first of what was dropped."""
        event.acceptProposedAction()
        self.take(files_of(event.mimeData())[0])

    def _connect(self) -> None:
        self.list.chosen.connect(self.watch)
        self.list.delete_wanted.connect(lambda folder: self._do("delete", folder))
        self.list.menu_for.connect(self._show_menu)
        self.trainings.listed.connect(self._on_listed)
        self.trainings.changed.connect(self._on_changed)
        self.new_page.begun.connect(self.watch)
        self.new_page.left.connect(self._leave_new)
        header = self.watch_page.header
        header.wanted.connect(self._on_wanted)
        header.live_wanted.connect(self._explore_live)
        self.watch_page.notice_wanted.connect(self._on_notice)
        self.exports.changed.connect(self._show_run)
        self.exports.done.connect(self._on_exported)
        self.exports.failed.connect(lambda _run, error: self.studio.notices.show_error(error))
        self.studio.live.changed.connect(self._show_run)
        self.studio.models.opened.connect(lambda model, _wish: self._on_opened(model.path))

    def _on_listed(self) -> None:
        if self.folder is not None and not self.trainings.has(self.folder):
            self.watch_page.folder = None
            self.watch_page.watch(False)
        self._show_page()

    def _show_page(self) -> None:
        """Show what fits what there is, unless a new run is being asked for."""
        self.undo_delete.setVisible(self._deleted is not None)
        if self.pages.currentIndex() == _NEW:
            return
        runs = self.trainings.all
        if self.folder is None and runs:
            folders = [training.folder for training in runs]
            active = [training.folder for training in runs if training.is_active]
            first = self._interrupted if self._interrupted in folders else (active or folders)[0]
            self.watch(first)
        elif not runs:
            self.pages.setCurrentIndex(_EMPTY)
        else:
            self._show_run()

    def _on_changed(self, folder: Path) -> None:
        if folder == self.folder:
            self._show_run()

    def _show_run(self) -> None:
        folder = self.list.folder or self.folder
        if self.pages.currentIndex() != _WATCH or folder is None or not self.trainings.has(folder):
            return
        training = self.trainings.of(folder)
        is_live = self.studio.live.run == folder
        self.watch_page.show_training(
            training, is_live=is_live, is_exporting=self.exports.is_exporting(folder)
        )
        if folder == self._interrupted:
            if training.is_active:
                self._interrupted = None
                self.watch_page.say("")
            else:
                step = training.facts.kept_step
                what = f"The window was closed while this run was trained; it is kept at step {step:,}."
                self.watch_page.say(what, "Resume")

    def _leave_new(self) -> None:
        self.pages.setCurrentIndex(_EMPTY)
        self.watch_page.folder = None
        self._show_page()

    def _on_wanted(self, what: str) -> None:
        if self.folder is not None:
            self._do(what, self.folder)

    def _do(self, what: str, folder: Path) -> None:
        """Carry out a command of the head or of the menu."""
        t = self.trainings
        commands = {
            "pause": lambda: t.pause(folder),
            "resume": lambda: t.resume(folder),
            "step": lambda: t.step_once(folder),
            "stop": lambda: t.stop(folder),
            "process": lambda: t.resume(folder, in_process=True),
            "more_steps": lambda: self._ask_steps(folder),
            "keep": lambda: ask_to_keep(folder),
            "duplicate": lambda: self._duplicate(folder),
            "rename": lambda: self._ask_name(folder),
            "overlay": self._show_overlays,
            "export": lambda: self._export(folder),
            "export_to": lambda: self._ask_export(folder),
            "open": lambda: self._open(folder),
            "reveal": lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
            "delete": lambda: self._delete(folder),
        }
        self._attempt(commands[what])

    def _attempt(self, do: object) -> None:
        try:
            do()  # type: ignore[operator]
        except Problem as problem:
            self.studio.notices.show_error(problem)

    def _ask_steps(self, folder: Path) -> None:
        facts = self.trainings.of(folder).facts
        steps, meant = QInputDialog.getInt(
            self, "Train for more steps", "Steps in all", max(2 * facts.kept_step, facts.steps), 1, 2**31 - 1
        )
        if meant:
            self.trainings.resume(folder, steps=steps)

    def _ask_name(self, folder: Path) -> None:
        name, meant = QInputDialog.getText(
            self, "Rename", "Name of the model", text=self.trainings.of(folder).facts.name
        )
        if meant and name.strip():
            self.trainings.rename(folder, name.strip())

    def _duplicate(self, folder: Path) -> None:
        spec = spec_in(folder)
        self.list.choose(None)
        self.pages.setCurrentIndex(_NEW)
        self.new_page.begin(spec)

    def _delete(self, folder: Path) -> None:
        if self.trainings.of(folder).is_active:
            raise Problem("A run that is being trained cannot be deleted.", "Stop it first.")
        if folder == self.folder:
            self.watch_page.folder = None
            self.watch_page.watch(False)
        name = self.trainings.of(folder).facts.name
        self._deleted = self.trainings.delete(folder), folder
        self.undo_delete.setText(f"Put “{name}” back")
        self._show_page()

    def _restore(self) -> None:
        if self._deleted is not None:
            (place, folder), self._deleted = self._deleted, None
            self._attempt(lambda: self.trainings.restore(place, folder))
            self._show_page()

    def _export(self, folder: Path) -> None:
        if self.exports.is_exporting(folder):
            self.exports.cancel(folder)
        else:
            self.exports.begin(folder, folder / MODEL_FOLDER)

    def _ask_export(self, folder: Path) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Export the model to this folder", str(Path.home()))
        if chosen:
            self.exports.begin(folder, Path(chosen))

    def _on_exported(self, exported: Exported) -> None:
        name = self.trainings.of(exported.run).facts.name if self.trainings.has(exported.run) else "The model"
        self.studio.notices.say(
            f"{name} was exported to {exported.out}. Largest difference from the original: {exported.sentence}."
        )

    def _open(self, folder: Path) -> None:
        self._explores = folder
        self.studio.conductor.open(folder)

    def _explore_live(self, on: bool) -> None:
        folder = self.folder
        self.studio.live.follow(folder if on else None)
        self._explores = self.studio.live.place_of(folder) if on and folder is not None else None
        if on:
            self.studio.notices.say("The model is opened with its next checkpoint, in a few seconds.")

    def _on_opened(self, path: Path) -> None:
        if path == self._explores:
            self._explores = None
            self.explore_wanted.emit()

    def _on_notice(self) -> None:
        folder, self._interrupted = self._interrupted, None
        self.watch_page.say("")
        if folder is not None:
            self._attempt(lambda: self.trainings.resume(folder))

    def _show_menu(self, folder: Path, where: QPoint) -> None:
        self.watch(folder)
        menu = self.watch_page.header.more.menu()
        menu.popup(where)

    def _show_overlays(self) -> None:
        menu, page = QMenu(self), self.watch_page
        for training in self.trainings.all:
            if training.folder != page.folder:
                action = menu.addAction(training.facts.name)
                action.setCheckable(True)
                action.setChecked(training.folder in page.overlaid)
                action.toggled.connect(lambda on, t=training: self._overlay(t.folder, t.facts.name, on))
        if menu.isEmpty():
            menu.addAction("There are no other runs").setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        more = page.header.more
        menu.popup(more.mapToGlobal(more.rect().bottomLeft()))

    def _overlay(self, folder: Path, name: str, on: bool) -> None:
        chosen = {key: value for key, value in self.watch_page.overlaid.items() if key != folder}
        self.watch_page.overlay(chosen | ({folder: name} if on else {}))

    def _lay_out(self) -> None:
        self.new = QPushButton(icon("plus"), "New run")
        self.new.setToolTip("Choose pictures and train a model on them (Ctrl+N)")
        self.new.setShortcut(QKeySequence("Ctrl+N"))
        self.new.clicked.connect(self.begin_new)
        find = tool_button("folder", "Open a run", "List a run that lies in another folder")
        find.clicked.connect(self._ask_run)
        self.undo_delete = QPushButton(icon("undo"), "")
        self.undo_delete.setToolTip("Take the run out of the trash")
        self.undo_delete.clicked.connect(self._restore)
        self.undo_delete.hide()
        left = QWidget()
        left.setFixedWidth(_LIST_PX)
        column = QVBoxLayout(left)
        column.setContentsMargins(UNIT, UNIT, UNIT, UNIT)
        column.setSpacing(UNIT)
        row = QHBoxLayout()
        row.addWidget(self.new, 1)
        row.addWidget(find)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self.undo_delete)
        for page in (self._empty(), self.new_page, self.watch_page):
            self.pages.addWidget(page)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        for widget, stretch in ((left, 0), (line(upright=True), 0), (self.pages, 1)):
            outer.addWidget(widget, stretch)

    def _empty(self) -> EmptyState:
        begin = QPushButton(icon("plus"), "New run")
        begin.clicked.connect(self.begin_new)
        portraits = QPushButton(icon("picture"), "Try it with Portraits")
        portraits.clicked.connect(self._begin_portraits)
        hint = (
            "Choose pictures, or drop a folder of them here: a model learns to make more of their kind, and you watch "
            "it learn. Portraits need no files."
        )
        return EmptyState("train", "No runs yet", hint, [begin, portraits])

    def _begin_portraits(self) -> None:
        self.begin_new()
        self.new_page.take(PORTRAITS)

    def _ask_run(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, "The folder of a run", str(self.trainings.folders.own)
        )
        if chosen:
            self._attempt(lambda: self.trainings.open(Path(chosen)))
            if self.trainings.has(Path(chosen)):
                self.watch(Path(chosen))

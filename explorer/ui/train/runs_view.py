"""The runs: a list of them, and beside it the one that is watched, or what a new one is made of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import QPoint
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu

from explorer.core.models.file_kinds import is_opened, kind_of
from explorer.core.rendering.scene import Scene
from explorer.session.explain.sheet_sources import family_source
from explorer.training.runs.run_folder import SPEC_FILE
from explorer.ui.explain.sheet_window import SheetWindow
from explorer.ui.studio import Studio
from explorer.ui.train.new_run_page import PORTRAITS, NewRunPage
from explorer.ui.train.run_commands import RunCommands
from explorer.ui.train.run_words import interrupted_words, live_words, problem_words
from explorer.ui.train.runs_side import RunsSide
from explorer.ui.train.watch_page import WatchPage
from explorer.ui.view import Meaning, View
from explorer.ui.widgets.asking import ask_folder
from explorer.ui.widgets.empty import EmptyState
from explorer.ui.widgets.parts import line, pages_of, pressing, push_button, row_of
from explorer.ui.window.clipboard import files_of

_EMPTY, _NEW, _WATCH, _LOOKING = range(4)


class RunsView(View):
    """Lists the runs and shows one."""

    shows_scene: ClassVar[bool] = False

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.trainings = studio.trainings
        self.commands = RunCommands(studio, self)
        self.exports = self.commands.exports
        self.side = RunsSide(self.trainings)
        self.list = self.side.list
        self.new_page = NewRunPage(self.trainings, studio.catalog, studio.notices, studio.settings)
        self.watch_page = WatchPage(studio)
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

    def meanings(self) -> Mapping[str, Meaning | None]:
        page = self.watch_page
        return {
            "sample": Meaning("Pause or resume the run", pressing(page.header.go)),
            "save": Meaning("Save the plots …", page.plots.menu.save_first),
        }

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
            self.commands.attempt(lambda: self.trainings.open(path))
            if self.trainings.has(path.absolute()):
                self.watch(path.absolute())
        else:
            self.learn_from(path)

    def learn_from(self, source: Path, labels: Path | None = None) -> None:
        """Ask for a new run that learns from the pictures of a source."""
        self.begin_new()
        self.new_page.take(str(source), "" if labels is None else str(labels))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome pictures and runs; models, saved scenes and single photos are the window's."""
        files = files_of(event.mimeData())
        if len(files) == 1 and not is_opened(files[0]) and kind_of(files[0]) != "photo":
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        event.acceptProposedAction()
        self.take(files_of(event.mimeData())[0])

    def _connect(self) -> None:
        self.list.chosen.connect(self.watch)
        self.list.delete_wanted.connect(lambda folder: self.commands.do("delete", folder))
        self.side.undo.clicked.connect(self.commands.put_back)
        self.side.new.clicked.connect(self.begin_new)
        self.side.elsewhere.clicked.connect(self._ask_run)
        self.list.menu_for.connect(self._show_menu)
        self.trainings.listed.connect(self._on_listed)
        self.trainings.changed.connect(self._on_changed)
        self.new_page.begun.connect(self.watch)
        self.new_page.left.connect(self._leave_new)
        header = self.watch_page.header
        header.wanted.connect(self._on_wanted)
        header.live_wanted.connect(self._explore_live)
        self.watch_page.note_button.clicked.connect(self._on_notice)
        self.exports.changed.connect(self._show_run)
        commands = self.commands
        commands.new_wanted.connect(self._begin_like)
        commands.overlay_wanted.connect(self._show_overlays)
        commands.deleting.connect(self._on_deleting)
        commands.deleted_changed.connect(self._offer_undo)
        self.new_page.form.explain_wanted.connect(self._explain_family)
        self.studio.live.changed.connect(self._show_run)
        self.studio.models.opened.connect(lambda model, _request: self._on_opened(model.path))

    def _explain_family(self) -> None:
        form = self.new_page.form
        if form.family is not None:
            asked = form.value()
            source = family_source(form.family.key, asked["settings"], asked["size"], self.new_page.channels)
            SheetWindow.over(self, self.studio).explain(form.family.title, source)

    def _on_listed(self) -> None:
        if self.folder is not None and not self.trainings.has(self.folder):
            self.watch_page.folder = None
            self.watch_page.watch(False)
        self._show_page()

    def _show_page(self) -> None:
        """Show what fits what there is, unless a new run is being asked for."""
        if self.pages.currentIndex() == _NEW:
            return
        runs = self.trainings.all
        if self.folder is None and runs:
            folders = [training.folder for training in runs]
            active = [training.folder for training in runs if training.is_active]
            interrupted = self.trainings.interrupted
            self.watch(interrupted if interrupted in folders else (active or folders)[0])
        elif not runs:
            self.pages.setCurrentIndex(_EMPTY if self.trainings.has_looked else _LOOKING)
        else:
            self._show_run()

    def _on_changed(self, folder: Path) -> None:
        if folder == self.folder:
            self._show_run()

    def _show_run(self) -> None:
        folder = self.list.folder or self.folder
        if self.pages.currentIndex() != _WATCH or folder is None or not self.trainings.has(folder):
            return
        training, live = self.trainings.of(folder), self.studio.live
        is_live = live.run == folder
        self.watch_page.show_training(training, is_live=is_live, is_exporting=self.exports.is_exporting(folder))
        if training.problem is not None:
            self.watch_page.say(*problem_words(training.problem))
        elif training.state == "stopped" and folder == self.trainings.interrupted:
            self.watch_page.say(interrupted_words(training.facts))  # the head has the button that goes on
        elif is_live and not live.step:
            self.watch_page.say(live_words(training))
        else:
            self.watch_page.say("")

    def _begin_like(self, spec: Mapping[str, Any]) -> None:
        self.list.choose(None)
        self.pages.setCurrentIndex(_NEW)
        self.new_page.begin(spec)

    def _on_deleting(self, folder: Path) -> None:
        self._overlay(folder, "", False)
        if folder == self.folder:
            self.watch_page.folder = None
            self.watch_page.watch(False)

    def _offer_undo(self) -> None:
        self.side.offer_undo(self.commands.deleted)
        self._show_page()

    def _leave_new(self) -> None:
        self.pages.setCurrentIndex(_EMPTY)
        self.watch_page.folder = None
        self._show_page()

    def _on_wanted(self, what: str) -> None:
        if self.folder is not None:
            self.commands.do(what, self.folder)

    def _explore_live(self, on: bool) -> None:
        folder = self.folder
        self.studio.live.follow(folder if on else None)
        self.commands.opened = self.studio.live.place_of(folder) if on and folder is not None else None
        self._show_run()

    def _on_opened(self, path: Path) -> None:
        if path == self.commands.opened:
            self.commands.opened = None
            self.explore_wanted.emit()

    def _on_notice(self) -> None:
        """Do what the notice about the run offers."""
        if self.folder is not None:
            failed = self.trainings.of(self.folder).problem is not None
            self.commands.do("mend" if failed else "resume", self.folder)

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
        looking = EmptyState("train", "Looking for runs …", "The folders of runs are being read.", [])
        self.pages = pages_of(self._empty(), self.new_page, self.watch_page, looking)
        hairline = line(upright=True)
        self.sides += [self.side, hairline]
        self.trims.append(self.watch_page.header)
        row_of((self.side, 0), (hairline, 0), (self.pages, 1), on=self, spacing=0)

    def _empty(self) -> EmptyState:
        begin = push_button("New run", clicked=self.begin_new, image="plus")
        portraits = push_button("Try it with Portraits", clicked=self._begin_portraits, image="picture")
        hint = (
            "Choose pictures, or drop a folder of them here: a model learns to make more of their kind, and you watch "
            "it learn. Portraits need no files."
        )
        return EmptyState("train", "No runs yet", hint, [begin, portraits])

    def _begin_portraits(self) -> None:
        self.begin_new()
        self.new_page.take(PORTRAITS)

    def _ask_run(self) -> None:
        chosen = ask_folder(self, "The folder of a run", self.trainings.folders.own)
        if chosen is not None:
            self.commands.attempt(lambda: self.trainings.open(chosen))
            if self.trainings.has(chosen):
                self.watch(chosen)

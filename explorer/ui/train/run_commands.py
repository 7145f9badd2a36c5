"""What can be done with a run by its name: paused, renamed, exported, deleted and put back, and so on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QUndoCommand
from PySide6.QtWidgets import QInputDialog, QWidget

from explorer.core.problem import Problem
from explorer.session.explain.sheet_sources import run_source
from explorer.session.notices import DONE, Notice
from explorer.session.train.run_exports import MODEL_FOLDER, Exported, RunExports
from explorer.session.train.run_summaries import changes_in
from explorer.training.runs.run_folder import ask_to_keep, read_spec
from explorer.ui.explain.sheet_window import SheetWindow
from explorer.ui.studio import Studio
from explorer.ui.widgets.asking import ask_folder


class RunCommands(QObject):
    """Carries out the commands of a run's head and menu, and asks what they need to know.

    Attributes
    ----------
    exports : RunExports
    opened : Path or None
        What is to be looked at in Explore as soon as it is open.

    Signals
    -------
    new_wanted(spec) : mapping
        A new run like this is to be asked for.
    overlay_wanted()
        Other runs are to be laid over the plots.
    deleting(folder) : Path
        This run goes to the trash in a moment.
    deleted_changed()
        There is another run to put back, or none.
    """

    new_wanted = Signal(object)
    overlay_wanted = Signal()
    deleting = Signal(object)
    deleted_changed = Signal()

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window = studio, window
        self.trainings = studio.trainings
        self.exports = RunExports(self)
        self.exports.done.connect(self._on_exported)
        self.exports.failed.connect(studio.notices.show_error)
        self.opened: Path | None = None
        self._steps: dict[Path, QUndoCommand] = {}  # of the history, by what each deleted
        self._deleted: list[tuple[str, Path, Path]] = []  # names, where they lie now, and where they lay

    @property
    def deleted(self) -> str:
        """The name of the run that was deleted last; "" where none can be put back."""
        return self._deleted[-1][0] if self._deleted else ""

    def do(self, what: str, folder: Path) -> None:
        """Carry out a command of the head or of the menu; a problem is said."""
        t = self.trainings
        commands: dict[str, Callable[[], object]] = {
            "pause": lambda: t.pause(folder),
            "resume": lambda: t.resume(folder),
            "step": lambda: t.step_once(folder),
            "stop": lambda: t.stop(folder),
            "process": lambda: t.resume(folder, in_process=True),
            "more_steps": lambda: self._ask_steps(folder),
            "keep": lambda: ask_to_keep(folder),
            "explain": lambda: self._explain(folder),
            "duplicate": lambda: self.new_wanted.emit(read_spec(folder)),
            "mend": lambda: self._mend(folder),
            "rename": lambda: self._ask_name(folder),
            "overlay": self.overlay_wanted.emit,
            "export": lambda: self._export(folder),
            "export_to": lambda: self._ask_export(folder),
            "open": lambda: self._open(folder),
            "reveal": lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))),
            "delete": lambda: self._delete(folder),
        }
        self.attempt(commands[what])

    def attempt(self, do: Callable[[], object]) -> None:
        """Do it, and say what stands in the way."""
        with self._studio.notices.catching():
            do()

    def put_back(self) -> None:
        """Put the run back that was deleted last."""
        if self._deleted:
            self._undo(self._deleted[-1][2])

    def _explain(self, folder: Path) -> None:
        name = self.trainings.of(folder).facts.name
        SheetWindow.over(self._window, self._studio).explain(name, run_source(folder))

    def _ask_steps(self, folder: Path) -> None:
        facts = self.trainings.of(folder).facts
        proposed = max(2 * facts.kept_step, facts.steps)
        steps, meant = QInputDialog.getInt(self._window, "Train for more steps", "Total steps", proposed, 1, 2**31 - 1)
        if meant:
            self.trainings.resume(folder, steps=steps)

    def _ask_name(self, folder: Path) -> None:
        before = self.trainings.of(folder).facts.name
        name, meant = QInputDialog.getText(self._window, "Rename", "Name of the model", text=before)
        if meant and name.strip():
            self.trainings.rename(folder, name.strip())

    def _mend(self, folder: Path) -> None:
        """Ask for a run like a failed one with what would mend it, from its weights where it kept any."""
        training = self.trainings.of(folder)
        spec = dict(read_spec(folder))
        start = str(folder) if training.facts.kept_step else spec.get("start", "")
        settings = {**spec.get("settings", {}), **changes_in(training.problem)}
        self.new_wanted.emit({**spec, "settings": settings, "start": start})

    def _delete(self, folder: Path) -> None:
        training = self.trainings.of(folder)
        if training.is_active:
            raise Problem("A run that is being trained cannot be deleted.", "Stop it first.")
        name, history = training.facts.name, self._studio.document.history
        put_back = partial(self._restore, folder)
        self._studio.document.do(f"Delete {name}", partial(self._to_trash, name, folder), put_back)
        if folder.exists():
            return  # it was said why
        self._steps[folder] = history.command(history.count() - 1)
        words = f"{name} was moved to the trash."
        self._studio.notices.show(Notice(DONE, words, action="Undo", do=partial(self._undo, folder)))

    def _to_trash(self, name: str, folder: Path) -> None:
        self.deleting.emit(folder)
        self.attempt(lambda: self._deleted.append((name, self.trainings.delete(folder), folder)))
        self.deleted_changed.emit()

    def _undo(self, folder: Path) -> None:
        """Undo the deletion of a run: as the last step of the history where it is that, else beside it."""
        history = self._studio.document.history
        if history.index() and history.command(history.index() - 1) is self._steps.get(folder):
            history.undo()
        else:
            self._restore(folder)

    def _restore(self, folder: Path) -> None:
        """Put the run back that was deleted last from this folder, unless it is back already."""
        found = next((each for each in reversed(self._deleted) if each[2] == folder), None)
        if found is not None:
            self._deleted.remove(found)
            self.attempt(lambda: self.trainings.restore(found[1], folder))
            self.deleted_changed.emit()

    def _export(self, folder: Path) -> None:
        if self.exports.is_exporting(folder):
            self.exports.stop(folder)
        else:
            self.exports.export(folder, folder / MODEL_FOLDER)

    def _ask_export(self, folder: Path) -> None:
        chosen = ask_folder(self._window, "Export the model to this folder", Path.home())
        if chosen is not None:
            self.exports.export(folder, chosen)

    def _on_exported(self, exported: Exported) -> None:
        name = self.trainings.of(exported.run).facts.name if self.trainings.has(exported.run) else "The model"
        words = f"Largest difference from the original: {exported.sentence}."
        self._studio.notices.show(Notice(DONE, f"{name} was exported.", words, folder=exported.out))

    def _open(self, folder: Path) -> None:
        self.opened = folder
        self._studio.controller.open(folder)

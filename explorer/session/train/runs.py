"""Every training run at hand: what it does now, and how it is begun, paused, stopped and put away."""

from __future__ import annotations

import subprocess
import time
from collections import deque
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from explorer.core.digits import whole_number
from explorer.core.problem import Problem
from explorer.session.jobs.job import JobRunner
from explorer.session.notices import DONE, Notice, Notices
from explorer.session.settings import Settings
from explorer.session.train.interrupted_run import left_over, remember_trained
from explorer.session.train.run_failures import RunFailures
from explorer.session.train.run_summaries import RunFolders, State, Training, out_of_trash, rename, to_trash
from explorer.session.train.step_rate import Rate
from explorer.session.train.training_job import TrainingJob
from explorer.session.train.training_process import complaint, most_processes, start_process
from explorer.training.runs.foreign_links import refuse_links
from explorer.training.runs.run_folder import RunFacts, ask_to_stop, run_facts

if TYPE_CHECKING:
    from explorer.training.runs.spec import RunSpec

_LOOK_MS = 1000
_PROCESSES = "train/processes"


class TrainingRuns(QObject):
    """Trains one run at a time in this process, follows those that other processes train, and lists them all.

    Attributes
    ----------
    folders : RunFolders

    Signals
    -------
    listed()
        Runs came or went, or the order is another.
    changed(folder) : Path
        What is told of one run is new; at most ten times a second.
    ended(folder) : Path
        A run that was trained, here or elsewhere, is trained no more.
    """

    listed = Signal()
    changed = Signal(object)
    ended = Signal(object)

    def __init__(self, own: Path, settings: Settings, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folders = RunFolders(own, settings)
        self._settings, self._notices = settings, notices
        self._facts: dict[Path, RunFacts] = {}
        self._failures = RunFailures()
        self._rates: dict[Path, Rate] = {}
        self._waiting: deque[Path] = deque()
        self._processes: dict[Path, subprocess.Popen[bytes]] = {}
        self._job: TrainingJob | None = None
        self._starts_paused = False
        self._interrupted = left_over(settings)
        self.has_looked = False  # at the folders, once at least
        self._edits = 0  # of the list, which what is being read at the time knows nothing of
        self._looks = JobRunner(self, name="runs")
        self._looks.failed.connect(notices.show_error_once)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def all(self) -> tuple[Training, ...]:
        """Every run, newest first."""
        return tuple(self.of(folder) for folder in self._facts)

    @property
    def current(self) -> Path | None:
        """The run that is trained in this process."""
        return self._job.folder if self._job is not None else None

    @property
    def processes(self) -> int:
        """How many processes train a run together that is not trained in this one."""
        return min(max(whole_number(self._settings.choice(_PROCESSES)) or 1, 1), most_processes())

    @processes.setter
    def processes(self, count: int) -> None:
        self._settings.remember_choice(_PROCESSES, str(count))

    @property
    def is_looking(self) -> bool:
        """Whether the folders are being read."""
        return self._looks.is_busy

    def of(self, folder: Path) -> Training:
        """One run as it is now."""
        facts = self._facts[folder]
        state = self._state(folder)
        rate = self._rates[folder].per_s if folder in self._rates else 0.0
        share = self._job.share if self._job is not None and folder == self._job.folder else 0.0
        shown = self._failures.of(facts) if state == "failed" else None
        return Training(facts, state, rate if state in ("training", "elsewhere") else 0.0, share, shown)

    def has(self, folder: Path) -> bool:
        """Whether the run is among those listed."""
        return folder in self._facts

    def watch(self, wanted: bool) -> None:
        """Look at the folders every second, or no more."""
        if wanted:
            self.look()
            self._timer.start()
        else:
            self._timer.stop()

    def look(self) -> None:
        """Read all folders, in a worker."""
        if not self._looks.is_busy:
            self._looks.begin(lambda *_: self.folders.facts(), partial(self._on_looked, self._edits))

    def begin(self, spec: RunSpec, *, in_process: bool = False) -> Path:
        """Make a folder for a new run and train it, here as soon as it is its turn or in a process of its own.

        Raises
        ------
        Problem
            A setting is wrong, or the folder cannot be written.
        """
        from explorer.training.runs.run import Run

        folder = self.folders.free(spec.name or spec.family)
        Run.create(folder, spec)
        self._add(folder)
        self.resume(folder, in_process=in_process)
        return folder

    def resume(self, folder: Path, *, in_process: bool = False, steps: int | None = None) -> None:
        """Go on with a run from its newest checkpoint, or from a pause; ``steps`` is how many in all.

        Raises
        ------
        Problem
            The process could not be started, or ``run.json`` cannot be written.
        """
        if self._job is not None and folder == self._job.folder:
            self._job.resume()
            return
        if steps is not None:
            self._extend(folder, steps)
        self._failures.forget(folder)
        self._rates.pop(folder, None)
        if in_process:
            refuse_links(folder)  # before its log is opened
            facts, device = self._facts[folder], self._settings.device
            self._processes[folder] = start_process(facts, device, self.processes)
        elif folder not in self._waiting:
            self._waiting.append(folder)
            self._start_next()
        self.changed.emit(folder)

    def pause(self, folder: Path) -> None:
        """Let the run that is trained here stand still."""
        if self._job is not None and folder == self._job.folder:
            self._rates.pop(folder, None)
            self._job.pause()

    def step_once(self, folder: Path) -> None:
        """Let the run take one step and stand still; one that is stopped is loaded first, unless another is trained."""
        if self._job is not None and folder == self._job.folder:
            self._job.step_once()
        elif self._job is None:
            self._starts_paused = True
            self.resume(folder)
            self._starts_paused = False
            self.step_once(folder)
        else:
            raise Problem("This window trains one run at a time, and is training another.", "Stop that one first.")

    def stop(self, folder: Path) -> None:
        """Keep a checkpoint and end, wherever the run is trained.

        Raises
        ------
        Problem
            The run is trained elsewhere, and its folder cannot be written.
        """
        if folder in self._waiting:
            self._waiting.remove(folder)
            self.changed.emit(folder)
        elif self._job is not None and folder == self._job.folder:
            self._job.stop()
        else:
            try:
                ask_to_stop(folder)
            except OSError as error:
                raise Problem(f"{folder} cannot be written ({error.strerror}).", "Stop it there.") from None

    def rename(self, folder: Path, name: str) -> None:
        """Give a run another name.

        Raises
        ------
        Problem
            ``run.json`` cannot be written.
        """
        rename(folder, name)
        self._add(folder)
        self.changed.emit(folder)

    def delete(self, folder: Path) -> Path:
        """Put a run that nobody trains into the trash; gives where it lies now.

        Raises
        ------
        Problem
            It cannot be moved.
        """
        place = to_trash(folder)
        self._facts.pop(folder, None)
        self._edits += 1
        self.listed.emit()
        return place

    def restore(self, place: Path, folder: Path) -> None:
        """Take a run out of the trash again; raises `Problem` where it is gone."""
        out_of_trash(place, folder)
        self._add(folder)

    def open(self, folder: Path) -> None:
        """List a run that lies elsewhere, from now on.

        Raises
        ------
        Problem
            There is none in the folder.
        """
        folder = folder.absolute()
        self.folders.add(folder)
        self._add(folder)

    @property
    def interrupted(self) -> Path | None:
        """The run that was trained here when the program last ended, in whatever way; None once it goes on."""
        return self._interrupted

    def go_on_apart(self) -> None:
        """Hand the run that is trained here to a process of its own, from a checkpoint on. Raises as `resume` does."""
        folder = self._let_go()
        if folder is not None:
            remember_trained(self._settings, None)
            self._add(folder)
            self.resume(folder, in_process=True)

    def _let_go(self) -> Path | None:
        """Stop what is trained here, and wait for its checkpoint; gives which run that was."""
        job, self._job = self._job, None
        if job is None:
            return None
        job.close()
        job.deleteLater()
        return job.folder

    def close(self) -> None:
        """Stop what is trained here, wait for its checkpoint, and remember it; processes go on."""
        self._timer.stop()
        self._waiting.clear()
        self._let_go()
        self._looks.close()
        for process in self._processes.values():
            process.poll()
            process.returncode = process.returncode or 0  # it is not ours to wait for

    def _state(self, folder: Path) -> State:
        facts = self._facts[folder]
        if self._job is not None and folder == self._job.folder:
            return self._job.state
        if folder in self._waiting:
            return "waiting"
        if facts.is_trained:
            return "elsewhere"
        if folder in self._processes and self._processes[folder].poll() is None:
            return "preparing"
        failed = self._failures.of(facts) is not None
        return "failed" if failed else "done" if facts.is_done else "stopped"

    def _add(self, folder: Path) -> None:
        facts = run_facts(folder)
        self._edits += 1
        if facts is None:  # it was deleted while it was trained
            self._facts.pop(folder, None)
        else:
            is_new = folder not in self._facts
            self._facts = {folder: facts, **self._facts} if is_new else {**self._facts, folder: facts}
        self.listed.emit()

    def _extend(self, folder: Path, steps: int) -> None:
        from explorer.training.runs.run import Run

        Run.open(folder).extend(steps)
        self._add(folder)

    def _start_next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        folder = self._waiting.popleft()
        self._job = TrainingJob(folder, self._settings.device, self)
        self._job.changed.connect(self._on_job_changed)
        self._job.ended.connect(self._on_job_ended)
        remember_trained(self._settings, folder)
        if folder == self._interrupted:
            self._interrupted = None
        self._job.start(paused=self._starts_paused)
        self.changed.emit(folder)

    def _on_job_changed(self) -> None:
        job = self._job
        if job is None:
            return
        if job.step and job.folder in self._facts:
            facts = self._facts[job.folder]
            self._facts[job.folder] = replace(facts, done_steps=job.step, is_trained=True)
            self._rate(job.folder, job.step)
        self.changed.emit(job.folder)

    def _on_job_ended(self) -> None:
        job, self._job = self._job, None
        assert job is not None
        job.deleteLater()
        remember_trained(self._settings, None)
        if job.error is not None:
            self._fail(job.folder, job.error)
        self._add(job.folder)
        self.changed.emit(job.folder)
        self._tell_end(job.folder)
        self._start_next()

    def _fail(self, folder: Path, error: Exception) -> None:
        self._notices.show_error(error)
        self._failures.add(folder, error)

    def _tell_end(self, folder: Path) -> None:
        if self.has(folder) and self.of(folder).state == "done":
            facts = self._facts[folder]
            self._notices.show(Notice(DONE, f"{facts.name} has been trained for {facts.steps:,} steps."))
        self.ended.emit(folder)

    def _rate(self, folder: Path, step: int) -> None:
        self._rates.setdefault(folder, Rate()).note(step, time.monotonic())

    def _on_looked(self, edits: int, looked: tuple[list[RunFacts], list[Problem]]) -> None:
        found, problems = looked
        for problem in problems:
            self._notices.show_error_once(problem)
        if edits == self._edits:
            self._take(found)
        else:
            self.look()

    def _take(self, found: list[RunFacts]) -> None:
        """Show what the folders tell; of the run that is trained here, the job knows better."""
        before = self._facts
        ours = self._job.folder if self._job is not None else None
        if ours in before and all(facts.folder != ours for facts in found):  # deleted: it notices soon itself
            found = [before[ours], *found]
        self._facts = {
            facts.folder: replace(facts, done_steps=max(facts.done_steps, self._job.step), is_trained=True)
            if self._job is not None and facts.folder == ours
            else facts
            for facts in found
        }
        is_first, self.has_looked = not self.has_looked, True
        if is_first or list(before) != list(self._facts):
            self.listed.emit()
        for folder, facts in self._facts.items():
            if facts.is_trained and folder != ours:
                self._rate(folder, facts.done_steps)
            if folder in before and before[folder] != facts:
                self.changed.emit(folder)
            self._see_end(folder, before.get(folder), facts)

    def _see_end(self, folder: Path, before: RunFacts | None, facts: RunFacts) -> None:
        """Tell of a run that another process trained, and trains no more."""
        process = self._processes.get(folder)
        if process is not None and process.poll() is not None:
            del self._processes[folder]
            said = complaint(folder) if process.returncode else None
            if said is not None:
                self._fail(folder, said)
            self.changed.emit(folder)
        was_trained = before is not None and before.is_trained
        if was_trained and not facts.is_trained and folder != self.current:
            self._tell_end(folder)

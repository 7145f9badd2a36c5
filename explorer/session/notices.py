"""The one door through which everything that must be said reaches the person at the screen."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from explorer.core.problem import Problem

PROBLEM, BUG, DEGRADED, DONE = "problem", "bug", "degraded", "done"
OFFER = "offer"
LOGGED = 200  # notices that can be read again
_LEVELS = {BUG: logging.ERROR, DEGRADED: logging.WARNING}  # the others are for the record only

log = logging.getLogger("explorer")


@dataclass(frozen=True)
class Notice:
    """Something to say.

    Attributes
    ----------
    kind : {"problem", "bug", "degraded", "done", "offer"}
        The user can act on it; the program is at fault; it works, but not as asked; it went well; something can be
        done that was not asked for.
    what : str
        One sentence.
    hint : str
        What to try, or "".
    details : str
        The traceback of a bug, or "".
    folder : Path or None
        What it is about, where that can be opened.
    action : str
        What a button beside it is called, such as "Undo"; "" for none.
    do : callable or None
        What the button does, in the GUI thread.
    command : str
        The window's command that is offered with it, or "".
    """

    kind: str
    what: str
    hint: str = ""
    details: str = ""
    folder: Path | None = None
    action: str = ""
    do: Callable[[], None] | None = None
    command: str = ""


def notice_of(error: BaseException) -> Notice:
    """What to say of ``error``: a `Problem` in its own words, anything else as a bug with its traceback."""
    if isinstance(error, Problem):
        return Notice(PROBLEM, error.what, error.hint)
    last_line = "".join(traceback.format_exception_only(error)).strip()
    details = "".join(traceback.format_exception(error))
    return Notice(BUG, f"Something went wrong in the program: {last_line}", "", details)


class Notices(QObject):
    """Takes notices from any thread and hands them to whoever shows them, losing none.

    Signals
    -------
    logged()
        `log` has one more.
    _arrived(Notice)
        Brings a notice to the GUI thread; connect through `tell`.
    """

    logged = Signal()
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader: Callable[[Notice], None] | None = None
        self._kept: list[Notice] = []
        self._said: set[Notice] = set()
        self._log: deque[tuple[datetime, Notice]] = deque(maxlen=LOGGED)
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def report(self, reader: Callable[[Notice], None] | None) -> None:
        """From now on hand every notice to ``reader``, beginning with those that came before it did."""
        self._reader = reader
        if reader is not None:
            kept, self._kept = self._kept, []
            for notice in kept:
                reader(notice)

    @property
    def log(self) -> tuple[tuple[datetime, Notice], ...]:
        """What was told last and when, oldest first, so that what was missed can be read again."""
        return tuple(self._log)

    def show(self, notice: Notice) -> None:
        """Show ``notice``. May be called from any thread."""
        log.log(_LEVELS.get(notice.kind, logging.INFO), "%s %s%s", notice.what, notice.hint, notice.details)
        self._arrived.emit(notice)

    def show_once(self, notice: Notice) -> None:
        """Show ``notice`` unless the very same has been shown by this call before."""
        if notice not in self._said:
            self._said.add(notice)
            self.show(notice)

    def show_error(self, error: BaseException) -> None:
        """Show what happened in the words of `notice_of`. May be called from any thread."""
        self.show(notice_of(error))

    def show_error_once(self, error: BaseException) -> None:
        """Show what happened unless the same has been shown by this call before."""
        self.show_once(notice_of(error))

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Show a `Problem` that is raised within, and go on after it."""
        try:
            yield
        except Problem as problem:
            self.show_error(problem)

    def say(self, what: str) -> None:
        """Say that something went well."""
        self.show(Notice(DONE, what))

    def say_saved(self, path: Path) -> None:
        """Say where something was saved, and offer to show it there."""
        self.show(Notice(DONE, f"Saved {path.name} in {path.parent}.", folder=path.parent))

    def unread(self) -> tuple[Notice, ...]:
        """What nobody has been handed, such as what failed while the window closed."""
        QCoreApplication.sendPostedEvents(self)
        return tuple(self._kept)

    def _pass_on(self, notice: Notice) -> None:
        self._log.append((datetime.now(), notice))
        self.logged.emit()
        if self._reader is None:
            self._kept.append(notice)
        else:
            self._reader(notice)


def install_hooks(notices: Notices) -> Callable[[], None]:
    """Lead every exception nobody caught, in any thread, to ``notices``; gives what undoes this."""
    before = sys.excepthook, threading.excepthook

    def in_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            notices.show_error(error.with_traceback(trace))
        else:
            sys.__excepthook__(kind, error, trace)

    def in_thread(found: threading.ExceptHookArgs) -> None:
        if isinstance(found.exc_value, Exception):
            notices.show_error(found.exc_value)

    def restore() -> None:
        sys.excepthook, threading.excepthook = before

    sys.excepthook, threading.excepthook = in_main, in_thread
    return restore

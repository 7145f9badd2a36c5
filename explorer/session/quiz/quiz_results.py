"""The answers of everybody who plays, opened when they are first needed."""

from __future__ import annotations

from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from explorer.session.notices import Notices

if TYPE_CHECKING:
    from explorer.core.quiz.store import QuizStore

FILE = "quiz.sqlite"


class QuizResults:
    """Holds the store of answers. May be used from any thread.

    Parameters
    ----------
    folder : Path
        Where the file lies.
    notices : Notices
        Told where a file was damaged, or is newer than this program.
    """

    def __init__(self, folder: Path, notices: Notices) -> None:
        self.path = folder / FILE
        self._notices = notices
        self._lock = RLock()
        self._store: QuizStore | None = None

    @property
    def store(self) -> QuizStore:
        """The store, opened with the first call.

        Raises
        ------
        Problem
            It cannot be opened.
        """
        from explorer.core.quiz.store import QuizStore

        with self._lock:
            if self._store is None:
                self._store = QuizStore(self.path)
                if self._store.notice is not None:
                    self._notices.show_error(self._store.notice)
            return self._store

    def close(self) -> None:
        """Let go of the file; it is opened again where it is needed again."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None

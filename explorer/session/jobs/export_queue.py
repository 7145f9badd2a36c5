"""Writing sheets, animations and latents in the background: one after the other, each of them cancellable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal

from explorer.session.jobs.latest import InTurn

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]
Write = Callable[[Path, Progress, Cancelled], object]


@dataclass(frozen=True, eq=False)
class Export:
    """Something that is to be written.

    Attributes
    ----------
    path : Path
        The file or folder.
    write : callable
        Writes it, given ``path``, what to tell the share done (0 to 1), and what to ask whether to stop.
        It leaves nothing under the final name when it is stopped or fails.
    cancelled : Event
    """

    path: Path
    write: Write
    cancelled: Event = field(default_factory=Event)


class Exporter(QObject):
    """Writes what it is asked for, in turn, in a worker thread.

    Signals
    -------
    progressed(export, share) : Export, float
    written(export)
    stopped(export)
        It was cancelled; nothing of it is left.
    failed(export, error)
    idle()
        Nothing is being written any more.
    """

    progressed = Signal(object, float)
    written = Signal(object)
    stopped = Signal(object)
    failed = Signal(object, object)
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: list[Export] = []
        self._work = InTurn(self._write, self, name="exporter")
        self._work.done.connect(self._on_done)
        self._work.failed.connect(self._on_failed)
        self._work.idle.connect(self.idle)

    @property
    def is_busy(self) -> bool:
        """Whether something is being written."""
        return self._work.is_busy

    @property
    def current(self) -> Export | None:
        """What is being written."""
        return self._asked[0] if self._asked else None

    def begin(self, path: Path, write: Write) -> Export:
        """Write ``path``, after what was asked for before."""
        export = Export(path, write)
        self._asked.append(export)
        self._work.request(export)
        return export

    def cancel(self) -> None:
        """Stop what is being written, and write nothing of what waits."""
        for export in self._asked:
            export.cancelled.set()

    def close(self) -> None:
        """Stop, and wait until that has stopped."""
        self.cancel()
        self._work.close()

    def _write(self, export: Export) -> None:
        if not export.cancelled.is_set():
            export.write(
                export.path,
                lambda share: self.progressed.emit(export, share),
                export.cancelled.is_set,
            )

    def _on_done(self, export: Export, _result: object) -> None:
        self._asked.remove(export)
        (self.stopped if export.cancelled.is_set() else self.written).emit(export)

    def _on_failed(self, export: Export, error: Exception) -> None:
        self._asked.remove(export)
        if export.cancelled.is_set():
            self.stopped.emit(export)
        else:
            self.failed.emit(export, error)

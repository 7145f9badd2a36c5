"""Signals of the operating system, told in the event loop, where the window can be closed in order."""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal

from explorer.core.processes.signals import ending_signals


class Interrupts(QObject):
    """Takes Ctrl-C and its kin from Python, which would raise in whatever slot runs next, until `stop`.

    Python writes the number of each signal to a socket at once, also while Qt's loop sleeps; that wakes the loop, on
    Windows too.

    Attributes
    ----------
    number : int
        The first signal that came; 0 before. Those that come while the window is closing change nothing.

    Signals
    -------
    asked()
        The program is to end.
    """

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.number = 0
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._wakeup_before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _leave_to_the_loop) for number in ending_signals()}
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)

    def stop(self) -> None:
        """Give the signals back to whoever had them."""
        self._notifier.setEnabled(False)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._read.close()
        self._write.close()

    def _on_signal(self) -> None:
        came = [number for number in self._read.recv(256) if number in self._before]
        if came and not self.number:
            self.number = came[0]
            self.asked.emit()


def _leave_to_the_loop(_number: int, _frame: object) -> None:
    """Do nothing: the socket tells the loop."""

"""The signals by which a terminal, or the system, asks a program to end."""

from __future__ import annotations

import signal

_NAMES = (
    "SIGINT",
    "SIGTERM",
    "SIGHUP",
    "SIGBREAK",
)  # Ctrl-C, kill, the terminal closes, Ctrl-Break of Windows


def ending_signals() -> tuple[signal.Signals, ...]:
    """Those that there are here; without a hang-up that is ignored already, as `nohup` has it."""
    found = (getattr(signal, name) for name in _NAMES if hasattr(signal, name))
    return tuple(number for number in found if not _is_left_alone(number))


def _is_left_alone(number: signal.Signals) -> bool:
    return number.name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN

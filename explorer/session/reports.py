"""Reports of bugs: what happened, on which system, and what the log said before."""

from __future__ import annotations

import logging
import platform
from collections import deque
from functools import cache

from explorer import __version__
from explorer.session.notices import Notice

LOG_LINES_KEPT = 200


class LogTail(logging.Handler):
    """Remembers the last lines of the log, for reports."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self.lines: deque[str] = deque(maxlen=LOG_LINES_KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(self.format(record))


@cache
def log_tail() -> LogTail:
    """The tail of this program's log, which begins with the first call."""
    tail = LogTail()
    logging.getLogger().addHandler(tail)
    return tail


def report(notice: Notice, device: str, log_lines: tuple[str, ...] = ()) -> str:
    """Everything a developer needs to look into ``notice``, as text to be sent to one."""
    lines = [
        f"Latent explorer {__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
        *(f"{name} {_version(name)}" for name in ("PySide6", "numpy", "onnxruntime", "onnxruntime-gpu", "torch")),
        f"Device: {device}",
        "",
        notice.what,
        notice.hint,
        notice.details,
        "Log:",
        *log_lines,
    ]
    return "\n".join(lines)


def _version(name: str) -> str:
    from importlib import metadata  # rarely needed, and slow to import

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"

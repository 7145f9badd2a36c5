"""The program's own window with a model open, for measuring."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance

from explorer.app import build
from explorer.cli.offscreen import application
from explorer.paths import model_path
from explorer.ui.window.main_window import MainWindow

_PATIENCE_MS = 60_000


@contextmanager
def shown_window() -> Iterator[MainWindow]:
    """The window, shown, with settings of its own; on the CPU."""
    app = application()
    with tempfile.TemporaryDirectory() as scratch, closing(build(Path(scratch) / "settings.ini")) as window:
        window.studio.settings.device = "cpu"
        window.resize(1280, 720)
        window.show()
        app.processEvents()
        yield window


@contextmanager
def open_window(model: str) -> Iterator[MainWindow]:
    """The window, with ``model`` open and its first picture on the canvas."""
    with shown_window() as window:
        window.open(model_path(model))
        wait_for(window.studio.pictures.settled)
        application().processEvents()
        yield window


def turn(seconds: float) -> None:
    """Let events run for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait_for(signal: SignalInstance) -> None:
    """Let events run until ``signal`` comes, or a minute has gone."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    QTimer.singleShot(_PATIENCE_MS, loop, loop.quit)
    loop.exec()
    signal.disconnect(loop.quit)

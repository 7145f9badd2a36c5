"""The program's own window with a model open, for measuring."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance

from explorer.app import build
from explorer.cli.offscreen import application
from explorer.paths import model_path
from explorer.ui.window.main_window import MainWindow

_PATIENCE_MS = 60_000


@contextmanager
def open_window(model: str) -> Iterator[MainWindow]:
    """The window, shown, with ``model`` open and its first picture on the canvas; on the CPU."""
    app = application()
    with tempfile.TemporaryDirectory() as scratch:
        window = build(Path(scratch) / "settings.ini")
        window.studio.settings.device = "cpu"
        try:
            window.resize(1280, 720)
            window.show()
            window.open(model_path(model))
            wait_for(window.studio.pictures.settled)
            app.processEvents()
            yield window
        finally:
            window.close()


def wait_for(signal: SignalInstance) -> None:
    """Let events run until ``signal`` comes, or a minute has gone."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    QTimer.singleShot(_PATIENCE_MS, loop, loop.quit)
    loop.exec()
    signal.disconnect(loop.quit)

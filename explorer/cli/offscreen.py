"""Qt without a screen, for the verbs that show the window to nobody."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from explorer.cli.output import remark

# WORKAROUND: the offscreen platform says so of every window that has a smallest size or is raised, and means nothing.
_MEANINGLESS = tuple(f"This plugin does not support {what}()" for what in ("propagateSizeHints", "raise"))


def application(scale: float = 1.0) -> QApplication:
    """The application, drawn into memory with ``scale`` pixels for each of the window's."""
    os.environ["QT_SCALE_FACTOR"] = f"{scale:g}"
    qInstallMessageHandler(_report)
    app = QApplication.instance() or QApplication(["latent-explorer"])
    assert isinstance(app, QApplication)
    return app


def _report(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if message not in _MEANINGLESS:
        remark(message)

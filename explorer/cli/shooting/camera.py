"""What takes pictures of a window that nobody sees: opens, waits until everything is drawn, and grabs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QDeadlineTimer, QEventLoop, QIODevice, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QWidget

from explorer.core.files import replace_file
from explorer.core.problem import Problem
from explorer.ui.window.main_window import MainWindow

_PATIENCE_MS = 60_000
_CALM_MS = 600  # longer than any timer of the window waits
_ABOVE = (Qt.WindowType.Dialog, Qt.WindowType.Window)


def place_of(kind: str, name: str, names: list[str]) -> int:
    """Where ``name`` is among ``names``; a Problem says which there are."""
    if name not in names:
        known = f"The {kind}s are: {', '.join(names)}." if names else f"This panel has no {kind}s."
        raise Problem(f"There is no {kind} called {name}.", known)
    return names.index(name)


def show_page(window: MainWindow, panel: str, view: str = "") -> None:
    """Bring a panel into sight, and one of its views; titles in small letters."""
    window.show_panel(place_of("panel", panel, [title.lower() for title in window.titles]))
    if view:
        window.panel.show_view(place_of("view", view, [name.lower() for name in window.panel.views]))


def open_model(window: MainWindow, path: Path, seed: int) -> None:
    """Open a model and show one of its samples; raises what went wrong."""
    failures: list[Exception] = []
    loop = QEventLoop()
    window.studio.models.failed.connect(failures.append)
    window.studio.models.failed.connect(loop.quit)
    window.studio.pictures.settled.connect(loop.quit)
    QTimer.singleShot(_PATIENCE_MS, loop, loop.quit)
    window.open(path)
    loop.exec()
    if failures:
        raise failures[0]
    window.studio.edits.sample(seed)


def wait_until(done: Callable[[], bool], patience_ms: int = _PATIENCE_MS) -> bool:
    """Let events run until ``done``; gives whether it was in time."""
    patience = QDeadlineTimer(patience_ms)
    look = QTimer(interval=10)  # wakes the loop, which otherwise sleeps until something happens
    look.start()
    loop = QEventLoop()
    while not (is_done := done()) and not patience.hasExpired():
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return is_done


def wait_for_calm(window: MainWindow, patience_ms: int = _PATIENCE_MS) -> None:
    """Until the picture is shown, the small ones are drawn, and nothing more happened for a while."""
    calm = QDeadlineTimer(_CALM_MS)

    def is_calm() -> bool:
        if window.studio.pictures.is_busy or window.panel.is_busy:
            calm.setRemainingTime(_CALM_MS)
        return calm.hasExpired()

    wait_until(is_calm, patience_ms)


def change_presentation(window: MainWindow) -> None:
    """Begin or end the presentation, and wait until the system has followed, which sizes the window later."""
    window.window_actions.look.presentation.change()
    wait_for_calm(window)


def windows_above(window: MainWindow) -> list[QWidget]:
    """Dialogs and other windows of its own that are open."""
    inside = window.findChildren(QWidget)
    return [each for each in inside if each.isVisible() and each.windowType() in _ABOVE]


def grabbed(window: MainWindow) -> QPixmap:
    """The window, with what is open above it in its middle and framed, as window managers do."""
    picture = window.grab()
    for above in windows_above(window):
        gap = (window.size() - above.size()).expandedTo(QSize(0, 0)) / 2
        with QPainter(picture) as painter:
            painter.drawPixmap(gap.width(), gap.height(), above.grab())
            painter.setPen(window.palette().color(QPalette.ColorRole.Mid))
            painter.drawRect(QRect(QPoint(gap.width(), gap.height()), above.size()))
    return picture


def save(picture: QPixmap, out: Path) -> None:
    """Write a picture as PNG, whole or not at all."""
    png = QBuffer()
    png.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(png, "PNG")
    with replace_file(out) as file:
        file.write(png.data().data())

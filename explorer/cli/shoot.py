"""``shoot``: a picture of the window, drawn without a screen."""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.model_arguments import named_place
from explorer.core.problem import Problem
from explorer.core.rendering.latents import LARGEST_SEED
from explorer.paths import model_path

if TYPE_CHECKING:
    from explorer.ui.window.main_window import MainWindow

_PATIENCE_MS = 60_000
_CALM_MS = 600  # longer than any timer of the window waits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument(
        "panel",
        metavar="PANEL[:VIEW]",
        help="which panel, such as explore, and which of its views, such as traverse:grid",
    )
    parser.add_argument("--model", metavar="MODEL", help="name of a bundled model, or a path (default: the first)")
    parser.add_argument("--seed", type=int, default=1, help="of the picture shown (default 1)")
    parser.add_argument("--size", type=_size, default=(1280, 720), metavar="WxH", help="default 1280x720")
    parser.add_argument("--scale", type=float, default=1.0, help="screen pixels for each pixel of the size (default 1)")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark", help="default dark")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.png")


def _size(word: str) -> tuple[int, int]:
    if not re.fullmatch(r"[1-9]\d{2,3}x[1-9]\d{2,3}", word):
        raise argparse.ArgumentTypeError(f"{word} is not a size; write 1280x720")
    width, height = word.split("x")
    return int(width), int(height)


def run(options: argparse.Namespace) -> int:
    """Shoot as asked."""
    if not 0 <= options.seed <= LARGEST_SEED:
        raise Problem(f"The seed {options.seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
    if not 0.5 <= options.scale <= 4.0:
        raise Problem(f"The scale {options.scale:g} is out of range.", "It runs from 0.5 to 4.")
    if options.model:
        named_place(options.model)
    from explorer.cli.offscreen import application

    app = application(options.scale)
    from explorer.app import build

    with tempfile.TemporaryDirectory() as scratch:
        window = build(Path(scratch) / "settings.ini", theme=options.theme)
        try:
            _show(window, options)
            app.processEvents()
            _save(window, options.out)
        finally:
            window.close()
    return 0


def _show(window: MainWindow, options: argparse.Namespace) -> None:
    panel, _, view = options.panel.lower().partition(":")
    window.show_panel(_place("panel", panel, [each.title.lower() for each in window.panels]))
    views = window.panel.views
    if view:
        window.panel.show_view(_place("view", view, [name.lower() for name in views]))
    window.resize(*options.size)
    window.show()
    entries = window.studio.catalog.bundled()
    path = model_path(options.model) if options.model else (entries[0].path if entries else None)
    if path is not None:
        _open(window, path)
        window.studio.edits.sample(options.seed)
        _wait(window)


def _place(kind: str, name: str, names: list[str]) -> int:
    if name not in names:
        known = f"The {kind}s are: {', '.join(names)}." if names else f"This panel has no {kind}s."
        raise Problem(f"There is no {kind} called {name}.", known)
    return names.index(name)


def _open(window: MainWindow, path: Path) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

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


def _wait(window: MainWindow) -> None:
    """Until the picture is shown, the small ones are drawn, and nothing more happened for a while."""
    from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer

    studio = window.studio
    patience, calm = QDeadlineTimer(_PATIENCE_MS), QDeadlineTimer(_CALM_MS)
    look = QTimer(interval=10)  # wakes the loop, which otherwise sleeps until something happens
    look.start()
    loop = QEventLoop()
    while not (calm.hasExpired() or patience.hasExpired()):
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if studio.pictures.is_busy or window.panel.is_busy:
            calm.setRemainingTime(_CALM_MS)
    look.stop()


def _save(window: MainWindow, out: Path) -> None:
    from PySide6.QtCore import QBuffer, QIODevice

    from explorer.core.files import replace_file

    png = QBuffer()
    png.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(png, "PNG")
    with replace_file(out) as file:
        file.write(png.data().data())

"""Builds the program out of its parts, shows its window, and ends it in order."""

from __future__ import annotations

import sys

if sys.platform == "win32":  # there, Qt's libraries would hide those that onnxruntime needs
    import onnxruntime  # noqa: F401

import argparse
import builtins
import gc
import logging
import os
from collections.abc import Sequence
from pathlib import Path

_plain_import = builtins.__import__
_collects = gc.isenabled()
gc.disable()  # of what is imported nothing is garbage, and looking for some takes a twentieth of the start

from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

# WORKAROUND PySide6 6.11 has every import of ours look through the source of what was imported, for a word about a
# feature that nobody here wants: a fifth of the time that our imports take.
builtins.__import__ = _plain_import

from explorer import __version__, paths
from explorer.session.arithmetic.boards import Boards
from explorer.session.bookmarks import Bookmarks
from explorer.session.directions.direction_files import DirectionFiles
from explorer.session.explore.dimension_names import DimensionNames
from explorer.session.garbage import GarbageTimer
from explorer.session.interrupts import Interrupts
from explorer.session.jobs.saving import Saver
from explorer.session.last_visit import LastVisit
from explorer.session.models.brought import is_for_a_model
from explorer.session.models.catalog import Catalog
from explorer.session.models.companion_links import CompanionLinks
from explorer.session.models.companions import Companions
from explorer.session.models.intake import Intake
from explorer.session.models.live_file import LIVE_FOLDER
from explorer.session.models.number_files import NumberFiles
from explorer.session.models.opening import Opener
from explorer.session.models.session_controller import SessionController
from explorer.session.notices import BUG, PROBLEM, Notices, install_hooks
from explorer.session.quiz.quiz_results import QuizResults
from explorer.session.reports import log_tail
from explorer.session.settings import Settings, Theme
from explorer.session.train.live_model import LiveModel
from explorer.session.train.runs import TrainingRuns
from explorer.ui.icons import icon
from explorer.ui.studio import Studio
from explorer.ui.widgets.accessible import install_faces
from explorer.ui.window import clipboard
from explorer.ui.window.interrupted import tell_of_interrupted
from explorer.ui.window.main_window import MainWindow

gc.freeze()  # else the first collection goes through all of it
if _collects:
    gc.enable()

NAME = "Latent explorer"
_NO_DISPLAY = """There is no display here. Start it on a desktop, or over ssh with -X.
Most can be done on the command line too: python -m explorer --help."""
_DISPLAY_LIBRARIES = (
    ("xcb-cursor", "libxcb-cursor0"),
    ("EGL", "libegl1"),
    ("GL", "libgl1"),
    ("xkbcommon-x11", "libxkbcommon-x11-0"),
)

log = logging.getLogger("explorer")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; gives its exit code, after a signal the one that shells expect."""
    wanted = _arguments().parse_args(argv)
    log_tail()
    qInstallMessageHandler(_log_qt)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName(NAME)
    app.setApplicationVersion(__version__)
    app.setWindowIcon(icon("explore"))
    interrupts = Interrupts(app)  # what comes while the window is built is heard once the loop runs
    window = build(theme=wanted.theme)
    interrupts.asked.connect(window.close)
    restore_hooks = install_hooks(window.studio.notices)
    window.show()
    tell_of_interrupted(window)
    if app.platformName() != "offscreen":  # there nobody looks
        window.studio.pictures.settled.connect(window.tour.offer, Qt.ConnectionType.SingleShotConnection)
    garbage = GarbageTimer(window, lambda: window.studio.pictures.rate_per_s() == 0)
    if window.studio.settings.returns and not wanted.paths:
        window.go_back_to(window.studio.last_visit.read())
    window.open(*first_paths(window.studio, wanted.paths))
    code = app.exec()
    for notice in window.studio.notices.unread():  # it failed too late to be seen
        if notice.kind in (PROBLEM, BUG):
            sys.stderr.write(f"latent-explorer: {notice.what} {notice.hint}\n")
    garbage.stop()
    restore_hooks()
    clipboard.leave()
    interrupts.stop()
    return 128 + interrupts.number if interrupts.number else code


def build(
    settings_file: Path | None = None,
    *,
    data_folder: Path | None = None,
    cache_folder: Path | None = None,
    models_folder: Path | None = None,
    theme: Theme | None = None,
) -> MainWindow:
    """The window with everything behind it, nothing opened yet.

    Parameters
    ----------
    settings_file : Path, optional
        Where settings are remembered; the user's own by default.
    data_folder, cache_folder : Path, optional
        Where bookmarks, and what can be made again, are kept. They lie beside ``settings_file`` where one
        is given, else where this user's belong.
    models_folder : Path, optional
        The bundled models.
    theme : {"dark", "light"}, optional
        The look; the remembered one by default.
    """
    if settings_file is None:
        settings_file = paths.user_folder("config") / "settings.ini"
        data_folder = data_folder or paths.user_folder("data")
        cache_folder = cache_folder or paths.user_folder("cache")
    data_folder = data_folder or settings_file.parent / "data"
    cache_folder = cache_folder or settings_file.parent / "cache"
    install_faces()
    settings = Settings(settings_file)
    if theme is not None:
        settings.theme = theme
    return MainWindow(_studio(settings, data_folder, cache_folder, models_folder or paths.models_folder()))


def first_model(studio: Studio) -> Path | None:
    """What to open when nothing was asked for: the last model, else the first bundled one."""
    last = studio.settings.last_model
    if last is not None and last.exists():
        return last
    bundled = studio.catalog.bundled()
    return bundled[0].path if bundled else None


def first_paths(studio: Studio, wanted: Sequence[Path]) -> tuple[Path, ...]:
    """What to open at the start: what is wanted, after the last model where that is nothing but what is for one."""
    is_enough = any(not is_for_a_model(path) for path in wanted)
    first = None if is_enough else first_model(studio)
    return (*wanted,) if first is None else (first, *wanted)


def _studio(settings: Settings, data_folder: Path, cache_folder: Path, models_folder: Path) -> Studio:
    notices = Notices()
    catalog = Catalog(models_folder, cache_folder / "previews", settings)
    exports = cache_folder / "exports"

    def is_foreign(generator: Path) -> bool:  # replaced when the program is, or may be thrown away
        return catalog.is_bundled(generator) or generator.is_relative_to(cache_folder)

    direction_files = DirectionFiles(data_folder / "directions", is_foreign)
    companion_links = CompanionLinks(data_folder / "parts.json")
    controller = SessionController(catalog, Opener(exports, direction_files, companion_links), settings, notices)
    bookmarks = Bookmarks(data_folder / "bookmarks")
    parts = Companions(controller.models, companion_links, settings, notices)
    numbers = NumberFiles(controller, bookmarks, notices)
    return Studio(
        document=controller.document,
        edits=controller.edits,
        models=controller.models,
        directions=controller.directions,
        pictures=controller.pictures,
        thumbnails=controller.thumbnails,
        player=controller.player,
        controller=controller,
        intake=Intake(controller, parts, numbers, notices),
        saver=Saver(notices),
        catalog=catalog,
        bookmarks=bookmarks,
        boards=Boards(controller.document, data_folder / "boards"),
        dimension_names=DimensionNames(controller.document, data_folder / "names", notices),
        trainings=TrainingRuns(data_folder / "runs", settings, notices),
        live=LiveModel(cache_folder / LIVE_FOLDER, controller, notices),
        quiz_results=QuizResults(data_folder, notices),
        last_visit=LastVisit(data_folder / "last-visit.json"),
        settings=settings,
        notices=notices,
    )


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="latent-explorer", description="Feel the latent space of a generator.")
    parser.add_argument(
        "paths",
        nargs="*",
        type=paths.model_path,
        metavar="path",
        help="a model (a bundled one by its name), a training run, a saved picture, directions or latents to open, or "
        "photos, or a folder of them",
    )
    parser.add_argument("--theme", choices=("dark", "light"), help="the look (remembered)")
    parser.add_argument("--version", action="version", version=f"{NAME} {__version__}")
    return parser


def _display_hint(message: str) -> list[str]:
    """Why no window can be shown, and what to do: libraries are named only where they are really missing."""
    if sys.platform.startswith("linux"):
        from ctypes.util import find_library

        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            return [_NO_DISPLAY]
        missing = [package for name, package in _DISPLAY_LIBRARIES if find_library(name) is None]
        if missing:
            return [f"Install what is missing: {' '.join(missing)}.", message]
    return [*(line for line in log_tail().lines if "xcb-cursor0" not in line), message]  # Qt names it in any case


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    if kind == QtMsgType.QtFatalMsg:  # Qt ends the program after this: say on the terminal what is missing
        sys.stderr.write("\n".join(["latent-explorer: no window can be shown.", *_display_hint(message), ""]))
        return
    levels = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}
    log.log(levels.get(kind, logging.WARNING), "Qt: %s", message)

"""A window of one's own, with tiny real models to open in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from explorer.app import build
from explorer.ui.window.clipboard import leave
from explorer.ui.window.main_window import MainWindow
from tests.models import tiny_generator

BuildWindow = Callable[[], MainWindow]


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models: ``faces`` (4 numbers), ``fashion`` (3 classes) and ``large`` (512 numbers)."""
    folder = tmp_path_factory.mktemp("models")
    for name, options in {
        "faces": {},
        "fashion": {"classes": 3, "seed": 1},
        "large": {"latent": 512},
    }.items():
        (folder / name).mkdir()
        tiny_generator(folder / name / "generator.onnx", **options)
    return folder


@pytest.fixture
def build_window(qtbot: QtBot, tmp_path: Path, tiny_models: Path) -> Iterator[BuildWindow]:
    """Builds windows that share their settings; closes each when the test ends."""
    windows = []

    def build_one() -> MainWindow:
        if not windows:
            without_style()
        window = build(tmp_path / "settings" / "settings.ini", models_folder=tiny_models)
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield build_one
    for window in windows:
        window.close()
        window.deleteLater()
    leave()


@pytest.fixture
def window(build_window: BuildWindow) -> MainWindow:
    """The window as it first opens, with no model."""
    return build_window()


@pytest.fixture
def opened(window: MainWindow, tiny_models: Path, qtbot: QtBot) -> MainWindow:
    """The window with ``faces`` open and its first picture shown."""
    open_and_wait(window, tiny_models / "faces", qtbot)
    return window


def without_style() -> None:
    """As a program starts: beneath the style of an earlier window each widget would be styled as it is added."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setStyleSheet("")


def open_and_wait(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    """Open a model and wait for its picture."""
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=20_000):
        window.open(path)


def let_draw(window: MainWindow, qtbot: QtBot, act: Callable[[], object]) -> None:
    """Do something that changes the scene, and wait for its picture."""
    with qtbot.waitSignal(window.studio.pictures.settled, timeout=10_000):
        act()


def pages(window: MainWindow) -> Iterator[str]:
    """Bring every view of every panel into sight, one after the other; gives their names."""
    for index, panel in enumerate(window.panels):
        window.show_panel(index)
        for view in range(max(len(panel.views), 1)):
            if panel.views:
                panel.show_view(view)
            QApplication.processEvents()
            yield f"{panel.title}: {panel.views[view]}" if panel.views else panel.title

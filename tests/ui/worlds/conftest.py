"""The panel Worlds, with a tiny world model open in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.worlds import tiny_world


@pytest.fixture
def world_folder(tmp_path: Path) -> Path:
    return tiny_world(tmp_path / "tiny")


def view_of(window: Any, title: str) -> Any:
    """Bring a view of the panel into sight."""
    window.show_panel([panel.title for panel in window.panels].index("Worlds"))
    window.panel.show_view(window.panel.views.index(title))
    return window.panel.view


@pytest.fixture
def drive(window: Any, world_folder: Path, qtbot: QtBot, remembered_trials: None) -> Any:
    """The view Drive, at the first frame."""
    view = view_of(window, "Drive")
    window.panel.open_own(world_folder)
    qtbot.waitUntil(lambda: view.driving.last is not None and not view.is_busy, timeout=20_000)
    return view

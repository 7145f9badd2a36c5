"""The Draw panel with a tiny translator that gives the negative of what is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.core.models.card import ModelCard
from explorer.ui.draw.draw_view import DrawView
from explorer.ui.draw.panel import DrawPanel
from explorer.ui.window.main_window import MainWindow
from tests.models import tiny_translator


def panel_of(window: MainWindow) -> DrawPanel:
    """The Draw panel, in sight."""
    index = next(place for place, each in enumerate(window.panels) if isinstance(each, DrawPanel))
    window.show_panel(index)
    panel = window.panels[index]
    assert isinstance(panel, DrawPanel)
    return panel


def drawing_with(window: MainWindow, translator: Path, qtbot: QtBot) -> DrawView:
    """The board, once a translator has answered what is on it."""
    panel = panel_of(window)
    view = panel.view
    assert isinstance(view, DrawView)
    with qtbot.waitSignal(view.board.shown, timeout=30_000):
        panel.open_own(translator)
    qtbot.waitUntil(lambda: not view.board.work.is_busy)
    return view


def lined(path: Path, given: str = "lines+dabs", **facts: object) -> Path:
    """A translator that says what it is given."""
    card = ModelCard(path.stem, "translator", height=32, width=32, channels=3, config={"given": given}, **facts)  # type: ignore[arg-type]
    return tiny_translator(path, size=32, card=card)


@pytest.fixture
def drawn(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> DrawView:
    """The board before a translator of lines and dabs, with the face it begins with."""
    return drawing_with(window, lined(tmp_path / "inked.onnx"), qtbot)

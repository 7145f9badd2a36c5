"""A model whose weights lie in other files is opened once the user says that it is trusted, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from explorer.ui.window.main_window import MainWindow
from tests.core.test_external import split_model


@pytest.fixture
def question(qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> QMessageBox:
    """What is asked when such a model is opened."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    window.open(split_model(tmp_path / "m"))
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=30_000)
    return window.findChildren(QMessageBox)[0]


def test_it_opens_once_it_is_trusted(qtbot: QtBot, window: MainWindow, question: QMessageBox) -> None:
    assert "weights.bin" in question.informativeText()
    trust = next(button for button in question.buttons() if button.text() == "Trust this file")
    with qtbot.waitSignal(window.studio.models.opened, timeout=30_000):
        trust.click()
    assert window.studio.models.current is not None


def test_it_stays_closed_where_it_is_not(qtbot: QtBot, window: MainWindow, question: QMessageBox) -> None:
    question.reject()
    qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    assert window.studio.models.current is None

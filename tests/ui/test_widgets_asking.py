"""The dialogs for files, and the button that chooses where pictures come from."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from explorer.session.settings import Settings
from explorer.session.traverse.map_pictures import PORTRAITS
from explorer.ui.widgets.asking import ask_where
from explorer.ui.widgets.source_button import SourceButton

TABLES = "Comma-separated values (*.csv);;JSON (*.json)"


@pytest.mark.parametrize(
    ("typed", "stood_at", "kinds", "name"),
    [
        ("a.csv", "JSON (*.json)", TABLES, "a.csv"),
        ("a.JSON", "Comma-separated values (*.csv)", TABLES, "a.JSON"),
        ("a", "JSON (*.json)", TABLES, "a.json"),
        ("a.b", "", TABLES, "a.b.csv"),
        ("pictures", "Folder (*)", "Folder (*)", "pictures"),
    ],
)
def test_a_name_gets_the_ending_it_lacks_and_its_folder_is_remembered(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    stood_at: str,
    kinds: str,
    name: str,
) -> None:
    suggested: list[str] = []

    def answer(_window: QWidget, _title: str, path: str, _kinds: str) -> tuple[str, str]:
        suggested.append(path)
        return str(tmp_path / typed), stood_at

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    settings, over = Settings(tmp_path / "settings.ini"), QWidget()
    qtbot.addWidget(over)
    assert ask_where(settings, over, "Save", "x.csv", kinds) == tmp_path / name
    assert settings.save_folder == tmp_path
    ask_where(settings, over, "Save", "x.csv", kinds)
    assert suggested == [str(Path.home() / "x.csv"), str(tmp_path / "x.csv")]


def test_nothing_is_saved_or_remembered_where_the_dialog_is_cancelled(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    settings, over = Settings(tmp_path / "settings.ini"), QWidget()
    qtbot.addWidget(over)
    assert ask_where(settings, over, "Save", "x.csv", TABLES) is None
    assert settings.save_folder is None


def test_a_source_is_shown_and_told_and_a_cancelled_dialog_changes_nothing(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    button = SourceButton("Real pictures", "Where they come from", portraits="Portraits (built in)")
    qtbot.addWidget(button)
    assert (button.text(), button.toolTip()) == ("Choose …", "Where they come from")
    with qtbot.waitSignal(button.chosen) as heard:
        button.menu().actions()[0].trigger()
    assert (heard.args, button.text()) == ([PORTRAITS], "Portraits (built in)")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    with qtbot.waitSignal(button.chosen) as heard:
        button.ask_folder()
    assert (heard.args, button.source, button.toolTip()) == ([tmp_path], tmp_path, str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    with qtbot.assertNotEmitted(button.chosen):
        button.ask_file()
    assert button.source == tmp_path

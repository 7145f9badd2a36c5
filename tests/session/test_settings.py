from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from explorer.session.settings import RECENT_KEPT, Settings


def test_settings_come_back(tmp_path):
    settings = Settings(tmp_path / "settings.ini")
    settings.theme, settings.device, settings.smooth = "light", "cuda", False
    settings.last_model, settings.save_folder = Path("/models/faces"), Path("/pictures")
    settings.remember_layout("window", QByteArray(b"\x00\x01"))
    settings.save()

    again = Settings(tmp_path / "settings.ini")
    assert (again.theme, again.device, again.smooth) == ("light", "cuda", False)
    assert (again.last_model, again.save_folder) == (Path("/models/faces"), Path("/pictures"))
    assert again.layout("window") == QByteArray(b"\x00\x01")


def test_what_was_never_set_has_its_default(tmp_path):
    settings = Settings(tmp_path / "settings.ini")
    assert (settings.theme, settings.device, settings.smooth) == ("dark", "auto", True)
    assert settings.last_model is None
    assert settings.recent == ()
    assert settings.layout("window").isEmpty()


def test_damaged_settings_have_their_defaults(tmp_path):
    file = tmp_path / "settings.ini"
    file.write_text("[General]\ntheme=purple\ndevice=@Invalid()\nrecent={\nlast_model=\nlayout\\window=7\n")
    settings = Settings(file)
    assert (settings.theme, settings.device, settings.recent) == ("dark", "auto", ())
    assert settings.last_model is None
    assert settings.layout("window").isEmpty()


def test_recent_files_are_newest_first_and_named_once(tmp_path):
    settings = Settings(tmp_path / "settings.ini")
    for number in range(20):
        settings.remember_recent(Path(f"/{number}"))
    settings.remember_recent(Path("/15"))
    assert settings.recent[:3] == (Path("/15"), Path("/19"), Path("/18"))
    assert len(settings.recent) == RECENT_KEPT


def test_choices_are_remembered_by_name(tmp_path):
    settings = Settings(tmp_path / "settings.ini")
    assert settings.choice("find_way") == ""
    settings.remember_choice("find_way", "Mark")
    settings.save()
    assert Settings(tmp_path / "settings.ini").choice("find_way") == "Mark"
    assert settings.choice("find_method") == ""


@pytest.mark.parametrize("name", ["x" * 5000, "/a\0b", "[" * 100_000])
def test_paths_at_which_nothing_can_be_are_forgotten(tmp_path, name):
    settings = Settings(tmp_path / "settings.ini")
    settings.last_model, settings.save_folder = Path(name), Path(name)
    settings._stored.setValue("recent", json.dumps([name, "/models/faces"]))
    assert settings.last_model is None
    assert settings.save_folder is None
    assert settings.recent == (Path("/models/faces"),)
    settings._stored.setValue("recent", name)
    assert settings.recent == ()

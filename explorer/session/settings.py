"""What the program remembers between two runs: every setting by name, with its type and its default."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QSettings

from explorer.core.files import path_in
from explorer.core.json_text import parsed_json

RECENT_KEPT = 12

Theme = Literal["dark", "light"]
Device = Literal["auto", "cpu", "cuda"]
TextSize = Literal["normal", "large", "presentation"]


class Settings:
    """Remembers; what was never set, or is damaged, has its default.

    Parameters
    ----------
    file : Path
        The INI file that holds the settings; made when first written to.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._stored = QSettings(str(file), QSettings.Format.IniFormat)

    def save(self) -> None:
        """Write to the file what was set since the last time."""
        self._stored.sync()

    @property
    def theme(self) -> Theme:
        """The look."""
        return "light" if self._text("theme") == "light" else "dark"

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._stored.setValue("theme", theme)

    @property
    def device(self) -> Device:
        """Where pictures are to be made."""
        text = self._text("device")
        return text if text in ("cpu", "cuda") else "auto"  # type: ignore[return-value]

    @device.setter
    def device(self, device: Device) -> None:
        self._stored.setValue("device", device)

    @property
    def smooth(self) -> bool:
        """Whether pictures are enlarged smoothly rather than shown pixel by pixel."""
        return self._text("smooth") != "no"

    @smooth.setter
    def smooth(self, smooth: bool) -> None:
        self._stored.setValue("smooth", "yes" if smooth else "no")

    @property
    def text_size(self) -> TextSize:
        """How large words are."""
        text = self._text("text_size")
        return text if text in ("large", "presentation") else "normal"  # type: ignore[return-value]

    @text_size.setter
    def text_size(self, size: TextSize) -> None:
        self._stored.setValue("text_size", size)

    @property
    def sides(self) -> bool:
        """Whether the side panels are shown."""
        return self._text("sides") != "no"

    @sides.setter
    def sides(self, shown: bool) -> None:
        self._stored.setValue("sides", "yes" if shown else "no")

    @property
    def strips(self) -> bool:
        """Whether the history and the bookmarks are shown."""
        return self._text("strips") != "no"

    @strips.setter
    def strips(self, shown: bool) -> None:
        self._stored.setValue("strips", "yes" if shown else "no")

    @property
    def returns(self) -> bool:
        """Whether the program begins where it ended, with the last picture and its history."""
        return self._text("returns") != "no"

    @returns.setter
    def returns(self, wanted: bool) -> None:
        self._stored.setValue("returns", "yes" if wanted else "no")

    @property
    def last_model(self) -> Path | None:
        """The model that was open last."""
        return path_in(self._text("last_model"))

    @last_model.setter
    def last_model(self, path: Path | None) -> None:
        self._stored.setValue("last_model", str(path) if path else "")

    @property
    def save_folder(self) -> Path | None:
        """Where a picture was saved last."""
        return path_in(self._text("save_folder"))

    @save_folder.setter
    def save_folder(self, folder: Path) -> None:
        self._stored.setValue("save_folder", str(folder))

    @property
    def recent(self) -> tuple[Path, ...]:
        """What the user opened, newest first."""
        return paths_from(self._text("recent"))

    def remember_recent(self, path: Path) -> None:
        """Put ``path`` in front of what was opened recently."""
        paths = [path, *(other for other in self.recent if other != path)]
        self._stored.setValue("recent", paths_text(paths[:RECENT_KEPT]))

    @property
    def recent_translators(self) -> tuple[Path, ...]:
        """The translators that the user opened, newest first."""
        return paths_from(self._text("recent_translators"))

    def remember_translator(self, path: Path) -> None:
        """Put ``path`` in front of the translators that were opened recently."""
        paths = [path, *(other for other in self.recent_translators if other != path)]
        self._stored.setValue("recent_translators", paths_text(paths[:RECENT_KEPT]))

    def choice(self, name: str) -> str:
        """What was chosen last under ``name``; "" if nothing was."""
        return self._text(f"choice/{name}")

    def remember_choice(self, name: str, chosen: str) -> None:
        """Remember what was chosen under ``name``."""
        self._stored.setValue(f"choice/{name}", chosen)

    def layout(self, name: str) -> QByteArray:
        """The state of the window part ``name``, in Qt's own form; empty if it was never remembered."""
        found = self._stored.value(f"layout/{name}")
        return found if isinstance(found, QByteArray) else QByteArray()

    def remember_layout(self, name: str, state: QByteArray) -> None:
        """Remember the state of the window part ``name``."""
        self._stored.setValue(f"layout/{name}", state)

    def _text(self, name: str) -> str:
        found = self._stored.value(name)
        return found if isinstance(found, str) else ""


def paths_text(paths: Iterable[Path]) -> str:
    """Paths as one setting, which `paths_from` reads."""
    return json.dumps([str(path) for path in paths])


def paths_from(text: str) -> tuple[Path, ...]:
    """The paths of a setting; none where it is damaged."""
    try:
        names = parsed_json(text or "[]")
    except ValueError:
        return ()
    paths = (path_in(name) for name in names if isinstance(name, str)) if isinstance(names, list) else ()
    return tuple(path for path in paths if path is not None)

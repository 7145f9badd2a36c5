"""What a user calls the dimensions of a model: kept by its hash, and changed undoably."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.core.json_store import JsonStore
from explorer.core.problem import Problem
from explorer.session.document import Document
from explorer.session.notices import Notices

FORMAT = "latent-explorer/dimension-names"
_LONGEST = 40  # letters
_LARGEST_BYTES = 4 << 20
_PLAIN = re.compile(r"[zw]\d+|axis \d+")


class DimensionNames(QObject):
    """Names of dimensions, by what they are called without one: "z31", "w7" or "axis 3".

    Parameters
    ----------
    document : Document
        Its history remembers the changes.
    folder : Path
        Where the names are kept, a file for each model; made when first written to.

    Signals
    -------
    changed(model) : str
        The dimensions of the model with this hash have other names.
    """

    changed = Signal(str)

    def __init__(self, document: Document, folder: Path, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._folder, self._notices = document, folder, notices
        self._kept: dict[str, dict[str, str]] = {}

    def of(self, model: str) -> Mapping[str, str]:
        """The names that dimensions of the model with this hash were given."""
        if model not in self._kept:
            self._kept[model] = self._store(model).read(_names, {}) if model else {}
        return self._kept[model]

    def call(self, model: str, plain: str, name: str) -> None:
        """Call the dimension ``plain``, such as "z31", ``name``; "" or its own plain name takes the name off."""
        before = dict(self.of(model))
        name = " ".join(name.split())[:_LONGEST]
        after = {key: value for key, value in before.items() if key != plain}
        if name and name != plain:
            after[plain] = name
        if after != before:
            self._document.do(f"Name {plain}", partial(self._put, model, after), partial(self._put, model, before))

    def _put(self, model: str, names: dict[str, str]) -> None:
        self._kept[model] = names
        try:
            self._store(model).write({"format": FORMAT, "version": 1, "names": names}, indent=1)
        except Problem as problem:
            self._notices.show_error(problem)
        self.changed.emit(model)

    def _store(self, model: str) -> JsonStore:
        return JsonStore.of_model(self._folder, model, _LARGEST_BYTES)


def _names(data: Any) -> dict[str, str]:
    if data["format"] != FORMAT or data["version"] != 1:
        raise ValueError("another format")
    found = {str(key): " ".join(str(name).split())[:_LONGEST] for key, name in data["names"].items()}
    return {key: name for key, name in found.items() if _PLAIN.fullmatch(key) and name}

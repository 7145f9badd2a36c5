"""The scenes a user wants to find again, model by model."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from explorer.core.json_store import JsonStore
from explorer.core.rendering.scene import Scene, scene_facts, scene_from

FORMAT = "latent-explorer/bookmarks"
_LARGEST_BYTES = 256 << 20


@dataclass(frozen=True, eq=False)
class Bookmark:
    """A scene, what the user calls it, and a key that tells it from the others."""

    scene: Scene
    name: str = ""
    key: str = ""


class Bookmarks:
    """Keeps the bookmarks of every model in a file of its own, written at every change.

    Parameters
    ----------
    folder : Path
        Where the files lie, named by the hash of their model; made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[str, tuple[Bookmark, ...]] = {}

    def of(self, model: str) -> tuple[Bookmark, ...]:
        """The bookmarks of the model with the hash ``model``, oldest first.

        Raises
        ------
        Problem
            Their file is damaged. It has been set aside under another name, and the list begins anew.
        """
        if model not in self._kept:
            self._kept[model] = ()
            self._kept[model] = self._read(model)
        return self._kept[model]

    def add(self, scene: Scene, name: str = "") -> Bookmark:
        """Remember ``scene``; gives the new bookmark. Raises `Problem` if it cannot be written."""
        bookmark = Bookmark(scene, name, secrets.token_hex(8))
        self._keep(scene.model, (*self.of(scene.model), bookmark))
        return bookmark

    def add_all(self, scenes: Sequence[Scene], names: Sequence[str]) -> None:
        """Remember scenes of one model, each under its name, in one go; as `add`."""
        marks = [Bookmark(scene, name, secrets.token_hex(8)) for scene, name in zip(scenes, names, strict=True)]
        if marks:
            self._keep(scenes[0].model, (*self.of(scenes[0].model), *marks))

    def remove(self, model: str, key: str) -> None:
        """Forget one bookmark."""
        self._keep(model, tuple(mark for mark in self.of(model) if mark.key != key))

    def rename(self, model: str, key: str, name: str) -> None:
        """Call one bookmark ``name``."""
        marks = self.of(model)
        self._keep(model, tuple(replace(mark, name=name) if mark.key == key else mark for mark in marks))

    def _store(self, model: str) -> JsonStore:
        return JsonStore.of_model(self.folder, model, _LARGEST_BYTES)

    def _keep(self, model: str, marks: tuple[Bookmark, ...]) -> None:
        rows = [{"name": mark.name, "scene": scene_facts(mark.scene)} for mark in marks]
        self._store(model).write({"format": FORMAT, "version": 1, "bookmarks": rows}, indent=1)
        self._kept[model] = marks

    def _read(self, model: str) -> tuple[Bookmark, ...]:
        return self._store(model).read_or_set_aside(_bookmarks, (), "The bookmarks of this model", "list")


def _bookmarks(data: dict[str, Any]) -> tuple[Bookmark, ...]:
    return tuple(
        Bookmark(scene_from(row["scene"]), str(row.get("name", "")), secrets.token_hex(8)) for row in data["bookmarks"]
    )

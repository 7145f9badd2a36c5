"""The scenes a user wants to find again, model by model."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
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


_Marks = tuple[Bookmark, ...]


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
        self._change(scene.model, lambda marks: (*marks, bookmark))
        return bookmark

    def put(self, bookmark: Bookmark, place: int) -> None:
        """Put a bookmark that was removed back to its ``place``."""
        self._change(bookmark.scene.model, lambda marks: (*marks[:place], bookmark, *marks[place:]))

    def add_all(self, scenes: Sequence[Scene], names: Sequence[str]) -> None:
        """Remember scenes of one model, each under its name, in one go; as `add`."""
        new = [Bookmark(scene, name, secrets.token_hex(8)) for scene, name in zip(scenes, names, strict=True)]
        if new:
            self._change(scenes[0].model, lambda marks: (*marks, *new))

    def remove(self, model: str, key: str) -> None:
        """Forget one bookmark."""
        self._change(model, lambda marks: tuple(mark for mark in marks if mark.key != key))

    def rename(self, model: str, key: str, name: str) -> None:
        """Call one bookmark ``name``."""
        self._change(
            model, lambda marks: tuple(replace(mark, name=name) if mark.key == key else mark for mark in marks)
        )

    def _store(self, model: str) -> JsonStore:
        return JsonStore.of_model(self.folder, model, _LARGEST_BYTES)

    def _change(self, model: str, change: Callable[[_Marks], _Marks]) -> None:
        """Change what the file holds now: another window may have written it since it was read."""
        known = {mark.key: mark for mark in self.of(model)}
        store = self._store(model)
        with store.alone():
            # a scene that is known stays the same object, by which its thumbnail is found
            found = (replace(mark, scene=known.get(mark.key, mark).scene) for mark in self._read(model))
            marks = change(tuple(found))
            rows = [{"key": mark.key, "name": mark.name, "scene": scene_facts(mark.scene)} for mark in marks]
            store.write({"format": FORMAT, "version": 1, "bookmarks": rows}, indent=1)
        self._kept[model] = marks

    def _read(self, model: str) -> _Marks:
        return self._store(model).read_or_set_aside(_bookmarks, (), "The bookmarks of this model", "list")


def _bookmarks(data: dict[str, Any]) -> _Marks:
    return tuple(
        Bookmark(scene_from(row["scene"]), str(row.get("name", "")), str(row.get("key") or _key_of(row, place)))
        for place, row in enumerate(data["bookmarks"])
    )


def _key_of(row: dict[str, Any], place: int) -> str:
    """The same at every reading, for a file that was written without keys."""
    return hashlib.sha256(f"{place} {json.dumps(row, sort_keys=True)}".encode()).hexdigest()[:16]

"""The scenes a user wants to find again, model by model."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.core.files import name_by, read_file, replace_file
from explorer.core.json_text import parsed_json
from explorer.core.problem import Problem
from explorer.core.rendering.scene import Scene, scene_from_json, scene_to_json

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
        marks = [
            Bookmark(scene, name, secrets.token_hex(8)) for scene, name in zip(scenes, names, strict=True)
        ]
        if marks:
            self._keep(scenes[0].model, (*self.of(scenes[0].model), *marks))

    def remove(self, model: str, key: str) -> None:
        """Forget one bookmark."""
        self._keep(model, tuple(mark for mark in self.of(model) if mark.key != key))

    def rename(self, model: str, key: str, name: str) -> None:
        """Call one bookmark ``name``."""
        marks = self.of(model)
        self._keep(model, tuple(replace(mark, name=name) if mark.key == key else mark for mark in marks))

    def _file(self, model: str) -> Path:
        return self.folder / f"{name_by(model)}.json"

    def _keep(self, model: str, marks: tuple[Bookmark, ...]) -> None:
        rows = [{"name": mark.name, "scene": json.loads(scene_to_json(mark.scene))} for mark in marks]
        text = json.dumps({"format": FORMAT, "version": 1, "bookmarks": rows}, indent=1)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            hint = "Allow writing there; the bookmarks you had are untouched."
            raise Problem(
                f"There can be no folder for bookmarks at {self.folder} ({error}).", hint
            ) from error
        with replace_file(self._file(model)) as file:
            file.write(text.encode())
        self._kept[model] = marks

    def _read(self, model: str) -> tuple[Bookmark, ...]:
        if not self._file(model).exists():
            return ()
        try:
            data = parsed_json(read_file(self._file(model), _LARGEST_BYTES))
            return tuple(_bookmark(row) for row in data["bookmarks"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Problem) as error:
            raise self._set_aside(model, error) from error

    def _set_aside(self, model: str, error: Exception) -> Problem:
        file = self._file(model)
        aside = file.with_name(f"{file.stem}.damaged-{secrets.token_hex(4)}.json")
        hint = f"It was kept as {aside}; a new list begins."
        try:
            file.rename(aside)
        except OSError:
            hint = f"Look at {file}; it will be replaced by the next bookmark."
        return Problem(f"The bookmarks of this model could not be read ({type(error).__name__}).", hint)


def _bookmark(row: dict[str, object]) -> Bookmark:
    scene = scene_from_json(json.dumps(row["scene"]))
    return Bookmark(scene, str(row.get("name", "")), secrets.token_hex(8))

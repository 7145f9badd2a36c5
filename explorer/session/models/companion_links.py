"""Which encoders, critics and classifiers were given to which generator: remembered by their contents' hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from explorer.core.files import hash_of, path_in
from explorer.core.json_store import JsonStore
from explorer.core.models.model import ModelFiles
from explorer.core.problem import Problem

PARTS = ("encoder", "critic", "classifier")


@dataclass(frozen=True)
class Attached:
    """A part that was given to a model.

    Attributes
    ----------
    path : Path
    hash : str
        SHA-256 of the file as it was then; another file in its place is not used.
    """

    path: Path
    hash: str


class CompanionLinks:
    """The parts that were given to models, in one file, written at every change. Read from any thread.

    Parameters
    ----------
    file : Path
        Made when first written to.
    """

    def __init__(self, file: Path) -> None:
        self._store = JsonStore(file)
        self._kept: Mapping[str, Mapping[str, Attached]] | None = None

    def of(self, model: str) -> Mapping[str, Attached]:
        """The parts of the generator with the hash ``model``, by their names."""
        if self._kept is None:
            self._kept = self._read()
        return self._kept.get(model, {})

    def attach(self, model: str, part: str, attached: Attached) -> None:
        """Give the generator with the hash ``model`` an encoder, critic or classifier.

        Raises
        ------
        Problem
            That cannot be written.
        """
        self._change(model, part, attached)

    def detach(self, model: str, part: str) -> None:
        """Take a part off again; raises as `attach`."""
        self._change(model, part, None)

    def added_to(self, files: ModelFiles, model: str) -> tuple[ModelFiles, Problem | None]:
        """``files`` with the parts that were given to the model, and what became of one that cannot be used.

        Reads files: not for the GUI thread.
        """
        sound: dict[str, Any] = {}
        problem = None
        for part, attached in self.of(model).items():
            if hash_or_nothing(attached.path) == attached.hash:
                sound[part] = attached.path
            else:
                gone = "is not there any more" if not attached.path.exists() else "has changed"
                what = f"The {part} {attached.path.name}, which this model was given, {gone}."
                problem = Problem(what, "Open it again to use it, or remove it in the menu of the model.")
        return replace(files, **sound), problem

    def _change(self, model: str, part: str, attached: Attached | None) -> None:
        with self._store.alone():
            kept = dict(self._read())
            kept[model] = {name: each for name, each in kept.get(model, {}).items() if name != part}
            if attached is not None:
                kept[model][part] = attached
            rows = {
                each: {part: {**asdict(one), "path": str(one.path)} for part, one in parts.items()}
                for each, parts in kept.items()
                if parts
            }
            self._store.write({"format": "latent-explorer/parts", "models": rows}, indent=1)
        self._kept = kept

    def _read(self) -> dict[str, dict[str, Attached]]:
        """What the file holds; a damaged one is set aside untold, for it holds nothing that cannot be done again."""
        try:
            return self._store.read_or_set_aside(_models, {}, "The list of parts", "list")
        except Problem:
            return {}


def _models(data: Any) -> dict[str, dict[str, Attached]]:
    return {str(model): _parts(rows) for model, rows in data["models"].items()}


def hash_or_nothing(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal; "" where it cannot be read, and so is no file that is known."""
    try:
        return hash_of(path)
    except Problem:
        return ""


def _parts(rows: Mapping[str, Mapping[str, str]]) -> dict[str, Attached]:
    told = {part: rows[part] for part in PARTS if part in rows}
    return {part: Attached(path, str(row["hash"])) for part, row in told.items() if (path := path_in(row["path"]))}

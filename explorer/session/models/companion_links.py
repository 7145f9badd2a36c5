"""Which encoders, critics and classifiers were given to which generator: remembered by their contents' hashes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from explorer.core.files import hash_of, read_file, replace_file
from explorer.core.json_text import parsed_json
from explorer.core.models.model import ModelFiles
from explorer.core.problem import Problem

PARTS = ("encoder", "critic", "classifier")

_LARGEST_BYTES = 16 << 20


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
        self._file = file
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
        self._keep(model, {**self.of(model), part: attached})

    def detach(self, model: str, part: str) -> None:
        """Take a part off again; raises as `attach`."""
        self._keep(model, {name: each for name, each in self.of(model).items() if name != part})

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

    def _keep(self, model: str, parts: Mapping[str, Attached]) -> None:
        kept = {**(self._kept or {}), model: parts}
        rows = {
            each: {part: {**asdict(one), "path": str(one.path)} for part, one in parts.items()}
            for each, parts in kept.items()
            if parts
        }
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            what = f"There can be no folder {self._file.parent} ({error.strerror})."
            raise Problem(what, "Allow writing there.") from error
        with replace_file(self._file) as file:
            file.write(json.dumps({"format": "latent-explorer/parts", "models": rows}, indent=1).encode())
        self._kept = kept

    def _read(self) -> Mapping[str, Mapping[str, Attached]]:
        """What the file holds; a damaged one is set aside, for it holds nothing that cannot be done again."""
        if not self._file.is_file():
            return {}
        try:
            models = parsed_json(read_file(self._file, _LARGEST_BYTES))["models"]
            return {str(model): _parts(rows) for model, rows in models.items()}
        except (Problem, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            try:
                self._file.rename(
                    self._file.with_name(f"{self._file.stem}.damaged-{secrets.token_hex(4)}.json")
                )
            except OSError:
                pass  # it will be replaced
            return {}


def hash_or_nothing(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal; "" where it cannot be read, and so is no file that is known."""
    try:
        return hash_of(path)
    except Problem:
        return ""


def _parts(rows: Mapping[str, Mapping[str, str]]) -> dict[str, Attached]:
    return {
        part: Attached(Path(rows[part]["path"]), str(rows[part]["hash"])) for part in PARTS if part in rows
    }

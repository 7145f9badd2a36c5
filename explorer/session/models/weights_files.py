"""Weights that others saved, opened as models: converted once, kept by their hash, and read as the user chose."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from explorer.core.files import hash_of, made_folder, read_file, replace_file
from explorer.core.json_text import parsed_json
from explorer.core.models.model import GENERATOR, ModelFiles
from explorer.core.problem import Problem
from explorer.training.weight_import.converting import converted, folder_in
from explorer.training.weight_import.forms import check_file, named_like_weights
from explorer.training.weight_import.interpretation import WeightInterpretation, readings_of

_LARGEST_ANSWERS = 1 << 16


class WeightsFiles:
    """Finds the models of files of weights, slowly: to be called in a worker thread.

    Parameters
    ----------
    folder : Path
        Where the models made of them are kept, with what was chosen for each file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes: dict[tuple[Path, int, int], str] = {}

    def files(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> ModelFiles:
        """The parts of the model in a file of weights; it is converted first, unless it was before.

        Raises
        ------
        Problem
            It cannot be read, or holds no generator that is known.
        """
        check_file(path)  # before its bytes are hashed, which may take long, or for ever
        return converted(path, self._folder, self.chosen(self._hash(path)), cancelled=cancelled)

    def generator_of(self, path: Path) -> Path:
        """Where the generator of a file of weights lies, or would lie once it was converted."""
        sha256 = self._hash(path)
        return folder_in(self._folder, sha256, self.chosen(sha256)) / GENERATOR

    def made(self, files: ModelFiles) -> bool:
        """Whether a model was made here, of weights, and so can be trusted."""
        return files.generator.parent.parent.resolve() == self._folder.resolve()

    def readings(self, files: ModelFiles) -> WeightInterpretation | None:
        """How a model was read from weights; None where it was not."""
        return readings_of(files.generator.parent)

    def chosen(self, sha256: str) -> Mapping[str, str]:
        """What the user chose for the file with this hash, by the keys of the questions."""
        try:
            told = parsed_json(read_file(self._answers(sha256), _LARGEST_ANSWERS))
            return {str(key): str(answer) for key, answer in told.items()}
        except (Problem, ValueError, AttributeError):
            return {}

    def choose(self, sha256: str, chosen: Mapping[str, str]) -> None:
        """Remember what the user chose for the file with this hash.

        Raises
        ------
        Problem
            It cannot be written.
        """
        made_folder(self._answers(sha256).parent)
        with replace_file(self._answers(sha256)) as file:
            file.write(json.dumps(dict(chosen)).encode())

    def _answers(self, sha256: str) -> Path:
        return self._folder / "readings" / f"{sha256}.json"

    def _hash(self, path: Path) -> str:
        """SHA-256 of a file, reckoned once for each state of it."""
        try:
            state = path.stat()
        except OSError as error:
            raise Problem(
                f"{path.name} could not be read ({error.strerror}).", "Copy it elsewhere."
            ) from None
        if not stat.S_ISREG(state.st_mode):  # a pipe would be waited for
            raise Problem(f"{path.name} is not an ordinary file.", "Choose another one.")
        key = (path, state.st_mtime_ns, state.st_size)
        if key not in self._hashes:
            self._hashes[key] = hash_of(path)
        return self._hashes[key]


def holds_weights(path: Path) -> bool:
    """Whether ``path`` is, by its name, a file of weights, and no model's folder."""
    return named_like_weights(path) and not (path / GENERATOR).is_file()

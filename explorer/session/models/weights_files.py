"""Weights that others saved, opened as models: converted once, kept by their hash, and read as the user chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.files import Hashes, path_in
from explorer.core.json_store import JsonStore
from explorer.core.models.file_kinds import named_like_weights
from explorer.core.models.model import GENERATOR, READINGS, ModelFiles
from explorer.core.problem import Problem
from explorer.session.models.converted_models import note_use

if TYPE_CHECKING:
    from explorer.training.weight_import.interpretation import WeightInterpretation

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
        self._hashes = Hashes()

    def files(
        self,
        path: Path,
        cancelled: Callable[[], bool] = lambda: False,
        staged: Callable[[str], object] = lambda _stage: None,
    ) -> ModelFiles:
        """The parts of the model in a file of weights; it is converted first, unless it was before.

        ``staged`` is told what is being done meanwhile.

        Raises
        ------
        Problem
            It cannot be read, or holds no generator that is known.
        """
        from explorer.training.weight_import.converting import converted
        from explorer.training.weight_import.forms import check_file

        check_file(path)  # before its bytes are hashed, which may take long, or for ever
        sha256 = self._hashes.of(path)
        source = self.source(sha256)
        try:
            files = converted(path, self._folder, self.chosen(sha256), source, cancelled=cancelled, staged=staged)
        except Problem:
            if source is not None and not cancelled():
                self._source(sha256).file.unlink(missing_ok=True)  # the next time it is read without
            raise
        note_use(files.generator.parent)
        return files

    def generator_of(self, path: Path) -> Path:
        """Where the generator of a file of weights lies, or would lie once it was converted."""
        from explorer.training.weight_import.converting import folder_in, sources_for

        sha256 = self._hashes.of(path)
        stamp = sources_for(path, self.source(sha256)).stamp
        return folder_in(self._folder, sha256, self.chosen(sha256), stamp) / GENERATOR

    def made(self, files: ModelFiles) -> bool:
        """Whether a model was made here, of weights, and so can be trusted."""
        return files.generator.parent.parent.resolve() == self._folder.resolve()

    def readings(self, files: ModelFiles) -> WeightInterpretation | None:
        """How a model was read from weights; None where it was not."""
        folder = files.generator.parent
        if not (folder / READINGS).is_file():  # most models, for which nothing need be loaded
            return None
        from explorer.training.weight_import.interpretation import readings_of

        return readings_of(folder)

    def chosen(self, sha256: str) -> Mapping[str, str]:
        """What the user chose for the file with this hash, by the keys of the questions."""
        return self._answers(sha256).read(
            lambda written: {str(key): str(answer) for key, answer in written.items()}, {}
        )

    def choose(self, sha256: str, chosen: Mapping[str, str]) -> None:
        """Remember what the user chose for the file with this hash.

        Raises
        ------
        Problem
            It cannot be written.
        """
        self._answers(sha256).write(dict(chosen))

    def source(self, sha256: str) -> Path | None:
        """The source that the user chose for the file with this hash; None where there is none, or none any more."""
        place = self._source(sha256).read(lambda told: path_in(told["source"]), None)
        return place if place is not None and place.is_file() else None

    def choose_source(self, path: Path, source: Path) -> None:
        """Remember in which ``.py`` or notebook the network of a file of weights is written.

        Raises
        ------
        Problem
            The source is not there or not a program, the weights cannot be read, or it cannot be written.
        """
        from explorer.training.weight_import.forms import check_file
        from explorer.training.weight_import.source.beside import given_source

        (place,) = given_source(source).paths
        check_file(path)
        self._source(self._hashes.of(path)).write({"source": str(place)})

    def _source(self, sha256: str) -> JsonStore:
        return JsonStore(self._folder / "readings" / f"{sha256}-source.json", _LARGEST_ANSWERS)

    def _answers(self, sha256: str) -> JsonStore:
        return JsonStore(self._folder / "readings" / f"{sha256}.json", _LARGEST_ANSWERS)


def holds_weights(path: Path) -> bool:
    """Whether ``path`` is, by its name, a file of weights, and no model's folder."""
    return named_like_weights(path) and not (path / GENERATOR).is_file()

"""Takes the source, among those that lie beside the weights, that tells most of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from explorer.core.problem import Problem
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.source.beside import SourceFiles
from explorer.training.weight_import.source.rebuilding import NoNetworkHere, rebuilt_from

_MOST_COMPLAINTS = 2


class SourceReader:
    """Reads weights by the source that fits them best.

    Attributes
    ----------
    complaints : list of str
        Why sources that seem to be of these weights could not be followed.
    """

    def __init__(self, tensors: Mapping[str, Tensor], sources: SourceFiles) -> None:
        self._tensors, self._sources = tensors, sources
        self._settled: Path | None = sources.paths[0] if sources.is_given else None
        self._is_new = True
        self.complaints: list[str] = []

    def read(self, chosen: Mapping[str, str]) -> tuple[Rebuilt, str] | None:
        """Networks as a source says, and where in the file they were; None where no source fits.

        Raises
        ------
        Problem
            The source that a person chose does not fit.
        """
        if self._settled is None and self._is_new:
            self._settle()
        self._is_new = False
        return None if self._settled is None else rebuilt_from(self._settled, self._tensors, chosen)

    def _settle(self) -> None:
        """Take the source that leaves the fewest questions: a program that trains tells more than a file of classes."""
        fewest = 0
        for path in self._sources.paths:
            try:
                found, _ = rebuilt_from(path, self._tensors, {})
            except Problem as problem:
                self._note(path, problem)
                continue
            if self._settled is None or len(found.choices) < fewest:
                self._settled, fewest = path, len(found.choices)
            if not found.choices:
                return

    def _note(self, path: Path, problem: Problem) -> None:
        if not isinstance(problem, NoNetworkHere) and len(self.complaints) < _MOST_COMPLAINTS:
            self.complaints.append(f"{path.name} lies beside the weights, but did not help: {problem.what}")

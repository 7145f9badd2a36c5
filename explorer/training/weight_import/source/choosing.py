"""Takes the source, among those that lie beside the weights, that is of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from explorer.core.problem import Problem
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.source.beside import Sources
from explorer.training.weight_import.source.rebuilding import NoNetworkHere, rebuilt_from


class SourceReader:
    """Reads weights by the first source that fits them.

    Attributes
    ----------
    complaints : list of str
        Why sources that seem to be of these weights could not be followed.
    """

    def __init__(self, tensors: Mapping[str, Tensor], sources: Sources) -> None:
        self._tensors = tensors
        self._left = list(sources.paths)
        self._is_given = sources.is_given
        self.complaints: list[str] = []

    def read(self, chosen: Mapping[str, str]) -> tuple[Rebuilt, str] | None:
        """Networks as a source says, and where in the file they were; None where no source fits.

        Raises
        ------
        Problem
            The source that a person chose does not fit.
        """
        while self._left:
            try:
                return rebuilt_from(self._left[0], self._tensors, chosen)
            except Problem as problem:
                if self._is_given:
                    raise
                self._put_away(problem)
        return None

    def _put_away(self, problem: Problem) -> None:
        path: Path = self._left.pop(0)
        if not isinstance(problem, NoNetworkHere):
            self.complaints.append(f"{path.name} lies beside the weights, but did not help: {problem.what}")

"""A network of sentences as a graph: whether it is what its card says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.graph import Port
from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.models.card import ModelCard

_HINT = "Export it again."


@dataclass(frozen=True)
class TextPorts:
    """Its input: the numbers of words, (N, longest) int64.

    Attributes
    ----------
    name : str
    words, longest : int
        How many words it knows, and how many a sentence may have.
    """

    name: str
    words: int
    longest: int

    @property
    def batch(self) -> str:
        """Any number of sentences at once."""
        return "dynamic"

    def trial(self, batch: int, draw: np.random.RandomState, scale: float) -> Mapping[str, NDArray[Any]]:
        """Random sentences for a test run; ``scale`` is of no use to words, but 0 stands for none."""
        said = draw.randint(0, self.words + 1, (batch, self.longest)).astype(np.int64)
        return {self.name: said * (scale > 0.0)}


def text_ports(inputs: tuple[Port, ...], card: ModelCard) -> TextPorts | None:
    """The input of a network of sentences, whose vocabulary its card tells; None where it is not that of one."""
    known = card.vocabulary
    if known is None or len(inputs) != 1:
        return None
    (port,) = inputs
    fits = port.dtype == "int64" and len(port.shape) == 2 and port.shape[1] == known.longest
    return TextPorts(port.name, len(known.words), known.longest) if fits else None


def check_text(path: Path, inputs: tuple[Port, ...], outputs: tuple[Port, ...], card: ModelCard) -> None:
    """That a graph is the network of sentences that its card speaks of.

    Raises
    ------
    Problem
        Its card has no vocabulary, or of another length than its graph, or it gives no row of numbers.
    """
    gives_row = len(outputs) == 1 and len(outputs[0].shape) == 2 and isinstance(outputs[0].shape[1], int)
    if text_ports(inputs, card) is None or not gives_row:
        raise Problem(f"{path.name} does not make numbers of sentences as its card says.", _HINT)

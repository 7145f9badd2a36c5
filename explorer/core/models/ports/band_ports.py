"""The two networks that paint a picture in bands, a row and a pixel at a time, as graphs: what goes in, and what out.

They lie beside the ``step.onnx`` of a raster model, ``row.onnx`` and ``pixel.onnx``, and spare it the work: a step
looks at the whole picture for each of its values. Each gives, behind its answer, what it wants to be handed the next
time.

    row     above (N, C + 1, R, W), memory (N, M, W), row (N,) int64, perhaps label (N,) int64  ->  (N, K + M, W)
    pixel   left (N, C + 1, S), told (N, K), memory (N, P), pixel (N, C)                        ->  (N, L C + P)

R rows above and S pixels to the left are told with a further channel of ones, and zeros where they lie outside of the
picture; memories are zeros at first, those of pixels in each row anew; K numbers of a row's answer are told to each of
its pixels; of a pixel that is painted the channels so far are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.graph import Port
from explorer.core.models.inputs import Batch
from explorer.core.problem import Problem

BANDS = ("row", "pixel")
"""Kinds of such networks, as their cards say."""

_AXES = {
    "row": {"above": 4, "memory": 3, "row": 1},
    "pixel": {"left": 3, "told": 2, "memory": 2, "pixel": 2},
}
_WHOLE_NUMBERS = ("row", "label")


@dataclass(frozen=True)
class BandPorts:
    """The inputs of one of the two networks, by their names.

    Attributes
    ----------
    kind : str
        One of `BANDS`.
    ports : mapping of str to Port
    """

    kind: str
    ports: Mapping[str, Port]

    @property
    def batch(self) -> Batch:
        """Always open."""
        return "dynamic"

    @property
    def takes_class(self) -> bool:
        """Whether it is told the class."""
        return "label" in self.ports

    def sizes(self, name: str) -> tuple[int, ...]:
        """Of an input, its sizes behind the batch."""
        return tuple(int(size) for size in self.ports[name].shape[1:])

    def trial(self, batch: int, draw: np.random.RandomState, scale: float) -> Mapping[str, NDArray[Any]]:
        """Random values for a test run: noise, ``scale`` times the usual, for the first row and of class 0."""
        return {
            name: np.zeros(batch, np.int64)
            if name in _WHOLE_NUMBERS and port.dtype == "int64"
            else (scale * draw.standard_normal((batch, *self.sizes(name)))).astype(np.float32)
            for name, port in self.ports.items()
        }


def band_ports(inputs: tuple[Port, ...], kind: str) -> BandPorts | None:
    """The inputs of a ``row`` or ``pixel`` network; None where they are not those of one."""
    known = {port.name: port for port in inputs}
    wanted = dict(_AXES[kind]) | ({"label": 1} if kind == "row" and "label" in known else {})
    fits = known.keys() == wanted.keys() and all(_fits(port, wanted[name]) for name, port in known.items())
    return BandPorts(kind, {name: known[name] for name in wanted}) if fits else None


def _fits(port: Port, axes: int) -> bool:
    dtype = "int64" if axes == 1 else "float32"
    sized = all(isinstance(size, int) and size > 0 for size in port.shape[1:])
    return port.dtype == dtype and len(port.shape) == axes and sized and not isinstance(port.shape[0], int)


def checked_band(path: Path, inputs: tuple[Port, ...], outputs: tuple[Port, ...], kind: str) -> BandPorts:
    """The inputs of a network that its card calls ``row`` or ``pixel``.

    Parameters
    ----------
    path : Path
    inputs, outputs : tuple of Port
        The outputs with the sizes they really have.
    kind : str

    Raises
    ------
    Problem
        Inputs and output are not those of one, or the output has no room for the memory.
    """
    ports = band_ports(inputs, kind)
    if ports is None or len(outputs) != 1:
        taken = ", ".join(port.name for port in inputs) or "nothing"
        needs = ", ".join(_AXES[kind])
        raise Problem(
            f"{path.name} does not paint a {kind}: it takes {taken} and gives {len(outputs)} results.",
            f"It has to take {needs}, with an open batch, and give one result. Export it again.",
        )
    given, memory = tuple(outputs[0].shape[1:]), ports.sizes("memory")
    whole = all(isinstance(size, int) for size in given)
    if not whole or len(given) != len(memory) or int(given[0]) <= memory[0] or given[1:] != memory[1:]:
        shown, kept = (" × ".join(str(size) for size in sizes) for sizes in (given, memory))
        what = f"{path.name} remembers {kept} numbers, and gives {shown}: there is no room for them behind an answer."
        raise Problem(what, "Export it again.")
    return ports

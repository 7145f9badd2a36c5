"""The ``row.onnx`` and ``pixel.onnx`` beside a raster model's step, open: they paint for the work of one whole run.

They run on the CPU wherever the step runs: what they do at once is little, and waits for what they did before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.inference.engine import Engine
from explorer.core.inference.providers import open_session
from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile
from explorer.core.models.inspection import examine
from explorer.core.models.model import bands_beside
from explorer.core.models.policy import read_model
from explorer.core.models.ports.band_ports import BandPorts, checked_band
from explorer.core.problem import Problem
from explorer.core.sampling.bands import BandLogits, BandShape, Floats
from explorer.core.sampling.painting import Labels
from explorer.core.sampling.schedules import RasterSchedule


class BandRuns:
    """Begins paintings in bands. Any thread may use it; whoever opened it closes it.

    Parameters
    ----------
    row, pixel : ModelFile
        Examined.
    card : ModelCard
        Of the step, which both have to fit.

    Raises
    ------
    Problem
        They do not belong to the step, or to each other.
    """

    def __init__(self, row: ModelFile, pixel: ModelFile, card: ModelCard) -> None:
        of_row = checked_band(row.path, row.inputs, row.outputs, "row")
        of_pixel = checked_band(pixel.path, pixel.inputs, pixel.outputs, "pixel")
        if said := _unfit(of_row, of_pixel, row, pixel, card):
            what = f"{row.path.name} and {pixel.path.name} do not belong to this step: {said}."
            raise Problem(what, "Export the model again, or remove both files: it then paints slowly.")
        self.shape = BandShape(
            rows=of_row.sizes("above")[1],
            left=of_pixel.sizes("left")[1],
            row_memory=of_row.sizes("memory")[0],
            pixel_memory=of_pixel.sizes("memory")[0],
        )
        self._takes_class = of_row.takes_class
        self._row = Engine(open_session(row.proto.SerializeToString(), "cpu"), row.path.name)
        self._pixel = Engine(open_session(pixel.proto.SerializeToString(), "cpu"), pixel.path.name)

    @classmethod
    def beside(cls, step: Path, card: ModelCard, *, trusted: bool) -> BandRuns | None:
        """Those beside a step's file; None where there are none, or it paints in another order.

        Raises
        ------
        Problem
            As of `explorer.core.inference.generator.Generator.open`, and where they do not fit.
        """
        paths = bands_beside(step)
        if paths is None or not isinstance(card.schedule, RasterSchedule):
            return None
        row, pixel = read_model(paths[0]), read_model(paths[1])
        for file, kind in ((row, "row"), (pixel, "pixel")):
            if (found := examine(file, trusted=trusted)).kind != kind:
                raise Problem(f"{file.path.name} is of the kind {found.kind}, not {kind}.", "Export the model again.")
            if found.batch != "dynamic":
                raise Problem(f"{file.path.name} fails with two pictures at once.", "Export the model again.")
        return cls(row, pixel, card)

    def begun(self, labels: Labels) -> BandLogits:
        """A painting of pictures of these classes (N,), about to begin."""

        def row(above: Floats, memory: Floats, number: NDArray[np.int64]) -> Floats:
            fed: dict[str, NDArray[Any]] = {"above": above, "memory": memory, "row": number}
            return self._row.run(fed | {"label": np.asarray(labels, np.int64)} if self._takes_class else fed)

        def pixel(left: Floats, told: Floats, memory: Floats, values: Floats) -> Floats:
            return self._pixel.run({"left": left, "told": told, "memory": memory, "pixel": values})

        return BandLogits(row, pixel, self.shape)

    def close(self) -> None:
        """Waits for what is running, then lets the sessions go. May be called again."""
        self._row.close()
        self._pixel.close()


def _unfit(row: BandPorts, pixel: BandPorts, of_row: ModelFile, of_pixel: ModelFile, card: ModelCard) -> str:
    """Why the two cannot paint what the step's card says, a clause; "" where they can."""
    channels, width = card.channels, card.width
    for ports, name in ((row, "above"), (pixel, "left")):
        if ports.sizes(name)[0] != channels + 1:
            return f"its pictures have {channels} channels, which with one of ones are not {ports.sizes(name)[0]}"
    if row.sizes("above")[2] != width or row.sizes("memory")[1] != width:
        return f"its pictures are {width} pixels wide, not {row.sizes('above')[2]}"
    told = int(of_row.outputs[0].shape[1]) - row.sizes("memory")[0]
    if told != pixel.sizes("told")[0]:
        return f"a row tells each pixel {told} numbers, which takes {pixel.sizes('told')[0]}"
    assert isinstance(card.schedule, RasterSchedule)
    given = int(of_pixel.outputs[0].shape[1]) - pixel.sizes("memory")[0]
    if pixel.sizes("pixel") != (channels,) or given != len(card.schedule.levels) * channels:
        return f"a pixel gives {given} logits for {channels} channels of {len(card.schedule.levels)} levels"
    if row.takes_class != bool(card.classes):
        return "only one of them is told the class"
    return ""

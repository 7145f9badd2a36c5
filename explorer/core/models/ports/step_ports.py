"""One step of a painting as a graph: the picture so far, a time, a class; and whether that is what its card says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.card import ModelCard
from explorer.core.models.graph import Port
from explorer.core.models.inputs import Batch
from explorer.core.problem import Problem
from explorer.core.sampling.schedules import DiffusionSchedule, RasterSchedule

CANVAS, TIME, LABEL = "x", "t", "label"
"""What the inputs are called."""

_HINT = "Export it again."


@dataclass(frozen=True)
class StepPorts:
    """The inputs of a step.

    Attributes
    ----------
    canvas : Port
        (N, C, H, W) float32: the picture so far, in the range of the card's values.
    time : Port or None
        (N,) float32, 0 to 1, of a diffusion.
    label : Port or None
        (N,) int64: classes, their number itself standing for none.
    """

    canvas: Port
    time: Port | None = None
    label: Port | None = None

    @property
    def batch(self) -> Batch:
        """``dynamic``, or how many pictures every run takes."""
        first = self.canvas.shape[0]
        return first if isinstance(first, int) else "dynamic"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width."""
        channels, height, width = (int(size) for size in self.canvas.shape[1:])
        return channels, height, width

    def feeds(self, canvas: NDArray[np.float32], time: float | None, labels: Any) -> dict[str, NDArray[Any]]:
        """What a run is fed."""
        fed: dict[str, NDArray[Any]] = {CANVAS: np.ascontiguousarray(canvas, np.float32)}
        if self.time is not None:
            fed[TIME] = np.full(len(canvas), time, np.float32)
        if self.label is not None:
            fed[LABEL] = np.asarray(labels, np.int64)
        return fed

    def trial(self, batch: int, draw: np.random.RandomState, scale: float) -> Mapping[str, NDArray[Any]]:
        """Random values for a test run: noise, ``scale`` times the usual, half way, of class 0."""
        canvas = (scale * draw.standard_normal((batch, *self.shape))).astype(np.float32)
        return self.feeds(canvas, 0.5, np.zeros(batch, np.int64))


def step_ports(inputs: tuple[Port, ...]) -> StepPorts | None:
    """The inputs of a step, known by their names and types; None where they are not those of one."""
    known = {port.name: port for port in inputs}
    canvas, time, label = (known.get(name) for name in (CANVAS, TIME, LABEL))
    if canvas is None or len(known) != 1 + (time is not None) + (label is not None):
        return None
    sides = canvas.dtype == "float32" and len(canvas.shape) == 4
    if not sides or not all(isinstance(size, int) and size > 0 for size in canvas.shape[1:]):
        return None
    fits = (time is None or (time.dtype, len(time.shape)) == ("float32", 1)) and (
        label is None or (label.dtype, len(label.shape)) == ("int64", 1)
    )
    return StepPorts(canvas, time, label) if fits else None


def checked_step(path: Path, inputs: tuple[Port, ...], outputs: tuple[Port, ...], card: ModelCard) -> StepPorts:
    """The inputs of a step whose card fits it.

    Parameters
    ----------
    path : Path
    inputs, outputs : tuple of Port
        The outputs with the sizes they really have.
    card : ModelCard
        Of kind ``sampler``.

    Raises
    ------
    Problem
        Inputs, result, picture, latent, classes or schedule do not belong together; says which.
    """
    ports, name = step_ports(inputs), path.name
    if ports is None or len(outputs) != 1:
        taken = ", ".join(port.name for port in inputs) or "nothing"
        what = f"{name} is not a step of a painting: it takes {taken} and gives {len(outputs)} results."
        raise Problem(what, "A step takes x (N, C, H, W), perhaps t (N,) and label (N,), and gives one result.")
    if ports.shape != (card.channels, card.height, card.width):
        its, said = _by(ports.shape), _by((card.channels, card.height, card.width))
        raise Problem(f"The card of {name} says pictures of {said}, its graph takes {its}.", _HINT)
    if said := _unfit(ports, outputs[0], card):
        raise Problem(f"The schedule of {name} does not fit its graph: {said}.", _HINT)
    if (ports.label is not None) != bool(card.classes):
        takes = "takes a class" if ports.label is not None else "takes no class"
        raise Problem(f"The card of {name} names {len(card.classes)} classes, but its graph {takes}.", _HINT)
    if card.latent_size != int(np.prod(ports.shape)):
        numbers = int(np.prod(ports.shape))
        raise Problem(f"The card of {name} says latents of {card.latent_size}, its pictures hold {numbers}.", _HINT)
    return ports


def _unfit(ports: StepPorts, result: Port, card: ModelCard) -> str:
    """Why schedule and graph do not belong together, a clause; "" where they do."""
    schedule, sizes = card.schedule, tuple(result.shape[1:])
    if isinstance(schedule, DiffusionSchedule):
        if ports.time is None:
            return "it takes no time t, which a diffusion needs"
        if sizes != ports.shape:
            return f"it gives {_by(sizes)} for a picture of {_by(ports.shape)}"
        return "" if card.distribution == "normal" else "the noise of a diffusion is normal, not uniform"
    if isinstance(schedule, RasterSchedule):
        wanted = (len(schedule.levels), *ports.shape)
        if ports.time is not None:
            return "it takes a time t, which pixel by pixel has no meaning"
        if sizes != wanted:
            return f"it gives {_by(sizes)}, not logits of {_by(wanted)}"
        return "" if card.distribution == "uniform" else "pixel by pixel the latent is uniform, not normal"
    return "its card lists none"


def _by(sizes: tuple[int | str, ...]) -> str:
    return " × ".join(str(size or "?") for size in sizes)

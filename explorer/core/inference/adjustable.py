"""What of a graph may be set for a run: its noises, the grid of StyleGAN3's waves, and how far a generator has grown.

All are initialisers that are inputs too, so that a run to which nothing is told takes what stands in the graph. They
are known by the names that this program's own export gives them, and by what `inputs` makes of a foreign model's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.inputs import Held
from explorer.core.models.onnx_parts import ModelProto, TensorProto, ValueInfoProto, made_value, numpy_helper
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import USUAL, Conditions, Noise, Placement

HELD_NOISE = "latent-explorer/noise/{}"
"""What a noise is called that was an input of the model, by that input's name."""

GROWN = "grown"
"""How far a growing generator has grown, (1,): 0 for its first stage alone."""

_OWN_NOISE = re.compile(r"blocks\.\d+\.(grow|refine)\.noise")
_GRID = "features.grid"
_PRODUCER = "latent-explorer"
_KEPT = 4

Numbers = NDArray[np.float32]
Feeds = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class _NoiseInput:
    """A noise, what it is by itself, and how strong, as the deviation of its values."""

    name: str
    own: NDArray[Any]
    deviation: float

    def value(self, noise: Noise, drawn: np.random.RandomState | None) -> NDArray[Any]:
        """What it is under ``noise``; the same for every picture of a batch."""
        if drawn is None:
            return (self.own * noise.strength).astype(self.own.dtype)
        one = drawn.standard_normal((1, *self.own.shape[1:])) * (self.deviation * noise.strength)
        return np.repeat(one.astype(self.own.dtype), len(self.own), axis=0)


class Adjustable:
    """The noises, the grid and the growth of one model.

    Parameters
    ----------
    model : ModelProto
        The file's.
    held : sequence of Held
        Its inputs that keep their values.
    batch : int or "dynamic"
        Pictures in a run.
    """

    def __init__(self, model: ModelProto, held: tuple[Held, ...], batch: int | str) -> None:
        own = {tensor.name: numpy_helper.to_array(tensor) for tensor in _own(model)}
        self._grid: Numbers | None = own.pop(_GRID, None)
        self._grown: Numbers | None = own.pop(GROWN, None)
        self._noises = [_NoiseInput(name, value, _deviation(value)) for name, value in own.items()]
        for each in held:
            if each.kind == "noise":
                value = held_value(each, batch if isinstance(batch, int) else None)
                self._noises.append(_NoiseInput(HELD_NOISE.format(each.port.name), value, 1.0))
        self._kept: dict[Conditions, Feeds] = {USUAL: {}}

    @property
    def has_noise(self) -> bool:
        """Whether there is noise that is more than zero."""
        return any(noise.deviation > 0.0 for noise in self._noises)

    @property
    def moves(self) -> bool:
        """Whether the content of its pictures can be moved and turned."""
        return self._grid is not None

    @property
    def stages_before(self) -> int:
        """How many stages its last one grew from, which may be shown in its place; 0 where it did not grow."""
        return 0 if self._grown is None else int(self._grown[0])

    def feeds(self, conditions: Conditions) -> Feeds:
        """What is fed besides latents and classes; nothing under usual conditions.

        Raises
        ------
        Problem
            There is no noise, nothing that can be moved, or no stage to leave out.
        """
        known = self._kept.get(conditions)
        if known is None:
            known = dict(self._made(conditions))
            while len(self._kept) >= _KEPT:
                self._kept.pop(next(key for key in list(self._kept) if key != USUAL), None)
            self._kept[conditions] = known
        return known

    def _made(self, conditions: Conditions) -> Iterator[tuple[str, NDArray[Any]]]:
        noise, place = conditions.noise, conditions.placement
        if noise is not None:
            if not self.has_noise:
                raise Problem("This model has no noise of its own to change.", "Leave the noise as it is.")
            drawn = None if noise.seed is None else np.random.RandomState(noise.seed)
            for each in self._noises:
                yield each.name, each.value(noise, drawn)
        if place is not None:
            if self._grid is None:
                raise Problem(
                    "The pictures of this model cannot be moved or turned.",
                    "Those of a StyleGAN3 that was converted can.",
                )
            yield _GRID, _moved(self._grid, place)
        if conditions.held_back is not None:
            yield GROWN, self._held_back(conditions.held_back)

    def _held_back(self, stages: float) -> Numbers:
        if self._grown is None:
            raise Problem("This model did not grow, so it has no earlier stages.", "A ProGAN trained here has them.")
        if stages > self.stages_before:
            raise Problem(
                f"It cannot leave out {stages:g} stages: it grew by {self.stages_before}.", "Leave out fewer."
            )
        return self._grown - np.float32(stages)


def held_value(held: Held, batch: int | None) -> NDArray[Any]:
    """What stands in the graph for an input that is held: a row for each picture, or one where the batch is open."""
    value = held.value(1 if batch is None else batch)
    return value.astype(np.float32) if batch is None and held.follows_batch else value


def adjustable_inputs(model: ModelProto) -> list[ValueInfoProto]:
    """The initialisers of a graph of this program that may be set, as inputs of the graph."""
    return [input_like(tensor) for tensor in _own(model)]


def input_like(tensor: TensorProto) -> ValueInfoProto:
    """An input with the name, the type and the shape of a tensor."""
    return made_value(tensor.name, tensor.data_type, tensor.dims)


def _own(model: ModelProto) -> list[TensorProto]:
    """What may be set in a graph that this program wrote."""
    if model.producer_name != _PRODUCER:
        return []
    fed = {value.name for value in model.graph.input}
    return [tensor for tensor in model.graph.initializer if tensor.name not in fed and _is_adjustable(tensor)]


def _is_adjustable(tensor: TensorProto) -> bool:
    if tensor.data_type != TensorProto.FLOAT or tensor.data_location == TensorProto.EXTERNAL:
        return False
    sides = tuple(tensor.dims)
    if tensor.name == _GRID:
        return len(sides) == 2 and sides[1] == 3
    if tensor.name == GROWN:
        return sides == (1,)
    return _OWN_NOISE.fullmatch(tensor.name) is not None and len(sides) == 4 and sides[:2] == (1, 1)


def _deviation(noise: NDArray[Any]) -> float:
    return float(np.sqrt(np.square(noise, dtype=np.float64).mean()))


def _moved(grid: Numbers, place: Placement) -> Numbers:
    """The places (n, 3) at which waves are looked up so that the content is moved; a third column of 1, all by 2 pi."""
    return (grid.astype(np.float64) @ place.transform().T).astype(np.float32)

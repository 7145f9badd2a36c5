"""An ONNX model of latents run by torch: rows of numbers in, and one of its values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from explorer.core.inference.adjustable import HELD_NOISE, Feeds
from explorer.core.models.graph import ModelFile
from explorer.core.models.inputs import Sources, row_shape
from explorer.training.projection.onnx_network import OnnxNetwork


@dataclass(frozen=True, eq=False)
class LatentNetwork:
    """A generator, a mapping or a synthesis, fed as its inputs want it.

    Attributes
    ----------
    network : OnnxNetwork
    sources : Sources
        What its inputs are for.
    names : tuple of str
        Those of its inputs, in their order.
    label : int
        The class that it is told, where it takes one.
    told : mapping of str to Tensor
        What it is told in the place of its own noises and the like, by the names of `Adjustable.feeds`.
    """

    network: OnnxNetwork
    sources: Sources
    names: tuple[str, ...]
    label: int
    told: Mapping[str, Tensor] = field(default_factory=dict)

    @classmethod
    def of(cls, file: ModelFile, sources: Sources, label: int | None, feeds: Feeds | None = None) -> LatentNetwork:
        """The network of a file that was read and examined; raises as `OnnxNetwork`."""
        names = tuple(port.name for port in file.inputs)
        told = {name: torch.from_numpy(np.array(value)) for name, value in (feeds or {}).items()}
        return cls(OnnxNetwork(file.proto).requires_grad_(False), sources, names, label or 0, told)

    def value(self, rows: Tensor, name: str) -> Tensor:
        """The value of that name for latents (N, width), as the graph gives it."""
        return self.values(rows, name)[0]

    def values(self, rows: Tensor, *names: str) -> list[Tensor]:
        """Several values of the graph for the same latents, worked out in one run."""
        sources = self.sources
        parts = torch.split(rows, list(sources.parts), dim=1)
        given = {
            port.name: part.reshape(row_shape(port))
            for port, part in zip((sources.main, *sources.more), parts, strict=True)
        }
        beside = sources.beside(len(rows), self.label)
        given |= {port: torch.from_numpy(value) for port, value in beside.items()}
        for held in sources.held:
            if (value := self.told.get(HELD_NOISE.format(held.port.name))) is not None:
                given[held.port.name] = value.expand_as(given[held.port.name])
        told = {name: value for name, value in self.told.items() if name in self.network.weight_names}
        found = self.network.run(*(given[port] for port in self.names), wanted=names, told=told)
        return [found[name].float() for name in names]

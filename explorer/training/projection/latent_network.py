"""An ONNX model of latents run by torch: rows of numbers in, and one of its values out."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

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
    """

    network: OnnxNetwork
    sources: Sources
    names: tuple[str, ...]
    label: int

    @classmethod
    def of(cls, file: ModelFile, sources: Sources, label: int | None) -> LatentNetwork:
        """The network of a file that was read and examined; raises as `OnnxNetwork`."""
        names = tuple(port.name for port in file.inputs)
        return cls(OnnxNetwork(file.proto).requires_grad_(False), sources, names, label or 0)

    def value(self, rows: Tensor, name: str) -> Tensor:
        """The value of that name for latents (N, width), as the graph gives it."""
        sources = self.sources
        parts = torch.split(rows, list(sources.parts), dim=1)
        given = {
            port.name: part.reshape(row_shape(port))
            for port, part in zip((sources.main, *sources.more), parts, strict=True)
        }
        beside = sources.beside(len(rows), self.label)
        given |= {port: torch.from_numpy(value) for port, value in beside.items()}
        return self.network.run(*(given[port] for port in self.names), wanted=[name])[name].float()

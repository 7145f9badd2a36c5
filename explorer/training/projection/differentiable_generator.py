"""A generator that gradients pass through: latents in, pictures from -1 to 1 out, whatever form its file has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile
from explorer.core.models.inputs import Sources, row_shape
from explorer.core.models.inspection import examine, require
from explorer.core.models.model import ModelFiles
from explorer.core.models.policy import read_model
from explorer.core.models.roles import Frame
from explorer.core.problem import Problem
from explorer.training.projection.onnx_network import OnnxNetwork


@dataclass(frozen=True, eq=False)
class Painter:
    """A generator run by torch.

    Attributes
    ----------
    network : OnnxNetwork
    card : ModelCard
    label : int or None
        The class that it draws; None where it has none.
    critic : OnnxNetwork or None
        Looks at its pictures, (N, C, H, W) from -1 to 1.
    """

    network: OnnxNetwork
    card: ModelCard
    label: int | None
    critic: OnnxNetwork | None
    _sources: Sources
    _frame: Frame
    _result: str
    _names: tuple[str, ...]

    @classmethod
    def open(cls, files: ModelFiles, label: int | None = None, *, trusted: bool = False) -> Painter:
        """The generator of a model, and its critic where there is one that can be used.

        Parameters
        ----------
        files : ModelFiles
        label : int, optional
            The class to draw; class 0 without it.
        trusted : bool
            The files were made here, so that no child process tries them first.

        Raises
        ------
        Problem
            The generator cannot be read, is refused, or uses what no gradients can be taken through.
        """
        if files.mapping is not None:
            raise Problem(
                "Pictures are not looked for in style-based models yet: their latent goes through a mapping first.",
                "Choose a model without a mapping.",
            )
        file = read_model(files.generator)
        inspection = examine(file, trusted=trusted)
        found = require(inspection, file.path, "generator")
        assert found.drawn is not None
        return cls(
            OnnxNetwork(file.proto).requires_grad_(False),
            inspection.card,
            _checked_label(inspection.card, label),
            _critic(files.critic, inspection.card, trusted),
            found.sources,
            found.drawn,
            found.result.name,
            tuple(port.name for port in file.inputs),
        )

    def paint(self, z: Tensor) -> Tensor:
        """The pictures of latents (N, d): (N, C, H, W), -1 to 1."""
        batch = self._sources.batch
        if batch == "dynamic":
            return self._painted(z)
        parts = [self._filled_up(part, batch) for part in torch.split(z, batch)]
        return torch.cat(parts)

    def _filled_up(self, z: Tensor, batch: int) -> Tensor:
        lacking = z.new_zeros(batch - len(z), z.shape[1])
        return self._painted(torch.cat([z, lacking]))[: len(z)]

    def _painted(self, z: Tensor) -> Tensor:
        sources = self._sources
        parts = torch.split(z, list(sources.parts), dim=1)
        given = {
            port.name: part.reshape(row_shape(port))
            for port, part in zip((sources.main, *sources.more), parts, strict=True)
        }
        beside = sources.beside(len(z), self.label or 0)
        given |= {name: torch.from_numpy(value) for name, value in beside.items()}
        frame, (low, high) = self._frame, self.card.value_range
        values = self.network.run(*(given[name] for name in self._names))[self._result].float()
        sides = (frame.height, frame.width)
        if frame.channels_last:
            values = values.reshape(-1, *sides, frame.channels).permute(0, 3, 1, 2)
        values = values.reshape(-1, frame.channels, *sides)[:, : self.card.channels]
        return (values - low) * (2.0 / (high - low)) - 1.0


def _checked_label(card: ModelCard, label: int | None) -> int | None:
    if not card.classes:
        return None
    if label is not None and not 0 <= label < len(card.classes):
        raise Problem(f"{card.name} has no class {label}.", f"Choose a class from 0 to {len(card.classes) - 1}.")
    return label or 0


def _critic(path: Path | None, card: ModelCard, trusted: bool) -> OnnxNetwork | None:
    """The critic, where it looks at pictures as the generator draws them. Without one pixels must do."""
    if path is None:
        return None
    try:
        file: ModelFile = read_model(path)
        found = examine(file, trusted=trusted)
        seen = (found.kind, found.card.layout, found.card.height, found.card.width, found.card.channels)
        fits = seen == ("critic", "NCHW", card.height, card.width, card.channels)
        if not fits or found.batch != "dynamic" or found.card.value_range != (-1.0, 1.0):
            return None
        return OnnxNetwork(file.proto).requires_grad_(False)
    except Problem:
        return None

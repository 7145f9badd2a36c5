"""A generator that gradients pass through: latents in, pictures from -1 to 1 out, whatever form its file has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from explorer.core.inference.adjustable import Adjustable
from explorer.core.inference.synthesis import examine_pair
from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile
from explorer.core.models.in_steps import without_gradients
from explorer.core.models.inspection import examine, require
from explorer.core.models.model import ModelFiles
from explorer.core.models.policy import read_model
from explorer.core.models.roles import Frame
from explorer.core.problem import Problem
from explorer.core.rendering.conditions import USUAL, Conditions
from explorer.core.rendering.latent_points import LatentPoint
from explorer.training.projection.latent_network import LatentNetwork
from explorer.training.projection.onnx_network import OnnxNetwork


@dataclass(frozen=True, eq=False)
class Painter:
    """A generator run by torch.

    Attributes
    ----------
    synthesis : LatentNetwork
        From latents to pictures; of a style-based model from rows of styles * style_size.
    card : ModelCard
    label : int or None
        The class that it draws; None where it has none.
    critic : OnnxNetwork or None
        Looks at its pictures, (N, C, H, W) from -1 to 1.
    mapping : LatentNetwork or None
        From latents to w, where it is style-based.
    """

    synthesis: LatentNetwork
    card: ModelCard
    label: int | None
    critic: OnnxNetwork | None
    mapping: LatentNetwork | None
    _frame: Frame
    _result: str
    _w: str

    @classmethod
    def open(
        cls, files: ModelFiles, label: int | None = None, under: Conditions = USUAL, *, trusted: bool = False
    ) -> Painter:
        """The generator of a model, and its critic where there is one that can be used.

        Parameters
        ----------
        files : ModelFiles
        label : int, optional
            The class to draw; class 0 without it.
        under : Conditions, optional
            Noise, and how the content is moved: held as they are.
        trusted : bool
            The files were made here, so that no child process tries them first.

        Raises
        ------
        Problem
            The generator cannot be read, is refused, uses what no gradients can be taken through, or has nothing that
            the conditions speak of.
        """
        pair = None if files.mapping is None else examine_pair(files.generator, files.mapping, trusted=trusted)
        file = read_model(files.generator) if pair is None else pair.synthesis
        inspection = examine(file, trusted=trusted) if pair is None else pair.inspection
        if (problem := without_gradients(inspection.card)) is not None:
            raise problem
        found, card = require(inspection, file.path, "generator"), inspection.card
        assert found.drawn is not None
        label = _checked_label(card, label)
        feeds = Adjustable(file.proto, found.sources.held, found.sources.batch).feeds(under)
        return cls(
            LatentNetwork.of(file, found.sources, label, feeds),
            card,
            label,
            _critic(files.critic, card, trusted),
            None if pair is None else LatentNetwork.of(pair.mapping, pair.sources, label),
            found.drawn,
            found.result.name,
            "" if pair is None else pair.result.name,
        )

    def paint(self, z: Tensor) -> Tensor:
        """The pictures of latents (N, d): (N, C, H, W), -1 to 1."""
        return self.pictures(self.rows(z))

    def rows(self, z: Tensor) -> Tensor:
        """What the synthesis takes for latents (N, d): they themselves, or the same w for all layers, (N, width)."""
        return z if self.mapping is None else self.points(z).repeat(1, self.card.styles)

    def pictures(self, rows: Tensor) -> Tensor:
        """The pictures of what the synthesis takes (N, width): (N, C, H, W), -1 to 1."""
        parts = [
            self._as_pictures(self.synthesis.value(part, self._result), len(part))[:count]
            for part, count in _filled_up(self.synthesis, rows)
        ]
        return torch.cat(parts)

    def picture_and(self, row: Tensor, name: str) -> tuple[Tensor, Tensor]:
        """The picture of one row (1, width), (1, C, H, W), and another value of the synthesis on the way, (1, ...)."""
        ((part, count),) = _filled_up(self.synthesis, row)
        values, other = self.synthesis.values(part, self._result, name)
        return self._as_pictures(values, len(part))[:count], other[:count]

    def layer_shapes(self) -> list[tuple[str, tuple[int, ...]]]:
        """The non-linear stages of the synthesis by their names, and what shape they are for one picture."""
        names = self.synthesis.network.stages
        ((part, _),) = _filled_up(self.synthesis, torch.zeros(1, self.synthesis.sources.width))
        with torch.no_grad():
            values = self.synthesis.values(part, *names) if names else []
        return [(name, (1, *value.shape[1:])) for name, value in zip(names, values, strict=True)]

    def row_of(self, point: LatentPoint) -> Tensor:
        """What the synthesis takes for a point of Z, W or W+, (1, width)."""
        numbers = torch.from_numpy(np.array(point.numbers, np.float32))[None]
        if point.space == "z":
            return self.rows(numbers)
        return numbers.repeat(1, self.card.styles * self.card.style_size // numbers.shape[1])

    def points(self, z: Tensor) -> Tensor:
        """The points of W of latents (N, d): (N, style_size). Of a style-based model."""
        mapping = self.mapping
        assert mapping is not None
        w = torch.cat([mapping.value(part, self._w)[:count] for part, count in _filled_up(mapping, z)])
        return w if w.ndim == 2 else w[:, 0]

    def _as_pictures(self, values: Tensor, count: int) -> Tensor:
        frame, (low, high) = self._frame, self.card.value_range
        sides = (frame.height, frame.width)
        if frame.channels_last:
            values = values.reshape(count, *sides, frame.channels).permute(0, 3, 1, 2)
        values = values.reshape(count, frame.channels, *sides)[:, : self.card.channels]
        return (values - low) * (2.0 / (high - low)) - 1.0


def _filled_up(network: LatentNetwork, rows: Tensor) -> list[tuple[Tensor, int]]:
    """Latents in as many parts as a network of a fixed batch needs, filled up with zeros, and how many count."""
    batch = network.sources.batch
    if batch == "dynamic":
        return [(rows, len(rows))]
    parts = torch.split(rows, batch)
    return [(torch.cat([part, part.new_zeros(batch - len(part), part.shape[1])]), len(part)) for part in parts]


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

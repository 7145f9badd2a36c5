"""A network that looks at pictures, run so that gradients reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.inference.features import FeatureLayer
from explorer.core.inside.layers import inner_layers, logits_of
from explorer.core.inside.questions import NetworkQuestion, questions_of
from explorer.core.models.card import ModelCard
from explorer.core.models.graph import ModelFile
from explorer.core.models.inputs import Sources
from explorer.core.models.inspection import as_classifier, examine
from explorer.core.models.policy import read_model
from explorer.core.models.roles import Frame
from explorer.core.photos.resizing import fitted_picture, with_channels
from explorer.core.problem import Problem
from explorer.training.projection.onnx_network import OnnxNetwork

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PictureNetwork:
    """A critic, a classifier, an encoder or a translator.

    Pictures are (N, C, H, W) float32, black 0 and white 1, as they are shown; what the network itself takes for black
    and white is its own affair.

    Attributes
    ----------
    name : str
    card : ModelCard
    layers : tuple of FeatureLayer
        What it is built of.
    questions : tuple of NetworkQuestion
        What it can be asked; none for encoders and translators.
    squash : str
        As of `logits_of`.
    """

    name: str
    card: ModelCard
    layers: tuple[FeatureLayer, ...]
    questions: tuple[NetworkQuestion, ...]
    squash: str
    _network: OnnxNetwork
    _sources: Sources
    _names: tuple[str, ...]
    _frame: Frame
    _result: str
    _logits: str

    @classmethod
    def open(cls, path: Path, *, trusted: bool = False) -> PictureNetwork:
        """The network in an ONNX file.

        Raises
        ------
        Problem
            It cannot be read, is refused, looks at no pictures, gives no numbers, or no gradients pass through it.
        """
        file = read_model(path)
        return cls._of(file, trusted)

    @classmethod
    def _of(cls, file: ModelFile, trusted: bool) -> PictureNetwork:
        inspection = examine(file, trusted=trusted)
        if inspection.kind == "encoder" and inspection.guessed:
            inspection = as_classifier(file, inspection)
        found, card = inspection.roles, inspection.card
        if found is None or found.shown is None:
            said = f"{file.path.name} does not look at pictures."
            raise Problem(said, "Choose a critic, a classifier or an encoder.")
        logits, squash = logits_of(file.proto, found.result.name)
        network = cls(
            card.name,
            card,
            inner_layers(file.proto, logits if squash else ""),
            questions_of(card, squash),
            squash,
            OnnxNetwork(file.proto).requires_grad_(False).eval(),
            found.sources,
            tuple(port.name for port in file.inputs),
            found.shown,
            found.result.name,
            logits,
        )
        network._check_finite()
        return network

    @property
    def side(self) -> int:
        """The longer side of the pictures that it takes, in pixels; 0 where any will do."""
        return max(self._frame.height, self._frame.width)

    @property
    def channels(self) -> int:
        """1 where it takes grey pictures, 3 where it takes colours."""
        return self._frame.channels

    @property
    def own_sides(self) -> tuple[int, int]:
        """Height and width of the pictures that it takes; 0 where a side is left open."""
        return self._frame.height, self._frame.width

    def channel_names(self, layer: FeatureLayer) -> tuple[str, ...]:
        """What the channels of a layer mean: those of the last one are its answers; none where that is unknown."""
        names = tuple(each.name for each in self.card.attributes)
        is_last = bool(self.layers) and layer == self.layers[-1]
        return names if is_last and len(names) == layer.channels else ()

    def coloured(self, picture: Pixels) -> Pixels:
        """A picture of any size in as many channels as the network takes."""
        return with_channels(picture, self.channels)

    def fitted(self, picture: Pixels) -> Pixels:
        """A picture of any size as the network takes it, (height, width, channels) uint8."""
        fitted = fitted_picture(picture, self._frame.height, self._frame.width)
        return self.coloured(fitted.picture)

    def checked(self, pictures: Pixels) -> Pixels:
        """Pictures (N, height, width, channels) of the size that the network takes.

        Raises
        ------
        Problem
            They are of another.
        """
        frame = self._frame
        wanted = (frame.height, frame.width, frame.channels)
        if any(want not in (0, given) for want, given in zip(wanted, pictures.shape[1:], strict=True)):
            asked, given = (" × ".join(str(side or "?") for side in sides) for sides in (wanted, pictures.shape[1:]))
            raise Problem(f"{self.name} looks at pictures of {asked}, not {given}.", "Resize the pictures first.")
        return pictures

    def takes_size(self, layer: FeatureLayer, height: int, width: int) -> bool:
        """Whether a layer can be worked out for pictures of other sides than the network's own."""
        if (height, width) == self.own_sides:
            return True
        if self._frame.is_flat or not isinstance(self._sources.batch, str):
            return False
        try:
            with torch.no_grad():
                self.value(torch.zeros(1, self._frame.channels, height, width), layer.tensor)
        except RuntimeError:  # torch's own, of shapes that do not fit
            return False
        return True

    def logits(self, pictures: Tensor) -> Tensor:
        """The numbers behind the answer, (N, K): before a sigmoid or a softmax; a critic's score."""
        return _in_rows(self.value(pictures, self._logits), len(pictures))

    def values(self, question: NetworkQuestion, pictures: Tensor) -> Tensor:
        """What is said to a question, (N, K) for each of its outputs: chances, a score, or a number."""
        columns = list(question.outputs)
        if question.is_choice and self.squash != "sigmoid":
            return self.logits(pictures).softmax(1)[:, columns]
        return _in_rows(self.value(pictures, self._result), len(pictures))[:, columns]

    def value(self, pictures: Tensor, name: str) -> Tensor:
        """A tensor of the graph, by its name, for pictures (N, C, H, W)."""
        batch = self._sources.batch
        if isinstance(batch, str) or len(pictures) == batch:
            return self._value(pictures, name)
        parts = []
        for part in torch.split(pictures, batch):
            missing = part.new_zeros(batch - len(part), *part.shape[1:])
            parts.append(self._value(torch.cat([part, missing]), name)[: len(part)])
        return torch.cat(parts)

    def _value(self, pictures: Tensor, name: str) -> Tensor:
        low, high = self.card.value_range
        port, frame = self._sources.main, self._frame
        shown = pictures * (high - low) + low
        if frame.channels_last:
            shown = shown.permute(0, 2, 3, 1)
        if frame.is_flat:
            shown = shown.flatten(1)
        if shown.ndim > len(port.shape):  # without an axis for the batch, or one for the channels of a grey picture
            shown = (
                shown.squeeze(1) if isinstance(port.shape[0], str) else shown.reshape(shown.shape[-len(port.shape) :])
            )
        given = {port.name: shown}
        beside = self._sources.beside(len(pictures), 0)
        given |= {key: torch.from_numpy(np.array(value)) for key, value in beside.items()}
        return self._network.run(*(given[key] for key in self._names), wanted=[name])[name].float()

    def _check_finite(self) -> None:
        frame = self._frame
        grey = torch.full((1, frame.channels, frame.height or 64, frame.width or 64), 0.5)
        try:
            with torch.no_grad():
                value = self.value(grey, self._result)
        except RuntimeError as error:  # torch's own
            said = f"{self.name} computes in a way through which no gradients can be taken here."
            raise Problem(said, "Use a convolutional or fully connected network.") from error
        if not torch.isfinite(value).all():
            said = f"{self.name} gives values that are not finite numbers (NaN)."
            raise Problem(said, "Its weights may be damaged: copy or export it again.")


def as_tensor(pictures: Pixels | Sequence[Pixels]) -> Tensor:
    """Pictures (N, height, width, channels) uint8 as (N, channels, height, width) float32, 0 to 1."""
    stacked = np.stack([np.asarray(picture) for picture in pictures])
    return torch.from_numpy(np.ascontiguousarray(stacked.transpose(0, 3, 1, 2))).float() / 255.0


def as_bytes(pictures: Tensor) -> Pixels:
    """The other way round, to the nearest level."""
    levels = (pictures.detach() * 255.0).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(levels.permute(0, 2, 3, 1).numpy())


def _in_rows(values: Tensor, count: int) -> Tensor:
    return values.reshape(count, -1)

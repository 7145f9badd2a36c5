"""What pictures are compared by: the layers of a classifier of ours, or of a fixed network with random weights.

Random convolutions tell distributions of pictures apart well enough to rank generators, and belong to no data set
(Naeem et al., 2020, section 4). Their filters have mean 0, so that the finest grain is seen as well as large shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from explorer.core.models.inspection import inspect
from explorer.core.problem import Problem
from explorer.paths import models_folder
from explorer.training.projection.onnx_network import OnnxNetwork
from explorer.training.sources.procedural import asks_for_portraits

Points = NDArray[np.float32]
Layers = Callable[[Tensor], Sequence[Tensor]]

_WIDTHS = (32, 64, 128, 128)
_SMALLEST, _GRID = 4, 4  # side at which layers stop halving; cells, across and down
_CHUNK = 64
_CLASSIFIER = "classifier.onnx"


class PictureFeatures:
    """A row of numbers for each picture: the mean root of each channel of each layer, all layers counting alike.

    Means alone, and the root of what is seen, tell grain as well as shapes: with noise of +-40 / 255 on them hardly
    a real portrait passed for real any more, where it did by principal components, and by cells of the last layer.

    Parameters
    ----------
    name : str
        What figures that were taken in them say of themselves.
    layers : callable (Tensor) -> sequence of Tensor
        Activations (N, K, h, w) of pictures (N, C, H, W), -1 to 1; what is no plane of channels is passed over.
    device : torch.device
    in_cells : bool
        Tell the last layer in 4 x 4 cells instead, with what is where: kinder to the grain of beginners.
    """

    def __init__(self, name: str, layers: Layers, device: torch.device, *, in_cells: bool = False) -> None:
        self.name, self._layers, self._device, self._in_cells = name, layers, device, in_cells

    @classmethod
    def random(cls, channels: int, size: int, device: torch.device | None = None, *, in_cells: bool = False) -> Self:
        """Those of a network whose weights are always the same, for pictures of this side."""
        place = device or torch.device("cpu")
        filters = [each.to(place) for each in _filters(channels)]
        name = "a fixed random network" + (" in cells" if in_cells else "")
        return cls(name, lambda pictures: _convolved(pictures, filters, size), place, in_cells=in_cells)

    @classmethod
    def of_classifier(cls, file: Path, channels: int, size: int, device: torch.device | None = None) -> Self | None:
        """Those of a classifier of ours; None where it looks at pictures of another size, or cannot be read."""
        place = device or torch.device("cpu")
        try:
            card = inspect(file).card
            if card.layout != "NCHW" or (card.channels, card.height, card.width) != (channels, size, size):
                return None
            network = OnnxNetwork.load(file, eyes_only=True).to(place)
        except Problem:
            return None
        return cls(f"the classifier {card.name or file.parent.name}", network.activations, place)

    @torch.no_grad()
    def see(self, pictures: NDArray[np.uint8]) -> Points:
        """The (N, d) float32 features of pictures (N, H, W, C)."""
        parts = [self._seen(pictures[start : start + _CHUNK]) for start in range(0, len(pictures), _CHUNK)]
        return np.concatenate(parts)

    @torch.no_grad()
    def apart(self, first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The perceptual distance of each picture (N, H, W, C) from the other of its pair, (N,) float32, 0 or more.

        Channels of each place are brought to length 1, and their squared differences averaged over places and layers:
        equation 1 of Zhang et al. (2018), "The Unreasonable Effectiveness of Deep Features", with all weights alike.
        """
        found = []
        for start in range(0, len(first), _CHUNK):
            pairs = [self._planes(each[start : start + _CHUNK]) for each in (first, second)]
            layers = [
                (functional.normalize(one, dim=1) - functional.normalize(other, dim=1)).square().sum(1).mean((1, 2))
                for one, other in zip(*pairs, strict=True)
            ]
            found.append(torch.stack(layers).mean(0).cpu().numpy())
        return np.concatenate(found)

    def _planes(self, pictures: NDArray[np.uint8]) -> list[Tensor]:
        given = torch.from_numpy(np.array(pictures)).to(self._device)
        seen = self._layers(given.permute(0, 3, 1, 2).float() / 127.5 - 1.0)
        return [plane.float() for plane in seen if plane.ndim == 4]

    def _seen(self, pictures: NDArray[np.uint8]) -> Points:
        planes = self._planes(pictures)
        if self._in_cells:
            cells = functional.adaptive_avg_pool2d(planes[-1], min(_GRID, planes[-1].shape[-1]))
            return cells.flatten(1).cpu().numpy()
        means = [plane.clamp(min=0).sqrt().mean((2, 3)) / plane.shape[1] ** 0.5 for plane in planes]
        return torch.cat(means, 1).cpu().numpy()


def features_for(
    channels: int,
    size: int,
    *,
    data: str = "",
    model: Path | None = None,
    device: torch.device | None = None,
) -> PictureFeatures:
    """The features by which pictures of this kind are compared: the first of these that there is.

    Those of a classifier beside ``model`` or ``data``, that of the program's own model of portraits for drawn
    portraits, else those of a fixed random network.

    Parameters
    ----------
    data : str
        Source of the real pictures.
    model : Path, optional
        File or folder of the model.
    """
    for folder in _folders(data, model):
        if (folder / _CLASSIFIER).is_file():
            found = PictureFeatures.of_classifier(folder / _CLASSIFIER, channels, size, device)
            if found is not None:
                return found
    return PictureFeatures.random(channels, size, device)


def _folders(data: str, model: Path | None) -> list[Path]:
    if asks_for_portraits(data):
        beside = models_folder() / "portraits"
    else:
        beside = Path(data) if Path(data).is_dir() else Path(data).parent
    own = [] if model is None else [model if model.is_dir() else model.parent]
    return [*own, *([beside] if data else [])]


def _filters(channels: int) -> list[Tensor]:
    """Weights (K, C, 3, 3) of each layer, of mean 0 and of such a length that activations keep their size."""
    rng, filters = np.random.RandomState(0), []
    for width in _WIDTHS:
        drawn = rng.normal(0.0, 1.0, (width, channels, 3, 3))
        drawn -= drawn.mean((1, 2, 3), keepdims=True)
        drawn *= np.sqrt(2.0 / np.square(drawn).sum((1, 2, 3), keepdims=True))
        filters.append(torch.from_numpy(drawn.astype(np.float32)))
        channels = width
    return filters


def _convolved(pictures: Tensor, filters: Sequence[Tensor], size: int) -> list[Tensor]:
    found, now = [], pictures
    for weight in filters:
        step = 2 if size > _SMALLEST else 1
        now = functional.conv2d(functional.pad(now, (1, 1, 1, 1), mode="replicate"), weight, stride=step).relu()
        found.append(now)
        size = now.shape[-1]
    return found

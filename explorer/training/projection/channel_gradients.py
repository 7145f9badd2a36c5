"""How far each channel of StyleSpace changes a region of a picture, and the rest: all at once, by gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import ModelProto
from torch import Tensor

from explorer.core.directions.region import Region
from explorer.core.inference.generator import Generator
from explorer.core.inference.previews import PREVIEW, nodes_for
from explorer.core.inference.style_space import with_offsets
from explorer.core.models.inputs import sources
from explorer.core.models.policy import read_model
from explorer.core.problem import Problem
from explorer.training.projection.onnx_network import OnnxNetwork

_LARGEST = 256
"""Side in pixels above which a picture that is painted on the way is looked at: gradients need memory."""

_PROBES = 8
Numbers = NDArray[np.float64]


def channel_gradients(
    generator: Generator,
    rows: NDArray[np.float32],
    label: int | None,
    region: Region,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Numbers, Numbers] | None:
    """The root mean square of how far pixels change with each channel, inside a region and elsewhere.

    With J the Jacobian of the pixels by the channels and v a vector of random signs, the mean of (vᵀJ)² is the sum of
    the squares of each column of J (Hutchinson, 1990), so that one gradient tells of all channels. Of pictures of more
    than 256 pixels a smaller one is looked at that is painted on the way; channels of later layers then count 0.

    Parameters
    ----------
    generator : Generator
        Style-based.
    rows : (N, row_size) float32
        Pictures to look at, as the synthesis is given them.
    label : int or None
        Their class.
    region : Region
        Of the whole picture.
    seed : int
        Of the signs.
    progress, cancelled : callable, optional
        Told (done, total) gradients; asked before each picture.

    Returns
    -------
    (channels,) float64 twice, or None
        In levels of 255 for one deviation of the channel, over all pictures; None where it was cancelled.

    Raises
    ------
    Problem
        Gradients cannot be taken through this model, it is too large, or the region is not inside its pictures.
    """
    painter = _Painting(generator, label)
    mask = torch.from_numpy(painter.shrunk(region.mask(generator.card.height, generator.card.width)))
    draw = torch.Generator().manual_seed(seed)
    sums = torch.zeros(2, rows.shape[1] - painter.width, dtype=torch.float64)
    for number, row in enumerate(rows):
        if cancelled is not None and cancelled():
            return None
        sums += painter.squares(torch.from_numpy(row), mask, draw)
        if progress is not None:
            progress(number + 1, len(rows))
    deviation = generator.channel_spread().deviation
    inside, elsewhere = np.sqrt((sums / (len(rows) * _PROBES)).numpy()) * deviation
    return inside, elsewhere


class _Painting:
    """The synthesis run by torch, from a row to values of pixels in levels of 255."""

    def __init__(self, generator: Generator, label: int | None) -> None:
        card = generator.card
        file = with_offsets(read_model(generator.path), generator.style_layers)
        taken = sources(file.inputs)
        assert taken is not None
        self.width, self._card = card.styles * card.style_size, card
        result, self._side = self._result(file.proto, file.outputs[0].name)
        self._network = OnnxNetwork(_cut(file.proto, result)).requires_grad_(False)
        beside = {name: torch.from_numpy(value) for name, value in taken.beside(1, label or 0).items()}
        self._beside: dict[str, Tensor] = beside
        self._inputs = tuple(port.name for port in file.inputs)
        self._name = result

    def _result(self, model: ModelProto, whole: str) -> tuple[str, int]:
        """The picture that is looked at, and by what its sides are smaller."""
        side = self._card.height
        if max(self._card.height, self._card.width) <= _LARGEST:
            return whole, side
        names = {name for node in model.graph.node for name in node.output}
        while side > _LARGEST:
            side //= 2
        if PREVIEW.format(side) not in names or self._card.height != self._card.width:
            what = f"{self._card.name} is too large to take gradients through all of it."
            raise Problem(what, "Find channels by an attribute, or choose a model of 256 pixels.")
        return PREVIEW.format(side), side

    def shrunk(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """A mask of the whole picture for the one that is looked at; a pixel of it counts where any of its does."""
        factor = len(mask) // self._side
        rows, columns = (size // factor for size in mask.shape)
        return np.asarray(mask.reshape(rows, factor, columns, factor).any(axis=(1, 3)))

    def squares(self, row: Tensor, mask: Tensor, draw: torch.Generator) -> Tensor:
        """The sums over all probes of (vᵀJ)², for pixels inside and elsewhere, each as a mean over pixels."""
        leaf = row[None].clone().requires_grad_()
        given = [self._beside.get(name, leaf) for name in self._inputs]
        picture = self._levels(self._network.run(*given, wanted=[self._name])[self._name])
        sums = torch.zeros(2, row.numel() - self.width, dtype=torch.float64)
        for _ in range(_PROBES):
            signs = torch.randint(0, 2, picture.shape, generator=draw).float() * 2 - 1
            for place, part in enumerate((mask, ~mask)):
                pixels = int(part.sum()) * picture.shape[1]
                if pixels:
                    (slope,) = torch.autograd.grad((picture * signs * part).sum(), leaf, retain_graph=True)
                    sums[place] += slope[0, self.width :].double().square() / pixels
        return sums

    def _levels(self, values: Tensor) -> Tensor:
        """Pixels (1, C, H, W) as what is seen of them."""
        low, high = self._card.value_range
        if values.ndim == 4 and values.shape[1] > 4 >= values.shape[-1]:
            values = values.permute(0, 3, 1, 2)
        return (values - low) * (255.0 / (high - low))


def _cut(model: ModelProto, result: str) -> ModelProto:
    """The part of a model that one of its tensors needs."""
    nodes = nodes_for(model, result)
    used = {name for node in nodes for name in node.input}
    cut = ModelProto()
    cut.CopyFrom(model)
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    for part, content in ((cut.graph.node, nodes), (cut.graph.initializer, kept)):
        del part[:]
        part.extend(content)
    return cut

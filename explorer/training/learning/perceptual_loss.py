"""How unlike two pictures are in the eyes of a finished network."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import torch
from torch import Tensor, nn

from explorer.core.models.inspection import inspect
from explorer.core.models.model import model_files
from explorer.core.problem import Problem
from explorer.paths import model_path
from explorer.training.learning.family import TrainingTask
from explorer.training.projection.onnx_network import OnnxNetwork


class PerceptualLoss(nn.Module):
    """Compares pictures by what a network sees in them, layer by layer.

    Parameters
    ----------
    network : OnnxNetwork
        Takes pictures (N, C, H, W), -1 to 1.
    """

    def __init__(self, network: OnnxNetwork) -> None:
        super().__init__()
        self._network = network.requires_grad_(False)

    @classmethod
    def of(cls, model: str, task: TrainingTask) -> Self:
        """By the classifier of a model, or else its critic; ``model`` is its name or path, or an ONNX file.

        Raises
        ------
        Problem
            There is none, or it looks at pictures of another size.
        """
        file = _file(model)
        card = inspect(file).card
        seen, wanted = (card.channels, card.height, card.width), (task.channels, task.size, task.size)
        if seen != wanted or card.layout != "NCHW":
            raise Problem(
                f"{file.name} looks at pictures of {card.width} x {card.height} with {card.channels} channels; "
                f"the data gives {task.size} x {task.size} with {task.channels}.",
                "Choose a network that was trained on pictures of this size.",
            )
        return cls(OnnxNetwork.load(file, eyes_only=True).to(task.device))

    def distance(self, made: Tensor, real: Tensor) -> Tensor:
        """Mean over the layers of the squared distance, as a share of the squared length; gradients reach ``made``.

        Parameters
        ----------
        made, real : (N, C, H, W), -1 to 1
        """
        off, size = self(made, real).mean(0).unbind(1)
        distance: Tensor = (off / size).mean()
        return distance

    def forward(self, made: Tensor, real: Tensor) -> Tensor:
        """Mean squares of each picture's difference, and of ``real`` itself, in L layers: (N, L, 2)."""
        with torch.no_grad():
            wanted = [seen.float() for seen in self._network.activations(real)]
        pairs = zip(self._network.activations(made), wanted, strict=True)
        squares = [torch.stack([(a.float() - b).square(), b.square()], 1) for a, b in pairs]
        return torch.stack([each.flatten(2).mean(2) for each in squares], 1)


def _file(model: str) -> Path:
    path = model_path(model)
    if path.suffix == ".onnx":
        return path
    files = model_files(path)
    file = files.classifier or files.critic
    if file is None:
        raise Problem(f"{files.name} has neither classifier nor critic.", "Choose another model, or none.")
    return file

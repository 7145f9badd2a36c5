"""The weights of a network as plain numbers beside the model made of them: what else they paint is seen at once.

Only what was made of a foreign file in a process of its own is kept, so that a window may read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from explorer.core.problem import Problem
from explorer.core.rendering.latents import sample
from explorer.training.networks.style import MappingNetwork, Styled, Whole
from explorer.training.weight_import.architecture import ARCHITECTURE
from explorer.training.weight_import.chains.generator_chains import marked
from explorer.training.weight_import.interpretation import KEPT
from explorer.training.weight_import.rebuilt import Rebuilt
from explorer.training.weight_import.recognition import made_of

PICTURES = 6
"""How many latents are painted of each reading."""

_ORDER = "order"
_MOST_BYTES = 64 * 2**20
_TRUNCATION = 0.7


def keep(tensors: Mapping[str, Tensor], folder: Path) -> None:
    """Write the tensors of one network into a model's folder; none where they are more than 64 MiB."""
    if tensors and sum(tensor.nbytes for tensor in tensors.values()) <= _MOST_BYTES:
        own = {name: tensor.detach().clone(memory_format=torch.contiguous_format) for name, tensor in tensors.items()}
        save_file(own, folder / KEPT, {_ORDER: json.dumps(list(own))})


def kept(folder: Path) -> dict[str, Tensor]:
    """The tensors that are kept in a model's folder, in the order that they had in their file.

    Raises
    ------
    Problem
        There are none.
    """
    try:
        with safe_open(folder / KEPT, "pt") as file:
            return {name: file.get_tensor(name) for name in json.loads(file.metadata()[_ORDER])}
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        raise Problem("The weights of this model are not kept beside it.", "Open their file again.") from None


def read_as(
    tensors: Mapping[str, Tensor], chosen: Mapping[str, str], guessed: Mapping[str, str] | None = None
) -> Rebuilt:
    """The networks, read as it was chosen, and else as it was ``guessed``, which goes on to be marked so.

    Raises
    ------
    Problem
        They cannot be read like this.
    """
    guessed = guessed or {}
    found = made_of(tensors, {**guessed, **chosen})
    if found is None:
        raise Problem("These weights make no generator when they are read like this.", "Choose another answer.")
    choices = tuple(
        replace(each, guessed=each.guessed or (each.key in guessed and each.key not in chosen))
        for each in found.choices
    )
    steps = found.architecture if ARCHITECTURE in chosen else marked(found.architecture, choices)
    return replace(found, choices=choices, architecture=steps)


@torch.no_grad()
def painted(found: Rebuilt) -> NDArray[np.uint8]:
    """Pictures of the first six seeds, (6, height, width, channels)."""
    card = found.card
    z = torch.tensor(np.stack([sample(seed, card.latent_size, card.prior) for seed in range(PICTURES)]))
    labels = [torch.arange(PICTURES) % len(card.classes)] if card.classes else []
    low, high = card.value_range
    scaled = ((_whole(found)(z, *labels) - low) / (high - low)).nan_to_num(0).clamp(0, 1)
    pictures: NDArray[np.uint8] = (scaled * 255).round().byte().permute(0, 2, 3, 1).contiguous().numpy()
    return pictures


def _whole(found: Rebuilt) -> nn.Module:
    """From z to a picture; of a style-based model near the mean of W, where pictures are sound."""
    generator, mapping = found.networks["generator"], found.networks.get("mapping")
    if isinstance(mapping, MappingNetwork) and isinstance(generator, Styled):
        return Whole(mapping, generator, _TRUNCATION)
    return generator

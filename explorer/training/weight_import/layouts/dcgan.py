"""DCGAN (Radford et al. 2015) as in PyTorch's tutorial: transposed convolutions from a latent of one pixel.

Any width, depth, latent and channels, under any names; with or without biases and batch normalisation.
"""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from explorer.training.weight_import.chains.chain import chain
from explorer.training.weight_import.chains.generator_chains import painted
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.layers import layers_of
from explorer.training.weight_import.rebuilt import Rebuilt


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The generator; None where the first layer is no transposed convolution of a latent."""
    found = chain(layers_of(tensors))
    if found is None or found.links[0].op != "up" or not found.channels:
        return None
    return painted("DCGAN", found, chosen, Taste(hidden="relu", last="tanh"))

"""Generators of dense layers only: the GAN of Goodfellow et al. 2014 in its many copies."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

from explorer.training.weight_import.chains.chain import Chain, chain
from explorer.training.weight_import.chains.generator_chains import painted
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.layers import layers_of
from explorer.training.weight_import.rebuilt import Rebuilt

_BLOCKS = re.compile(r"\.\d+\.0$")  # gen.0.0: blocks of a course, which ends with a sigmoid


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The generator; None where its layers are not all dense, or it gives fewer numbers than it takes."""
    found = chain(layers_of(tensors))
    if found is None or found.channels or found.numbers <= found.latent_size or len(found.links) < 2:
        return None
    if all(link.layer.name.startswith("dec") for link in found.links):
        return painted("Decoder of a VAE", found, chosen, Taste(hidden="relu", last="sigmoid"))
    return painted("Multilayer perceptron GAN", found, chosen, _usual(found))


def _usual(found: Chain) -> Taste:
    first, last = found.links[0].layer.name, found.links[-1].layer.name
    if _BLOCKS.search(first) and not _BLOCKS.search(last):
        return Taste(hidden="relu", last="sigmoid")
    if "model" in first or found.norms:
        return Taste(hidden="leaky", last="tanh", epsilon="0.8" if found.norms > 1 else "1e-5")
    return Taste(hidden="relu" if first[:1].isdigit() else "leaky", last="tanh")

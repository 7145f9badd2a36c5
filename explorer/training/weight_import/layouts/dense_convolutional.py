"""Generators that begin with a dense layer, seen as small pictures, and enlarge those by transposed convolutions."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from explorer.training.weight_import.chains.chain import chain
from explorer.training.weight_import.chains.generator_chains import painted
from explorer.training.weight_import.chains.geometry import DIGITS, plans
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.layers import layers_of
from explorer.training.weight_import.rebuilt import Rebuilt


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The generator; None where nothing dense comes first, or nothing is convolved behind it."""
    found = chain(layers_of(tensors))
    if found is None or found.links[0].op != "dense" or not found.channels:
        return None
    enlarges = any(link.doubles for link in found.links)
    if enlarges:
        usual = Taste(hidden="leaky", last="tanh", epsilon="0.8" if "conv_blocks.0.weight" in tensors else "1e-5")
        return painted("Upsampling DCGAN", found, chosen, usual)
    if all(link.layer.name.startswith("dec") for link in found.links):
        return painted("Decoder of a VAE", found, chosen, Taste(hidden="relu", last="sigmoid"))
    last = "sigmoid" if plans(found.start_side, found.turns)[:1] == [DIGITS] else "tanh"
    return painted("DCGAN with a dense layer first", found, chosen, Taste(hidden="relu", last=last))

"""Conditional generators (Mirza and Osindero 2014) whose classes are rows of an embedding."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

from explorer.training.weight_import.chains.chain import chain
from explorer.training.weight_import.chains.generator_chains import painted
from explorer.training.weight_import.choices import JOIN, Taste
from explorer.training.weight_import.entrances import LABEL_FIRST, LATENT_FIRST, PRODUCT, Entrance
from explorer.training.weight_import.layers import layers_of
from explorer.training.weight_import.rebuilt import Rebuilt

ORDER = 30
_EMBEDS = re.compile(r"(^|[._])(label|class|cls|y|cond)?_?(emb|embed|embedding|embeddings)(_layer)?\.weight$", re.I)
_MOST_CLASSES = 10_000


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The generator; None where there is not just one embedding before a chain of layers."""
    names = [name for name, tensor in tensors.items() if _EMBEDS.search(name) and tensor.dim() == 2]
    if len(names) != 1:
        return None
    table = tensors[names[0]]
    found = chain(layers_of({name: tensor for name, tensor in tensors.items() if name != names[0]}))
    if found is None or not 2 <= len(table) <= _MOST_CLASSES:
        return None
    if found.latent_size < table.shape[1] or len(table) > 64 * found.latent_size:
        return None
    ways = [PRODUCT] if found.latent_size == table.shape[1] else [LABEL_FIRST, LATENT_FIRST]
    ways = [chosen[JOIN]] if chosen.get(JOIN) in ways else ways
    usual = Taste(hidden="leaky", last="tanh", epsilon="mixed" if found.channels else "0.8" if found.norms else "1e-5")
    entrances = [Entrance(way=way, table=table.float(), is_embedding=True) for way in ways]
    return painted("Conditional GAN", found, chosen, usual, entrances)

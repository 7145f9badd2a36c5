"""Conditional generators (Mirza and Osindero 2014) whose classes are rows of an embedding."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

from explorer.training.weight_import.chains.chain import chain
from explorer.training.weight_import.chains.generator_chains import painted
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.entrances import LABEL_FIRST, LATENT_FIRST, PRODUCT, SUM, Entrance
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
    rows = table.float()
    ways = [PRODUCT, SUM] if found.latent_size == table.shape[1] else [LABEL_FIRST, LATENT_FIRST]
    entrances = [Entrance(way=way, table=rows) for way in ways]
    if found.latent_size == table.shape[1]:
        entrances.append(Entrance())  # in some programs it stands there and is not used
    enlarges = any(link.doubles for link in found.links)
    epsilon = "mixed" if enlarges else "0.8" if found.norms > 1 and not found.channels else "1e-5"
    usual = Taste(hidden="leaky" if enlarges or not found.channels else "relu", last="tanh", epsilon=epsilon)
    return painted("Conditional GAN", found, chosen, usual, entrances)

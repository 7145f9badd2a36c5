"""Decoders of quantised autoencoders (van den Oord et al. 2017): grids of codes that numbers choose from a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from torch import nn

from explorer.training.weight_import.source.painter import SourceEntrance

_QUANTISES = re.compile(r"vq|quanti[sz]|codebook|embed", re.IGNORECASE)
_SIZE = re.compile(r"im(a)?ge?_?(size|dim)|resolution|^size$", re.IGNORECASE)
_SIDES = (4, 7, 8, 16, 32, 12, 24, 64)


def tables_in(network: nn.Module) -> Iterator[tuple[str, nn.Embedding]]:
    """Tables of codes in a network, by the whole names of their layers."""
    for name, layer in network.named_modules():
        if (
            isinstance(layer, nn.Embedding)
            and _QUANTISES.search(name)
            and layer.embedding_dim < layer.num_embeddings * 64
        ):
            yield name, layer


def grids(network: nn.Module, method: str, name: str) -> Iterator[SourceEntrance]:
    """Entrances for grids of codes of several sides."""
    for table, _ in tables_in(network):
        for side in _SIDES:
            yield SourceEntrance(method, ((name, "latent"),), side * side, table=table, side=side)


def wanted_side(settings: Mapping[str, Any]) -> int | None:
    """The side of pictures that settings speak of."""
    sizes = [value for name, value in settings.items() if _SIZE.search(name) and type(value) is int]
    return sizes[0] if sizes else None

"""Conditional generators (Mirza and Osindero 2014) whose classes are rows of an embedding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from torch import Tensor, nn

from explorer.training.rebuilding.chain import Chain, chain
from explorer.training.rebuilding.layers import layers_of
from explorer.training.rebuilding.painting import Labelled, painted
from explorer.training.rebuilding.questions import Taste
from explorer.training.rebuilding.rebuilt import Choice, Rebuilt

ORDER = 30
_EMBEDS = re.compile(
    r"(^|[._])(label|class|cls|y|cond)?_?(emb|embed|embedding|embeddings)(_layer)?\.weight$", re.I
)
_MOST_CLASSES = 10_000
_WAYS = (("label first", "class, then latent"), ("latent first", "latent, then class"))


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The generator; None where there is not just one embedding before a chain of layers."""
    names = [name for name, tensor in tensors.items() if _EMBEDS.search(name) and tensor.dim() == 2]
    if len(names) != 1:
        return None
    table = tensors[names[0]]
    found = chain(layers_of({name: tensor for name, tensor in tensors.items() if name != names[0]}))
    if found is None or not 2 <= len(table) <= _MOST_CLASSES:
        return None
    multiplied = found.latent_size == table.shape[1]
    if found.latent_size < table.shape[1] or len(table) > 64 * found.latent_size:
        return None
    body = painted("", found, chosen, _usual(found))
    if body is None:
        return None
    return _labelled(body, table, found.latent_size, multiplied, chosen)


def _usual(found: Chain) -> Taste:
    return Taste(hidden="leaky", last="tanh", epsilon="0.8" if found.norms else "1e-5")


def _labelled(
    body: Rebuilt, table: Tensor, width: int, multiplied: bool, chosen: Mapping[str, str]
) -> Rebuilt:
    embedding = nn.Embedding(*table.shape)
    embedding.load_state_dict({"weight": table}, strict=True)
    taken = chosen.get("join", "label first")
    way = "product" if multiplied else taken if taken in dict(_WAYS) else "label first"
    network = Labelled(embedding, body.networks["generator"], way).eval().requires_grad_(False)
    latent = width if multiplied else width - table.shape[1]
    card = replace(
        body.card, latent_size=int(latent), classes=tuple(str(index) for index in range(len(table)))
    )
    join = Choice("join", "In which order do class and latent enter?", _WAYS, way)
    problems = body.problems
    if not multiplied and "join" not in chosen:
        problems += (
            "In which order class and latent enter the weights do not tell; the class first was taken.",
        )
    return Rebuilt(
        "Conditional GAN",
        {"generator": network},
        card,
        body.choices if multiplied else (*body.choices, join),
        problems,
    )

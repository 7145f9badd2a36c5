"""Conditional generators (Mirza and Osindero 2014) whose classes are rows of an embedding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn

from explorer.training.weight_import.batch_statistics import best, typical
from explorer.training.weight_import.chain import Chain, chain
from explorer.training.weight_import.choices import Taste
from explorer.training.weight_import.class_conditional import Labelled
from explorer.training.weight_import.generator_chains import mismatch, painted, possible_plans, settled
from explorer.training.weight_import.layers import layers_of
from explorer.training.weight_import.rebuilt import Choice, Rebuilt

ORDER = 30
_EMBEDS = re.compile(r"(^|[._])(label|class|cls|y|cond)?_?(emb|embed|embedding|embeddings)(_layer)?\.weight$", re.I)
_MOST_CLASSES = 10_000
_OPEN = "In which order class and latent enter the weights do not tell; the class first was taken."
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
    if found.latent_size < table.shape[1] or len(table) > 64 * found.latent_size:
        return None
    way, sure = _way(found, table, chosen)
    body = painted("", found, chosen, _usual(found), partial(_fed, found, table, way))
    return None if body is None else _labelled(body, table, found.latent_size, way, sure, chosen)


def _usual(found: Chain) -> Taste:
    return Taste(hidden="leaky", last="tanh", epsilon="0.8" if found.norms else "1e-5")


def _fed(found: Chain, table: Tensor, way: str, count: int, distribution: str) -> Tensor:
    """Latents and the rows of their classes, every class alike often, as they enter the chain."""
    rows = table[torch.arange(count) % len(table)]
    if way == "product":
        return rows * typical(count, found.latent_size, distribution)
    z = typical(count, found.latent_size - table.shape[1], distribution)
    return torch.cat((rows, z) if way == "label first" else (z, rows), 1)


def _way(found: Chain, table: Tensor, chosen: Mapping[str, str]) -> tuple[str, bool]:
    """How class and latent are joined, and whether that is known; batch normalisation may remember it."""
    if found.latent_size == table.shape[1]:
        return "product", True
    if chosen.get("join") in dict(_WAYS):
        return chosen["join"], True
    ways = possible_plans(found)
    if not found.norms or (found.channels and not ways):
        return "label first", False
    plan, options = (ways[0] if ways else None), [way for way, _ in _WAYS]

    def score(way: str) -> float:
        fed = partial(_fed, found, table, way)
        taste = settled(found, plan, chosen, _usual(found), fed)[0]
        return mismatch(found, plan, fed, taste)

    return best(options, "label first", score)


def _labelled(body: Rebuilt, table: Tensor, width: int, way: str, sure: bool, chosen: Mapping[str, str]) -> Rebuilt:
    embedding = nn.Embedding(*table.shape)
    embedding.load_state_dict({"weight": table}, strict=True)
    network = Labelled(embedding, body.networks["generator"], way).eval().requires_grad_(False)
    latent = width if way == "product" else width - table.shape[1]
    names = tuple(str(index) for index in range(len(table)))
    card = replace(body.card, latent_size=int(latent), classes=names)
    choices, problems = body.choices, body.problems
    if way != "product":
        choices += (Choice("join", "In which order do class and latent enter?", _WAYS, way),)
    if not sure:
        problems += (_OPEN,)
    return Rebuilt("Conditional GAN", {"generator": network}, card, choices, problems)

"""Conditional generators whose class, and perhaps latent, pass layers of their own before they come together.

The class is one of a few: what its layers make of it is a row for each, worked out once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from explorer.training.weight_import.activations import activation
from explorer.training.weight_import.assembly import built, layers_by_name, sequence, steps_of
from explorer.training.weight_import.chains.batch_statistics import typical
from explorer.training.weight_import.chains.chain import LARGEST_LATENT, Chain, chain
from explorer.training.weight_import.chains.deciding import Open, decided
from explorer.training.weight_import.chains.generator_chains import painted
from explorer.training.weight_import.chains.geometry import StridePlan
from explorer.training.weight_import.choices import LATENT, LATENT_OPTIONS, Taste
from explorer.training.weight_import.entrances import LABEL_FIRST, LATENT_FIRST, PRODUCT, SUM, Entrance, Stem
from explorer.training.weight_import.layers import WeightLayer, layers_of
from explorer.training.weight_import.rebuilt import Rebuilt

ORDER = 28
_OF_LABELS = re.compile(
    r"^(.*[._])?(labels?|class(es)?|cls|cond(ition)?|lbl|y)([._\d]|$|_?(emb|fc|lin|map|proj|block))", re.I
)
_SECOND = re.compile(r"^(.*\D\d*)_2(_?(bn|norm|batch_?norm))?$", re.I)
_EMBEDS = re.compile(r"emb", re.I)
_MOST_CLASSES = 1000
_ACTS = ("relu", "leaky", "plain", "tanh")
_BEHIND = (*((act, act) for act in _ACTS), ("relu", "plain"), ("leaky", "plain"), ("plain", "relu"))
"""Behind the layers of the latent, and behind those of the class."""


def rebuild(tensors: Mapping[str, Tensor], chosen: Mapping[str, str]) -> Rebuilt | None:
    """The generator; None where no layers are of the class alone, or the rest does not take what they give."""
    layers = layers_of(tensors)
    ours = _of_class(layers)
    rest = [layer for layer in layers if layer not in ours]
    if not ours or not rest or (len(ours) == 1 and _is_table(ours[0])):
        return None
    tables = {act: table for act in _ACTS if (table := _table(ours, act)) is not None}
    if not tables:
        return None
    for trunk, stem in _parted(rest, tables["plain"].shape[1]):
        entrances = list(_entrances(trunk, stem, tables))
        usual = Taste(hidden="relu" if trunk.channels or stem else "leaky", last="tanh")
        found = painted("Conditional GAN of two entrances", trunk, chosen, usual, entrances)
        if found is not None:
            return found
    return None


def _of_class(layers: Sequence[WeightLayer]) -> list[WeightLayer]:
    """The layers of the class, by their names: ``label_fc``, or ``fc1_2`` beside ``fc1_1``."""
    named = [layer for layer in layers if _OF_LABELS.match(layer.name)]
    if named:
        return named
    names = {layer.name for layer in layers}
    seconds = [(layer, match) for layer in layers if (match := _SECOND.match(layer.name))]
    return [layer for layer, match in seconds if f"{match[1]}_1{match[2] or ''}" in names]


def _is_table(layer: WeightLayer) -> bool:
    return layer.kind == "dense" and layer.bias is None and bool(_EMBEDS.search(layer.name))


def _table(layers: Sequence[WeightLayer], act: str) -> Tensor | None:
    """What layers make of each class, (classes, numbers), ``act`` behind each; None where they make nothing."""
    rows: Tensor | None = layers[0].weight.float() if _is_table(layers[0]) else None
    links = list(layers[1:] if rows is not None else layers)
    own = chain(links) if rows is None else chain(links, takes=int(rows.shape[1]))
    if own is None:
        return None
    rows = torch.eye(own.latent_size) if rows is None else rows
    if not 2 <= len(rows) <= _MOST_CLASSES:
        return None
    with torch.no_grad():
        made: Tensor = _stem_of(own, act)(rows)
    return made.contiguous()


def _stem_of(own: Chain, act: str) -> nn.Sequential:
    """The layers of a chain, ``act`` behind each of them, to rows of numbers."""
    steps = list(steps_of(own, _kept(own), Taste(hidden=act, last="plain")))
    steps = steps[: max(place for place, step in enumerate(steps) if step.layer) + 1]
    return sequence([*built(tuple(steps), layers_by_name(own)), activation(act), nn.Flatten()])


def _kept(own: Chain) -> StridePlan:
    """Strides and paddings of layers that see one pixel as a picture of their kernel's side."""
    return StridePlan(((1, 0, 0),) * len(own.turns), 0)


def _parted(rest: Sequence[WeightLayer], label: int) -> Iterator[tuple[Chain, Chain | None]]:
    """The rest as what comes behind the join, and as what the latent passes before it, if anything."""
    for place in range(len(rest) - 1):
        trunk, before = list(rest[place:]), list(rest[:place])
        if not trunk[0].has_weight:
            continue
        if not before:
            found = chain(trunk)
            if found is not None and found.latent_size >= label:
                yield found, None
            continue
        stem = chain(before)
        if stem is None or stem.latent_size > LARGEST_LATENT:
            continue
        try:
            with torch.no_grad():
                width = int(_stem_of(stem, "relu")(torch.zeros(1, stem.latent_size)).shape[1])
        except (RuntimeError, ValueError):
            continue
        for takes in (width + label, width):
            found = chain(trunk, takes=takes)
            if found is not None and (takes > width or width == label):
                yield found, stem


def _entrances(trunk: Chain, stem: Chain | None, tables: Mapping[str, Tensor]) -> Iterator[Entrance]:
    is_alike = trunk.latent_size == tables["plain"].shape[1]
    stems = {act: Stem(_stem_of(stem, act), stem.latent_size, _priors(stem, act)) for act in _ACTS} if stem else {}
    for own, act in _BEHIND if stem else zip(_ACTS, _ACTS, strict=True):
        for way in (PRODUCT, SUM) if is_alike else (LATENT_FIRST, LABEL_FIRST):
            yield Entrance(way=way, table=tables[act], stem=stems.get(own), behind=f"{own}/{act}" if stem else act)


def _priors(stem: Chain, act: str) -> frozenset[str]:
    """The distributions of the latent that the batch normalisation of these layers allows."""
    every = [key for key, _ in LATENT_OPTIONS]
    if not stem.norms:
        return frozenset(every)
    steps = steps_of(stem, _kept(stem), Taste(hidden=act))
    feeds = {prior: partial(_drawn, stem.latent_size, prior) for prior in every}
    verdict = decided(steps, layers_by_name(stem), feeds, Open(False, False, False, False), act)
    return frozenset({verdict.feed} if LATENT in verdict.sure else every)


def _drawn(size: int, prior: str, count: int) -> Tensor:
    return typical(count, size, prior)

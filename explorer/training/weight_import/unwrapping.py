"""Finds the networks among all that a training program kept in one file.

State dicts lie at the top, under names such as ``netG`` or ``state_dict``, and inside those under prefixes such as
``module.`` or ``generator.``; all of these are one thing here: the first parts of dotted names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.core.words import plain

_AVERAGED = re.compile(r"ema|averaged|swa|shadow|_avg|gs$|smooth|running_g|g_running", re.IGNORECASE)
_PAINTS = re.compile(
    r"^(net_?g|g|gen|generator|g_?model|model_?g|generator_state_dict|g_state(_dict)?|gen_state(_dict)?|netg_state_dict"
    r"|state_dict_?g|g_state_dict|gen_model|g_net|gnet|weights_g|params_g)$",
    re.IGNORECASE,
)
_JUDGES = re.compile(
    r"^(net_?d|d|disc|dis|discriminator|critic|d_?model|model_?d|discriminator_state_dict|d_state(_dict)?|d_net|dnet"
    r"|disc_state(_dict)?|netd_state_dict|state_dict_?d|critic_state_dict|encoder_d)$",
    re.IGNORECASE,
)
_TRAINS = re.compile(r"optim|sched|^opt|_opt|scaler|grad|loss|history|metric|lr_|amp$|callbacks|rng", re.IGNORECASE)
_WRAPS = re.compile(
    r"^(module|_orig_mod|model|net|network|state_dict|model_state_dict|model_state|state|weights|params|params_ema"
    r"|ema_model|0|1|2|parallel|backbone|gan|vae|autoencoder|ae|decoder|decoder_state_dict|dec|first_stage_model)$",
    re.IGNORECASE,
)
_DEEPEST = 6


@dataclass(frozen=True, eq=False)
class Candidate:
    """Tensors that may be one network, by their names inside it.

    Attributes
    ----------
    where : str
        What leads to them in the file, e.g. ``state_dict.generator``; "" where they lie at the top.
    tensors : mapping of str to Tensor
    judges : bool
        Whether that sounds like a discriminator.
    averaged : bool
        Whether that sounds like a running average of a generator's weights, which paints best.
    """

    where: str
    tensors: Mapping[str, Tensor]
    judges: bool = False
    averaged: bool = False


def candidates(tensors: Mapping[str, Tensor]) -> list[Candidate]:
    """What may be a network in a file, the likeliest generator first."""
    found = [each for each in _below("", dict(tensors), 0) if each.tensors]
    order = sorted(range(len(found)), key=lambda place: (_rank(found[place]), place))
    return [found[place] for place in order]


def left_out(tensors: Mapping[str, Tensor], taken: Candidate) -> str:
    """What else a file holds beside the network that was taken and what only trains, in words; "" for nothing."""
    prefix = f"{taken.where}." if taken.where else ""
    others: dict[str, int] = {}
    for name in tensors:
        head = name.partition(".")[0]
        if not name.startswith(prefix) and not _TRAINS.search(head):
            others[head] = others.get(head, 0) + 1
    some = [f"{plain(head)} ({count} tensor{'s' if count > 1 else ''})" for head, count in list(others.items())[:4]]
    return ", ".join([*some, *(["…"] if len(others) > len(some) else [])])


def _rank(candidate: Candidate) -> tuple[int, int]:
    parts = candidate.where.split(".")
    paints = any(_PAINTS.match(part) or _AVERAGED.search(part) for part in parts)
    return (2 if candidate.judges else 0 if paints else 1), 0 if candidate.averaged else 1


def _below(where: str, tensors: dict[str, Tensor], depth: int) -> Iterator[Candidate]:
    """The tensors at ``where``, and those in its parts that sound like networks."""
    kept = {name: tensor for name, tensor in tensors.items() if not _TRAINS.search(name.partition(".")[0])}
    heads = list(dict.fromkeys(name.partition(".")[0] for name in kept))
    parts = where.split(".") if where else []
    if _is_network(heads, kept):
        yield Candidate(
            where,
            folded(kept),
            judges=any(_JUDGES.match(part) for part in parts),
            averaged=any(_AVERAGED.search(part) for part in parts),
        )
    if depth >= _DEEPEST:
        return
    for head in heads:
        inside = _under(head, kept)
        known = _PAINTS.match(head) or _JUDGES.match(head) or _WRAPS.match(head) or _AVERAGED.search(head)
        if inside and (known or len(heads) == 1 or "/" in head):
            yield from _below(f"{where}.{head}" if where else head, inside, depth + 1)


def _is_network(heads: list[str], tensors: Mapping[str, Tensor]) -> bool:
    """Whether this is more than one layer, and more than a wrapping around one thing inside.

    A sequence of numbered layers keeps the name that it has in its module: ``model.0`` says more than ``0``.
    """
    if all("." not in name for name in tensors):
        return False
    inside = {name.split(".")[1] for name in tensors if "." in name}
    return len(heads) > 1 or all(part.isdigit() for part in inside)


def _under(head: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    prefix = head + "."
    return {name[len(prefix) :]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def folded(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights that layers calculate with, where spectral or weight normalisation keeps them in parts.

    Spectral normalisation divides by u' W v (Miyato et al. 2018, eq. 8), weight normalisation gives g v / |v|
    (Salimans and Kingma 2016, eq. 2).
    """
    plain: dict[str, Tensor] = {}
    tensors = {_in_old_words(name): tensor for name, tensor in tensors.items()}
    for name, tensor in tensors.items():
        base = name
        for mark in ("_orig", "_g"):
            base = base.removesuffix(mark)
        if name.endswith("weight_orig") and f"{base}_u" in tensors:
            plain[base] = _spectral(tensor, tensors[f"{base}_u"], tensors.get(f"{base}_v"))
        elif name.endswith("weight_g") and f"{base}_v" in tensors:
            plain[base] = torch._weight_norm(tensors[f"{base}_v"], tensor, _norm_axis(tensor))
        elif not _is_remnant(name, tensors):
            plain[name] = tensor
    return plain


def _in_old_words(name: str) -> str:
    """The name that PyTorch gave a part of a weight before it had parametrisations."""
    before, found, part = name.partition("parametrizations.weight.")
    if not found:
        return name
    spectral = {"original": "weight_orig", "0._u": "weight_u", "0._v": "weight_v"}
    return before + {**spectral, "original0": "weight_g", "original1": "weight_v"}.get(part, part)


def _is_remnant(name: str, tensors: Mapping[str, Tensor]) -> bool:
    base = name[:-2]
    return name.endswith(("weight_u", "weight_v")) and (f"{base}_orig" in tensors or f"{base}_g" in tensors)


def _norm_axis(g: Tensor) -> int:
    return max(range(g.dim()), key=lambda axis: g.shape[axis])


def _spectral(weight: Tensor, u: Tensor, v: Tensor | None) -> Tensor:
    """A transposed convolution is a matrix by its second axis: where both would do, the one in which u fits v."""
    found: list[tuple[float, Tensor]] = []
    for axis in (0, 1):
        matrix = weight.transpose(0, axis).flatten(1)
        if len(u) == len(matrix):
            right = v if v is not None and len(v) == matrix.shape[1] else matrix.T @ u / (matrix.T @ u).norm()
            result = matrix @ right
            found.append((float(torch.dot(u, result) / result.norm()), weight / torch.dot(u, result)))
    return max(found, key=lambda each: each[0])[1] if found else weight

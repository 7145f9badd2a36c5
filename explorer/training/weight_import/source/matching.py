"""Which tensors of a file are which weights of a network: by names, else by their order, always by their shapes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.training.weight_import.source.following.source_layers import check_tree
from explorer.training.weight_import.unwrapping import candidates

_AVERAGED = re.compile(r"ema|averaged|swa|shadow|_avg|smooth|running_g", re.IGNORECASE)
_JUDGES = re.compile(r"(^|\.)(net_?d|d|disc\w*|critic)(\.|$)", re.IGNORECASE)
_COUNTER = "num_batches_tracked"
_MOST_PREFIXES = 64


@dataclass(frozen=True)
class Match:
    """Where a network's weights lie in a file.

    Attributes
    ----------
    prefix : str
        Before the network's own names, e.g. ``generator.module.``.
    names : mapping of str to str
        The file's name of each of the network's own.
    by_order : bool
        Whether names differ, and order and shapes alone told.
    unused : tuple of str
        Names under the same prefix that the network does not have.
    """

    prefix: str
    names: Mapping[str, str]
    by_order: bool = False
    unused: tuple[str, ...] = ()


def shapes_of(network: nn.Module) -> dict[str, tuple[int, ...]]:
    """The weights that a network needs, and their shapes."""
    check_tree(network)
    return {n: tuple(t.shape) for n, t in network.state_dict().items() if not n.endswith(_COUNTER)}


def agreement(own: Mapping[str, tuple[int, ...]], theirs: Mapping[str, Tensor], prefix: str) -> tuple[int, int]:
    """How many names and sides agree, and how many there are in all; equal where everything fits."""
    agree = whole = 0
    for name, shape in own.items():
        found = theirs.get(prefix + name)
        whole += 2 + len(shape)
        if found is not None:
            same = sum(a == b for a, b in zip(shape, found.shape, strict=False))
            agree += 1 + same + (len(shape) == found.dim())
    return agree, whole


def likeliest_prefix(own: Mapping[str, tuple[int, ...]], theirs: Mapping[str, Tensor]) -> str | None:
    """What stands before a network's names in a file; None where few of them are there."""
    found = Counter(p for p in prefixes(own, theirs))
    best = max(found, key=lambda prefix: _rank(own, theirs, prefix), default=None)
    if best is None or sum(best + name in theirs for name in own) * 2 < len(own):
        return None
    return best


def prefixes(own: Mapping[str, tuple[int, ...]], theirs: Mapping[str, Tensor]) -> list[str]:
    """What may stand before a network's names."""
    some = [*list(own)[:2], *list(own)[-2:]]
    ends = {name[: -len(last)] for last in some for name in theirs if name == last or name.endswith("." + last)}
    return sorted(ends, key=len)[:_MOST_PREFIXES]


def _rank(own: Mapping[str, tuple[int, ...]], theirs: Mapping[str, Tensor], prefix: str) -> tuple[int, bool, bool, int]:
    agree = agreement(own, theirs, prefix)[0]
    return agree, bool(_AVERAGED.search(prefix)), not _JUDGES.search(prefix), -len(prefix)


def matched(network: nn.Module, theirs: Mapping[str, Tensor]) -> Match | None:
    """Where a network's weights are in a file; None where not all of them are.

    Parameters
    ----------
    network : Module
    theirs : mapping of str to Tensor
        All of the file's, weights in parts folded into one.
    """
    own = shapes_of(network)
    prefix = likeliest_prefix(own, theirs)
    if not own:
        return None
    if prefix is not None:
        agree, whole = agreement(own, theirs, prefix)
        if agree == whole:
            return Match(prefix, {name: prefix + name for name in own}, unused=_unused(own, theirs, prefix))
    return _by_order(own, theirs)


def _unused(own: Mapping[str, tuple[int, ...]], theirs: Mapping[str, Tensor], prefix: str) -> tuple[str, ...]:
    """What lies beside a network's weights and is none of them; of other networks in the file nothing is said."""
    heads = {name.partition(".")[0] for name in own}
    beside = [name for name in theirs if name.startswith(prefix) and name[len(prefix) :] not in own]
    mine = [n for n in beside if prefix or n.partition(".")[0] in heads or "." not in n]
    return tuple(name for name in mine if not name.endswith(_COUNTER))


def _by_order(own: Mapping[str, tuple[int, ...]], theirs: Mapping[str, Tensor]) -> Match | None:
    for prefix, told in _orders(own, theirs):
        if all(tuple(theirs[told[name]].shape) == shape for name, shape in own.items()):
            return Match(prefix, told, by_order=True)
    return None


def _orders(own: Mapping[str, tuple[int, ...]], theirs: Mapping[str, Tensor]) -> Iterator[tuple[str, dict[str, str]]]:
    """Parts of a file that hold as many tensors as a network has, each of as many axes: what is before their names, and
    which would be which."""
    for candidate in candidates(theirs):
        prefix = candidate.where + "." if candidate.where else ""
        names = [prefix + name for name in candidate.tensors if not name.endswith(_COUNTER)]
        if candidate.judges or len(names) != len(own) or not all(name in theirs for name in names):
            continue
        if all(theirs[name].dim() == len(shape) for name, shape in zip(names, own.values(), strict=True)):
            yield prefix, dict(zip(own, names, strict=True))


def closeness(network: nn.Module, theirs: Mapping[str, Tensor]) -> int:
    """How many names and sides of a network agree with a file, by name or by order; 0 where it is another one."""
    own = shapes_of(network)
    prefix = likeliest_prefix(own, theirs)
    if prefix is not None:
        return agreement(own, theirs, prefix)[0]
    renamed = ({mine: theirs[name] for mine, name in told.items()} for _, told in _orders(own, theirs))
    return max((agreement(own, named, "")[0] for named in renamed), default=0)


def load(network: nn.Module, match: Match, theirs: Mapping[str, Tensor]) -> None:
    """Give a network its weights; it is in eval mode afterwards, as it was."""
    state = {name: theirs[there] for name, there in match.names.items()}
    for name in network.state_dict():
        if name.endswith(_COUNTER):
            state[name] = torch.tensor(0)
    network.load_state_dict(state, assign=True, strict=True)
    network.eval().requires_grad_(False)

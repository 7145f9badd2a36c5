"""What batch normalisation remembers of the layers before it decides what stands between them, layer by layer.

Each normalisation kept the mean and the variance of what reached it in training. Between two of them little is open:
an activation, how a picture is enlarged, the epsilon of the first. Whatever leads to the statistics of the second
was it; after the last one nothing is remembered, and what was found before it is taken to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from explorer.training.weight_import.architecture import Architecture, Step
from explorer.training.weight_import.assembly import module_of
from explorer.training.weight_import.chains.batch_statistics import surprise
from explorer.training.weight_import.choices import EPSILON, HIDDEN, HIDDEN_OPTIONS, LATENT
from explorer.training.weight_import.layers import WeightLayer

Feed = Callable[[int], Tensor]
"""So many examples of what a chain takes, (count, size)."""

POOR = 0.5
"""A surprise above which not even the best reading fits."""

_CLEARLY = 0.85
_CHANCE = 0.01  # by which surprises differ for no reason: those of chance in training and in examples
_FITS = 0.15
_OF_PICTURES, _MOST_OF_PICTURES, _OF_ROWS = 128, 640, 4096  # examples
_MANY, _ROUGHLY, _LEAST_ROUGH = 6, 8, 32  # readings, of which a share of the examples leaves the likely ones
_ROUGH_FACTOR, _ROUGH = 2.0, 0.2  # of the best surprise, and more
_OF_ONE = 32  # of a reading that is only judged, beside no other
_KINDS = tuple(key for key, _ in HIDDEN_OPTIONS)
_ENLARGES = (("nearest",), ("bilinear", "bilinear-corners"))  # tried in turn
_EPSILONS = (1e-5, 0.8)


@dataclass(frozen=True, eq=False)
class Decision:
    """What statistics say.

    Attributes
    ----------
    steps : Architecture
        Those of the best reading, with less of them guessed.
    feed : str
        The key of the best feed.
    sure : frozenset of str
        The keys of the questions that are decided clearly.
    surprise : float or None
        Of the normalisations, on average; None where there is none.
    """

    steps: Architecture
    feed: str
    sure: frozenset[str]
    surprise: float | None


@dataclass(frozen=True)
class Open:
    """What is to be decided: ``acts`` the activations, ``epsilon`` that of norms, ``enlarging`` how; ``steps`` whether
    any of them at all, or only what enters."""

    acts: bool = True
    epsilon: bool = True
    enlarging: bool = True
    steps: bool = True


@dataclass(frozen=True, eq=False)
class _Reading:
    """One way to read a segment, and how badly what leaves it fits; that itself only where it is alone."""

    steps: Architecture
    feed: str
    kind: str
    epsilon: float
    score: float
    flow: Tensor | None = None


@torch.no_grad()
def decided(
    steps: Architecture, layers: Mapping[str, WeightLayer], feeds: Mapping[str, Feed], asks: Open, usual: str
) -> Decision:
    """The reading whose statistics come out as they were in training.

    Parameters
    ----------
    steps : Architecture
        With the usual answers.
    layers : mapping of str to WeightLayer
    feeds : mapping of str to callable
        What may enter; the usual one first.
    asks : Open
    usual : str
        The usual activation.
    """
    norms = [place for place, step in enumerate(steps) if step.op == "norm"]
    if not norms:
        return Decision(steps, next(iter(feeds)), frozenset(), None)
    is_open = len(feeds) > 1 or (asks.steps and (asks.acts or asks.epsilon or _enlarges(steps)))
    flows = {key: feed(_count(steps, layers) if is_open else _OF_ONE) for key, feed in feeds.items()}
    sure, readings, kind = set[str](), list[_Reading](), ""
    for begin, end in zip([0, *norms], norms, strict=False):
        segment, norm = steps[begin:end], steps[end]
        known = kind if HIDDEN in sure else ""
        best, clear = _best_reading(segment, norm, layers, flows, asks, kind or usual, known)
        kind = best.kind if _acts(segment) else kind
        sure |= clear
        readings.append(best)
        flow = _through(best.steps, layers, flows[best.feed]) if best.flow is None else best.flow
        flows = {best.feed: flow}
    done = [step for reading in readings for step in reading.steps]
    is_mixed = steps[norms[0]].epsilon != steps[norms[-1]].epsilon and len(norms) == 2  # of which one is known
    if not asks.steps:
        done = list(steps)
    else:
        done += _rest(steps[norms[-1] :], done, kind, HIDDEN in sure, is_mixed)
    scores = [reading.score for reading in readings]
    return Decision(tuple(done), readings[0].feed, frozenset(sure), sum(scores) / len(scores))


def _best_reading(
    segment: Architecture,
    norm: Step,
    layers: Mapping[str, WeightLayer],
    flows: Mapping[str, Tensor],
    asks: Open,
    usual: str,
    known: str,
) -> tuple[_Reading, set[str]]:
    """The best reading of what leads to ``norm``, and what it decides; ``known`` is tried alone at first."""
    if known:
        best, clear = _best_reading(segment, norm, layers, flows, replace(asks, acts=False), known, "")
        if best.score < _FITS or not asks.acts:
            return best, clear
    kinds = _KINDS if asks.acts and _acts(segment) else (usual,)
    epsilons: tuple[float, ...] = (segment[0].epsilon,)
    if asks.epsilon and segment[0].op == "norm":
        epsilons = tuple(dict.fromkeys((*epsilons, *_EPSILONS)))
    found, every = list[_Reading](), list[_Trial]()
    asks_ways = asks.enlarging and _enlarges(segment)
    alone = len(flows) * len(kinds) * len(epsilons) == 1 and not asks_ways
    for ways in _ENLARGES if asks_ways else ((),):
        tried = [
            _Trial(_with(segment, kind, epsilon, way) if asks.steps else segment, key, kind, epsilon)
            for key in flows
            for kind in sorted(kinds, key=lambda kind: kind != usual)
            for epsilon in epsilons
            for way in ways or ("",)
        ]
        every += tried
        found += [_read(each, norm, layers, flows, alone) for each in _likely(tried, norm, layers, flows)]
        if _lowest(found).score < _FITS:
            break
    best = _lowest(found)
    return best, _decides(best, found, every)


def _decides(best: _Reading, found: Sequence[_Reading], every: Sequence[_Trial]) -> set[str]:
    """The questions that the best reading answers clearly better than any with another answer."""
    if best.score >= POOR:
        return set()
    close = [each for each in found if _is_close(each.score, best.score)]
    answers = {LATENT: "feed", HIDDEN: "kind", EPSILON: "epsilon"}

    def differ(several: Sequence[_Reading | _Trial], field: str) -> bool:
        return any(getattr(each, field) != getattr(best, field) for each in several)

    return {key for key, field in answers.items() if differ(every, field) and not differ(close, field)}


@dataclass(frozen=True)
class _Trial:
    """One way to read a segment, not judged yet."""

    steps: Architecture
    feed: str
    kind: str
    epsilon: float


def _likely(
    tried: Sequence[_Trial], norm: Step, layers: Mapping[str, WeightLayer], flows: Mapping[str, Tensor]
) -> Sequence[_Trial]:
    """Those that a few examples leave possible, where many are tried."""
    if len(tried) <= _MANY:
        return tried
    few = {key: flow[: max(_LEAST_ROUGH, len(flow) // _ROUGHLY)] for key, flow in flows.items()}
    scores = [_read(each, norm, layers, few, alone=False).score for each in tried]
    most = _ROUGH_FACTOR * min(scores) + _ROUGH
    return [each for each, score in zip(tried, scores, strict=True) if score <= most]


def _read(
    tried: _Trial, norm: Step, layers: Mapping[str, WeightLayer], flows: Mapping[str, Tensor], alone: bool
) -> _Reading:
    flow = _through(tried.steps, layers, flows[tried.feed])
    score = surprise(module_of(norm, layers, flow.dim() == 2), flow)
    return _Reading(tried.steps, tried.feed, tried.kind, tried.epsilon, score, flow if alone else None)


def _through(segment: Architecture, layers: Mapping[str, WeightLayer], flow: Tensor) -> Tensor:
    for step in segment:
        flow = module_of(step, layers, flow.dim() == 2)(flow)
    return flow


def _rest(rest: Architecture, done: Sequence[Step], kind: str, sure: bool, is_mixed: bool) -> Iterator[Step]:
    """What no statistics follow: as what was found before it."""
    epsilons = [step.epsilon for step in done if step.op == "norm"]
    ways = [step.kind for step in done if step.op == "enlarge"]
    for place, step in enumerate(rest):
        is_last = not any(each.layer for each in rest[place:])
        if step.op == "act" and kind and not is_last:
            yield replace(step, kind=kind, guessed=() if sure else ("kind",))
        elif step.op == "enlarge" and ways:
            yield replace(step, kind=ways[-1])
        elif step.op == "norm" and epsilons and not is_mixed:
            yield replace(step, epsilon=epsilons[-1])
        else:
            yield step


def _count(steps: Architecture, layers: Mapping[str, WeightLayer]) -> int:
    """How many examples: few where pictures are convolved, whose places count, too; many where all is rows."""
    width = int(next(layers[step.layer].weight.shape[0 if step.op == "up" else 1] for step in steps if step.layer))
    if any(step.op in ("up", "conv") for step in steps):
        return min(max(_OF_PICTURES, 2 * width + 32), _MOST_OF_PICTURES)
    return _OF_ROWS


def _enlarges(segment: Sequence[Step]) -> bool:
    return any(step.op == "enlarge" for step in segment)


def _acts(segment: Sequence[Step]) -> bool:
    return any(step.op == "act" for step in segment)


def _with(segment: Architecture, kind: str, epsilon: float, way: str) -> Architecture:
    """A segment with its activations of one kind, the norm that it begins with of this epsilon, enlarging in a way."""
    changes: dict[str, dict[str, Any]] = {
        "act": {"kind": kind, "guessed": ()},
        "norm": {"epsilon": epsilon},
        "enlarge": {"kind": way or "nearest", "guessed": ()},
    }
    return tuple(replace(step, **changes.get(step.op, {})) for step in segment)


def _lowest(found: Sequence[_Reading]) -> _Reading:
    """The first, in the order in which they are usual, that is hardly worse than the best."""
    least = min(reading.score for reading in found)
    return next(reading for reading in found if _is_close(reading.score, least))


def _is_close(score: float, best: float) -> bool:
    return score <= max(best / _CLEARLY, best + _CHANCE)

"""Generators made of one chain of layers: what is known is taken, what is not is judged, the rest is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import nn

from explorer.core.digits import whole_number
from explorer.core.models.card import ModelCard
from explorer.core.rendering.dimensions import named
from explorer.training.weight_import.architecture import ARCHITECTURE, Architecture, Step
from explorer.training.weight_import.assembly import built, frame_of, layers_by_name, steps_of
from explorer.training.weight_import.chains.chain import TURNS, Chain
from explorer.training.weight_import.chains.deciding import POOR, Decision, Feed, Open, decided
from explorer.training.weight_import.chains.edited_steps import edited
from explorer.training.weight_import.chains.geometry import StridePlan, plans
from explorer.training.weight_import.chains.sentences import said
from explorer.training.weight_import.choices import (
    EPSILON,
    HIDDEN,
    JOIN,
    LABELS,
    LAST,
    LATENT,
    LATENT_OPTIONS,
    NORM,
    NORM_OPTIONS,
    SIZE,
    Taste,
    asked,
    asked_size,
    told,
    words_of_activation,
)
from explorer.training.weight_import.entrances import (
    LABEL_FIRST,
    LATENT_FIRST,
    NONE,
    PRODUCT,
    SUM,
    UNIT,
    Entrance,
    distributed,
    in_words,
    plausible,
    possible,
    with_labels,
)
from explorer.training.weight_import.layers import WeightLayer
from explorer.training.weight_import.rebuilt import Choice, Rebuilt

Sizes = tuple[tuple[int, ...], ...]

_MOST_SIDES = 6
_FITS = 0.15
_ASKED_BY = {"act": HIDDEN, "norm": EPSILON, "affine": NORM, "up": SIZE, "conv": SIZE}
_GUESSED_OF = {HIDDEN: ("kind",), LAST: ("kind",), NORM: ("kind",), EPSILON: ("epsilon",), SIZE: ("stride", "padding")}
_JOINS = {
    LABEL_FIRST: "class, then latent",
    LATENT_FIRST: "latent, then class",
    PRODUCT: "one times the other",
    SUM: "one added to the other",
    NONE: "the latent alone; its table of classes is not used",
}


def card_of(channels: int, height: int, width: int, latent_size: int, taste: Taste) -> ModelCard:
    """The card of a generator of such pictures."""
    return ModelCard(
        kind="generator",
        latent_size=latent_size,
        distribution="uniform" if taste.latent == UNIT else taste.latent,
        value_range=taste.value_range,
        layout="NCHW",
        height=height,
        width=width,
        channels=channels,
    )


def painted(
    layout: str, found: Chain, chosen: Mapping[str, str], usual: Taste, entrances: Sequence[Entrance] = ()
) -> Rebuilt | None:
    """A generator made of ``found``; None where it paints no picture.

    Parameters
    ----------
    layout : str
        In words.
    found : Chain
    chosen : mapping of str to str
        Answers by the keys of their questions.
    usual : Taste
        What generators of this layout have as a rule.
    entrances : sequence of Entrance
        How classes may enter, the likeliest first; where there are none, one-hot codes may be among the numbers.
    """
    ways = possible_plans(found, _wanted(chosen))
    frame = (found.channels, 0, 0) if found.channels else frame_of(found.numbers)
    if frame is None or not 1 <= frame[0] <= 4 or (found.channels and not ways):
        return None
    reading = _read(found, _plan(ways, chosen, usual), chosen, usual, entrances or _one_hots(found, chosen))
    reading = replace(reading, is_given=bool(entrances))
    network, sizes = _network(reading, layers_by_name(found), found.latent_size)
    channels, height, width = sizes[-1]
    taste, entrance = reading.taste, reading.entrance
    card = card_of(3 if channels == 4 else 1 if channels == 2 else channels, height, width, 1, taste)
    classes = () if entrance.table is None else tuple(str(number) for number in range(len(entrance.table)))
    width, names = found.latent_size, entrance.names(found.latent_size)
    card = replace(card, latent_size=entrance.latent_size(width), dimensions=named(names, "code"), classes=classes)
    settled = reading.sure | frozenset(chosen)
    choices = tuple(replace(each, guessed=each.key not in settled) for each in _questions(found, ways, reading, chosen))
    problems = said(choices, reading.sure, chosen) + _doubts(reading)
    steps = reading.steps if ARCHITECTURE in chosen else marked(reading.steps, choices)
    return Rebuilt(layout, {"generator": network}, card, choices, problems, steps, sizes)


@dataclass(frozen=True, eq=False)
class _ChainReading:
    """A chain with an answer to everything."""

    steps: Architecture
    taste: Taste
    plan: StridePlan | None
    entrance: Entrance
    entrances: Sequence[Entrance]
    sure: frozenset[str]
    surprise: float | None = None
    is_given: bool = False
    """Whether the layout knows how classes may enter."""


def _read(
    found: Chain, plan: StridePlan | None, chosen: Mapping[str, str], usual: Taste, entrances: Sequence[Entrance]
) -> _ChainReading:
    """The answers to take: the user's, else those that batch normalisation remembers, else the usual ones."""
    given: dict[str, Any] = {
        key: answer for key in (HIDDEN, LAST, LATENT, EPSILON, NORM) if (answer := told(chosen, key))
    }
    taste = replace(replace(usual, norm="layer") if _of_rows(found) else usual, **given)
    latents = [taste.latent] if LATENT in given else _usual_first(taste.latent)
    entering = [
        distributed(entrance, latent)
        for entrance in _joining(entrances, chosen)
        for latent in latents
        if LATENT in given or entrance.stem is None or latent in entrance.stem.priors
    ]
    feeds = {each.key: partial(each.examples, found.latent_size) for each in entering}
    layers = layers_by_name(found)
    if ARCHITECTURE in chosen:
        steps = edited(found, chosen)
        asks = Open(acts=False, epsilon=False, enlarging=False, steps=False)
        taste = replace(taste, last=_last(steps, taste.last))
    else:
        steps = steps_of(found, plan, taste)
        asks = Open(acts=HIDDEN not in given, epsilon=EPSILON not in given and asks_epsilon(found))
    verdict = _decided(steps, layers, feeds, asks, taste.hidden)
    entrance = next(each for each in entering if each.key == verdict.feed)
    hidden, epsilon = _hidden(verdict.steps, taste.hidden), _epsilon(verdict.steps, taste.epsilon)
    taste = replace(taste, latent=entrance.distribution, hidden=hidden, epsilon=epsilon)
    sure = verdict.sure | ({LABELS, JOIN} if LATENT in verdict.sure else set())
    return _ChainReading(verdict.steps, taste, plan, entrance, entrances, frozenset(sure), verdict.surprise)


def _joining(entrances: Sequence[Entrance], chosen: Mapping[str, str]) -> Sequence[Entrance]:
    return [each for each in entrances if each.join == chosen.get(JOIN)] or entrances


def _last(steps: Architecture, usual: str) -> str:
    """How pictures leave edited steps; where nothing stands behind the last, the range is asked for."""
    last = steps[-1].kind if steps and steps[-1].op == "act" else ""
    return last if last in ("tanh", "sigmoid") else "plain01" if usual == "plain01" else "plain"


def marked(steps: Architecture, choices: Sequence[Choice]) -> Architecture:
    """Steps that say what of them is guessed, as far as the questions tell."""
    asked_ones = {choice.key: choice.guessed for choice in choices}
    end = max((place for place, step in enumerate(steps) if step.layer), default=0)

    def marks(place: int, step: Step) -> tuple[str, ...]:
        key = _ASKED_BY.get(step.op, "") if place < end else LAST if step.op == "act" else ""
        return _GUESSED_OF[key] if asked_ones.get(key) else () if key in asked_ones else step.guessed

    return tuple(replace(step, guessed=marks(place, step)) for place, step in enumerate(steps))


def _usual_first(usual: str) -> list[str]:
    return sorted((key for key, _ in LATENT_OPTIONS), key=lambda key: key != usual)


def _one_hots(found: Chain, chosen: Mapping[str, str]) -> Sequence[Entrance]:
    only = with_labels(chosen[LABELS], found.latent_size) if LABELS in chosen else None
    return [only] if only else possible(found.latent_size)


def _decided(
    steps: Architecture, layers: Mapping[str, WeightLayer], feeds: Mapping[str, Feed], asks: Open, usual: str
) -> Decision:
    """The best reading; where names do not tell, activations may also come before normalisations."""
    found = decided(steps, layers, feeds, asks, usual)
    if found.surprise is None or not asks.acts or found.surprise < _FITS:
        return found
    other = decided(postponed(steps), layers, feeds, asks, usual)
    assert other.surprise is not None
    return other if other.surprise < found.surprise / 2 else found


def postponed(steps: Architecture) -> Architecture:
    """The same steps, each activation that follows a normalisation before it instead."""
    moved: list[Step] = []
    for step in steps:
        if step.op == "act" and moved and moved[-1].op == "norm" and step.guessed:
            moved.insert(len(moved) - 1, step)
        else:
            moved.append(step)
    return tuple(moved)


def _hidden(steps: Architecture, usual: str) -> str:
    last = max((place for place, step in enumerate(steps) if step.layer), default=0)
    kinds = [step.kind for step in steps[:last] if step.op == "act" and step.kind != "plain"]
    return max(kinds[::-1], key=kinds.count) if kinds else usual


def _epsilon(steps: Architecture, usual: str) -> str:
    found = [step.epsilon for step in steps if step.op == "norm"]
    if not found:
        return usual
    return "1e-5" if found[-1] == 1e-5 else "mixed" if found[0] == 1e-5 else "0.8"


def _network(reading: _ChainReading, layers: Mapping[str, WeightLayer], width: int) -> tuple[nn.Module, Sizes]:
    """The generator, and what leaves each step."""
    return reading.entrance.network(built(reading.steps, layers)), sizes_of(reading.steps, layers, width)


def sizes_of(steps: Architecture, layers: Mapping[str, WeightLayer], width: int) -> Sizes:
    """What leaves each step, for a chain that takes ``width`` numbers."""
    sizes, flow = list[tuple[int, ...]](), torch.zeros(2, width)
    with torch.no_grad():
        for module in built(steps, layers):
            flow = module(flow)
            sizes.append(tuple(flow.shape[1:]))
    return tuple(sizes)


def possible_plans(found: Chain, wanted: int | None = None) -> list[StridePlan]:
    """Strides and paddings that make usual pictures, or such of ``wanted`` pixels; none where nothing is convolved."""
    if not found.channels:
        return []
    usual = plans(found.start_side, found.turns)
    more = plans(found.start_side, found.turns, wanted) if wanted and all(p.side != wanted for p in usual) else []
    return more + usual


def _wanted(chosen: Mapping[str, str]) -> int | None:
    return whole_number(chosen.get(SIZE, ""))


def _plan(ways: list[StridePlan], chosen: Mapping[str, str], usual: Taste) -> StridePlan | None:
    wanted = chosen.get(SIZE) or str(usual.side)
    return next((way for way in ways if str(way.side) == wanted), ways[0] if ways else None)


def asks_epsilon(found: Chain) -> bool:
    """Whether the batch normalisation may have an odd epsilon: that behind dense layers, and between enlargements."""
    return found.norms > 0 and (not found.channels or any(link.doubles for link in found.links))


def _questions(
    found: Chain, ways: list[StridePlan], reading: _ChainReading, chosen: Mapping[str, str]
) -> tuple[Choice, ...]:
    taste, choices = reading.taste, list[Choice]()
    edited = ARCHITECTURE in chosen
    if reading.plan and len(ways) > 1 and not edited:
        choices.append(asked_size([way.side for way in ways[:_MOST_SIDES]], reading.plan.side))
    if found.hidden and not edited:
        choices.append(asked(HIDDEN, taste.hidden))
    if not edited:
        choices.append(asked(LAST, taste.last))
    elif taste.last in ("plain", "plain01"):
        choices.append(asked(LAST, taste.last, ("plain", "plain01")))
    if asks_epsilon(found) and not edited:
        choices.append(asked(EPSILON, taste.epsilon))
    if (norms := _possible_norms(found)) and not edited:
        choices.append(asked(NORM, taste.norm, norms))
    choices.append(asked(LATENT, taste.latent))
    return (*choices, *_asked_entrance(found, reading))


def _possible_norms(found: Chain) -> tuple[str, ...]:
    """What the normalisations without statistics may be, by their widths; empty where there are none."""
    norms = [link.layer.weight for link in found.links if link.op == "affine"]
    widths = [len(weight) for weight in norms if weight.dim() == 1]
    groups = [(key, whole_number(key.removeprefix("group-")) or 1) for key, _ in NORM_OPTIONS]
    if _of_rows(found):  # of which each channel is one number
        groups = [(key, parts) for key, parts in groups if key != "instance"]
    return tuple(key for key, parts in groups if all(width % parts == 0 for width in widths)) if widths else ()


def _of_rows(found: Chain) -> bool:
    """Whether a normalisation without statistics stands among dense layers."""
    flat = True
    for link in found.links:
        flat = flat and link.view is None and link.op not in TURNS
        if flat and link.op == "affine":
            return True
    return False


def _asked_entrance(found: Chain, reading: _ChainReading) -> tuple[Choice, ...]:
    if reading.is_given:
        options = {each.join: _join_in_words(each) for each in reading.entrances}
        question = Choice(JOIN, "How do class and latent come together?", tuple(options.items()), reading.entrance.join)
        return (question,) if len(options) > 1 else ()
    options = {each.labels: in_words(each, found.latent_size) for each in plausible(found.latent_size)}
    options[reading.entrance.labels] = in_words(reading.entrance, found.latent_size)
    if len(options) < 2 or (reading.entrance.table is None and LABELS in reading.sure):
        return ()
    return (Choice(LABELS, "What enters its first layer?", tuple(options.items()), reading.entrance.labels),)


def _join_in_words(entrance: Entrance) -> str:
    latent, _, label = entrance.behind.rpartition("/")
    behind = f"; the latent behind {words_of_activation(latent)}" if latent else ""
    behind += f"; the class behind {words_of_activation(label)}" if label else ""
    return _JOINS[entrance.way] + behind


def _doubts(reading: _ChainReading) -> tuple[str, ...]:
    doubts = list[str]()
    if reading.surprise is not None and reading.surprise >= POOR:
        doubts.append(
            "No reading fits what its batch normalisation remembers: layers may follow each other in another way. "
            "Edit the list of layers, or give the source that it was trained with."
        )
    return tuple(doubts)

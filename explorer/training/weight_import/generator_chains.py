"""Generators made of one chain of layers: what is known is taken, what is not is judged, the rest is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from torch import Tensor

from explorer.core.models.card import ModelCard
from explorer.training.weight_import.assembly import assembled, frame_of
from explorer.training.weight_import.batch_statistics import best, surprise, typical
from explorer.training.weight_import.chain import Chain
from explorer.training.weight_import.choices import (
    EPSILON,
    EPSILON_OPTIONS,
    HIDDEN,
    HIDDEN_OPTIONS,
    LAST,
    LATENT,
    LATENT_OPTIONS,
    SIZE,
    Taste,
    asked,
    asked_size,
    told,
    words_of,
)
from explorer.training.weight_import.geometry import StridePlan, plans
from explorer.training.weight_import.rebuilt import Choice, Rebuilt

_JUDGED = 1024  # latents for the statistics of batch normalisation
_JUDGED_LARGE, _LARGE = 160, 1_000_000  # the many channels of large networks make up for fewer latents


Fed = Callable[[int, str], Tensor]


def card_of(channels: int, height: int, width: int, latent_size: int, taste: Taste) -> ModelCard:
    """The card of a generator of such pictures."""
    return ModelCard(
        kind="generator",
        latent_size=latent_size,
        distribution=taste.latent,
        value_range=taste.value_range,
        layout="NCHW",
        height=height,
        width=width,
        channels=channels,
    )


def painted(
    layout: str, found: Chain, chosen: Mapping[str, str], usual: Taste, fed: Fed | None = None
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
    fed : callable or None
        Gives so many examples of what the chain takes, for latents of some distribution; None where it takes latents.
    """
    ways = possible_plans(found)
    frame = (found.channels, 0, 0) if found.channels else frame_of(found.numbers)
    if frame is None or frame[0] not in (1, 3) or (found.channels and not ways):
        return None
    plan = _plan(ways, chosen, usual)
    taste, sure = settled(found, plan, chosen, usual, fed)
    network = assembled(found, plan, taste)
    side = plan.side if plan and found.channels else 0
    card = card_of(frame[0], side or frame[1], side or frame[2], found.latent_size, taste)
    choices, problems = _questions(found, ways, plan, taste, sure, chosen)
    return Rebuilt(layout, {"generator": network}, card, choices, problems)


def possible_plans(found: Chain, wanted: int | None = None) -> list[StridePlan]:
    """Strides and paddings that make usual pictures; none where nothing is convolved."""
    return plans(found.start_side, found.turns, wanted) if found.channels else []


def _plan(ways: list[StridePlan], chosen: Mapping[str, str], usual: Taste) -> StridePlan | None:
    wanted = chosen.get(SIZE) or str(usual.side)
    return next((way for way in ways if str(way.side) == wanted), ways[0] if ways else None)


def settled(
    found: Chain, plan: StridePlan | None, chosen: Mapping[str, str], usual: Taste, fed: Fed | None = None
) -> tuple[Taste, frozenset[str]]:
    """The answers to take: the user's, else those that batch normalisation remembers, else the usual ones.

    Returns
    -------
    (Taste, frozenset of str)
        The answers, and the keys of the questions that the statistics decided.
    """
    given: dict[str, Any] = {key: answer for key in (HIDDEN, LAST, LATENT, EPSILON) if (answer := told(chosen, key))}
    taste = replace(usual, **given)
    sure: set[str] = set()
    score = partial(mismatch, found, plan, fed)
    if LATENT not in given and _norm_comes_first(found):
        options = [replace(taste, latent=key) for key, _ in LATENT_OPTIONS]
        taste, clear = best(options, taste, partial(score, most=1))
        sure |= {LATENT} if clear else set()
    if _norm_follows_activation(found):
        hidden = [taste.hidden] if HIDDEN in given else [key for key, _ in HIDDEN_OPTIONS]
        epsilons = [key for key, _ in EPSILON_OPTIONS] if asks_epsilon(found) and EPSILON not in given else []
        options = [replace(taste, hidden=one, epsilon=other) for one in hidden for other in epsilons or [taste.epsilon]]
        taste, clear = best(options, taste, partial(score, most=2))
        sure |= {HIDDEN, EPSILON} if clear else set()
    return taste, frozenset(sure)


def mismatch(found: Chain, plan: StridePlan | None, fed: Fed | None, taste: Taste, most: int = 2) -> float:
    """How badly what batch normalisation remembers fits a reading, as `surprise`."""
    large = sum(link.layer.weight.numel() for link in found.links) > _LARGE
    count = _JUDGED_LARGE if large and most > 1 else _JUDGED
    network = assembled(found, plan, taste)
    passed = _norms_before_activation(found) if most > 1 else 0  # these do not depend on it
    z = fed(count, taste.latent) if fed else typical(count, found.latent_size, taste.latent)
    return surprise(network, z, most, passed)


def _norms_before_activation(found: Chain) -> int:
    count = 0
    for link in found.links:
        if link.acts:
            break
        count += link.op == "norm"
    return count


def _norm_comes_first(found: Chain) -> bool:
    ops = [(link.op, link.acts) for link in found.links]
    first = next((place for place, (op, _) in enumerate(ops) if op == "norm"), None)
    return first is not None and not any(acts for _, acts in ops[: first + 1])


def _norm_follows_activation(found: Chain) -> bool:
    acted = False
    for link in found.links:
        acted = acted or link.acts
        if acted and link.op == "norm":
            return True
    return False


def asks_epsilon(found: Chain) -> bool:
    """Whether the batch normalisation may have an odd epsilon: that behind dense layers, and between enlargements."""
    return found.norms > 0 and (not found.channels or any(link.doubles for link in found.links))


def _questions(
    found: Chain,
    ways: list[StridePlan],
    plan: StridePlan | None,
    taste: Taste,
    sure: frozenset[str],
    chosen: Mapping[str, str],
) -> tuple[tuple[Choice, ...], tuple[str, ...]]:
    choices: list[Choice] = []
    if plan and len(ways) > 1:
        choices.append(asked_size([way.side for way in ways[:4]], plan.side))
    if found.hidden:
        choices.append(asked(HIDDEN, taste.hidden))
    choices.append(asked(LAST, taste.last))
    if asks_epsilon(found):
        choices.append(asked(EPSILON, taste.epsilon))
    choices.append(asked(LATENT, taste.latent))
    return tuple(choices), said(choices, sure, chosen)


_OPEN = {
    HIDDEN: "Which activation is between its layers the weights do not tell; {} was taken.",
    LAST: "How its pictures leave the last layer the weights do not tell; {} was taken.",
    LATENT: "How its latents were distributed the weights do not tell; {} was taken.",
    EPSILON: "Which epsilon its batch normalisation has the weights do not tell; {} was taken.",
    SIZE: "Strides are not in the weights; {} pixels are the likeliest size of its pictures.",
}
_CLOSED = {
    HIDDEN: "The statistics of its batch normalisation fit {} between its layers best.",
    LATENT: "The statistics of its batch normalisation fit latents that are {} best.",
}


def said(choices: list[Choice], sure: frozenset[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for everything that was guessed, and none for what the user chose."""
    sentences = []
    for choice in choices:
        if choice.key in chosen:
            continue
        words = dict(choice.options).get(choice.taken) or words_of(choice.key, choice.taken)
        known = _CLOSED if choice.key in sure else _OPEN
        if sentence := known.get(choice.key):
            sentences.append(sentence.format(words))
    return tuple(sentences)

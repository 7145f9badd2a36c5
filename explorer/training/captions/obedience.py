"""Whether pictures show what their captions say, as a classifier reads them, and whether a critic knows true ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.attribute import Attribute
from explorer.core.problem import Problem
from explorer.training.captions.facts import CaptionFact
from explorer.training.captions.writing import Captions

_LEEWAY = 0.5  # how far outside of a word's range a number may be read, as a share of that range


@dataclass(frozen=True)
class Obedience:
    """How often one thing that was said can be seen.

    Attributes
    ----------
    about : str
        What was spoken of, such as ``hair``; "" for all together.
    said : int
        In how many captions.
    seen : float
        In which share of the pictures that were made of these it shows.
    real : float
        In which share of the real pictures that these were written of: what the classifier can tell at best.
    chance : float
        In which share of pictures made of other captions.
    """

    about: str
    said: int
    seen: float
    real: float
    chance: float


@dataclass(frozen=True)
class CaptionPreference:
    """How often a critic prefers the own caption of a picture to one that is false of it.

    Attributes
    ----------
    pairs : int
    preferred : float
        In which share of them; half is chance.
    """

    pairs: int
    preferred: float


def shown(
    facts: Sequence[CaptionFact], attributes: Sequence[Attribute], read: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Which facts (N, K) show in pictures of which a classifier read (N, A): probabilities and numbers.

    Yes and no are told apart at 1/2; of choices that exclude each other, such as ``hair=black``, the likeliest counts.
    The facts have to be such as it can tell; see `judged`.
    """
    places = {attribute.name: at for at, attribute in enumerate(attributes)}
    values = _decided(attributes, read)
    found = np.ones((len(read), len(facts)), np.bool_)
    for at, fact in enumerate(facts):
        for bound in fact.bounds:
            leeway = _LEEWAY * (bound.high - bound.low) or 1e-6
            own = values[:, places[bound.name]]
            found[:, at] &= (own >= bound.low - leeway) & (own <= bound.high + leeway)
    return found


def judged(facts: Sequence[CaptionFact], attributes: Sequence[Attribute]) -> NDArray[np.bool_]:
    """Which facts (K,) a classifier can tell, judged by what it knows.

    Raises
    ------
    Problem
        It can tell none.
    """
    known = {attribute.name for attribute in attributes}
    found = np.array([all(bound.name in known for bound in fact.bounds) for fact in facts])
    if not found.any():
        what = "This classifier recognises nothing that the sentences speak of."
        raise Problem(what, "Choose one that learned from the same kind of pictures.")
    return found


def _decided(attributes: Sequence[Attribute], read: NDArray[np.float32]) -> NDArray[np.float32]:
    """What was read, with yes and no as 1 and 0, and one choice of each kind."""
    values = read.copy()
    kinds: dict[str, list[int]] = {}
    for at, attribute in enumerate(attributes):
        if attribute.kind == "yes/no":
            kinds.setdefault(attribute.name.partition("=")[0], []).append(at)
    for places in kinds.values():
        own = read[:, places]
        values[:, places] = own > 0.5 if len(places) == 1 else own == own.max(1, keepdims=True)
    return values


def obedience(
    facts: Sequence[CaptionFact], captions: Captions, made: NDArray[np.bool_], real: NDArray[np.bool_]
) -> tuple[Obedience, ...]:
    """How often what captions say shows: all together first, then by what they speak of, the least obeyed first.

    Parameters
    ----------
    made, real : (N, K) bool
        Which facts show in the pictures made of the captions, and in those that they were written of.
    """
    others = np.roll(made, 1, 0)
    things = {fact.about for fact in facts}
    of_thing = {thing: np.array([fact.about == thing for fact in facts]) for thing in things}
    rows = [_row(thing, captions.facts & own[None], made, real, others) for thing, own in of_thing.items()]
    rows = sorted((row for row in rows if row.said), key=lambda row: row.seen)
    return (_row("", captions.facts, made, real, others), *rows)


def _row(
    about: str, said: NDArray[np.bool_], made: NDArray[np.bool_], real: NDArray[np.bool_], others: NDArray[np.bool_]
) -> Obedience:
    count = int(said.sum())
    shares = [float(found[said].mean()) if count else 0.0 for found in (made, real, others)]
    return Obedience(about, count, *shares)


def preferred(
    shown: NDArray[np.float32], own: NDArray[np.float32], other: NDArray[np.float32], is_false: NDArray[np.bool_]
) -> CaptionPreference:
    """How often what pictures show is nearer to their own captions than to others, where those are false.

    Parameters
    ----------
    shown, own, other : (N, T)
        What a critic sees in the pictures, and the conditions of their own captions and of others.
    is_false : (N,) bool
        Of which pictures the others are false.
    """
    better = (shown * (own - other)).sum(1) > 0.0
    return CaptionPreference(int(is_false.sum()), float(better[is_false].mean()) if is_false.any() else 0.5)

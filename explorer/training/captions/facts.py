"""What can be said of a picture in words: for each attribute, which words hold for which of its values.

A `Fact` is an attribute between two bounds, and the ways to say it. `explorer.training.captions.portrait_words` has
those of portraits; of any other data, words are made of the names of the attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explorer.core.problem import Problem
from explorer.core.text.vocabulary import words_in
from explorer.training.learning.attribute_columns import AttributeColumn

_LOW, _HIGH = 1.0 / 3.0, 2.0 / 3.0  # of the way from the least to the most, where a number is worth a word


@dataclass(frozen=True)
class Bounds:
    """An attribute, and the values, ends included, that are meant."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Fact:
    """Something that is true of some pictures, and how it is said.

    Attributes
    ----------
    about : str
        What it is about: of facts about one thing, a caption mentions one.
    bounds : tuple of Bounds
        All have to hold.
    ways : tuple of str
        Phrases, each as good as another.
    place : str
        Where in a sentence they go: ``before`` the noun, ``after`` it behind *with*, ``wearing``, ``doing`` or
        ``ground`` at the end.
    """

    about: str
    bounds: tuple[Bounds, ...]
    ways: tuple[str, ...]
    place: str = "after"


def facts_about(columns: Sequence[AttributeColumn]) -> tuple[Fact, ...]:
    """All that can be said of pictures with these attributes.

    Raises
    ------
    Problem
        Nothing is known of the pictures that words could be made of.
    """
    from explorer.training.captions.portrait_words import PORTRAIT_FACTS  # which is made of facts

    known = {column.name for column in columns if column.deviation > 0}
    of_portraits = tuple(fact for fact in PORTRAIT_FACTS if all(bound.name in known for bound in fact.bounds))
    if {"smile", "background"} <= known and len(of_portraits) > 1:
        return of_portraits
    found = tuple(fact for column in columns if column.deviation > 0 for fact in _from_name(column))
    if not found:
        raise Problem(
            "The data lacks captions: nothing is known of its pictures that words could be made of.",
            "Bring a table of attributes, or choose drawn portraits, such as portraits:2000.",
        )
    return found


def _from_name(column: AttributeColumn) -> tuple[Fact, ...]:
    """What an attribute's name says: "curly hair style" of ``hair_style=curly``, "no hat", "much gloss"."""
    about, _, choice = column.name.partition("=")
    name = " ".join(words_in(about.replace("_", " ")))
    if choice:
        name = " ".join(words_in(f"{choice} {name}".replace("_", " ")))
    if not name:
        return ()
    if column.kind == "yes/no":
        yes = Fact(about, (Bounds(column.name, 1.0, 1.0),), (name,))
        return (yes,) if choice else (yes, Fact(about, (Bounds(column.name, 0.0, 0.0),), (f"no {name}",)))
    low, high = (column.low + share * (column.high - column.low) for share in (_LOW, _HIGH))
    return (
        Fact(about, (Bounds(column.name, column.low, low),), (f"little {name}",)),
        Fact(about, (Bounds(column.name, high, column.high),), (f"much {name}",)),
    )

"""What can be said of a picture in words: for each attribute, which words hold for which of its values.

A `CaptionFact` is an attribute between two bounds, and the ways to say it. `captions.portrait_words` has those of
portraits; of any other data, words are made of the names of the attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from explorer.core.problem import Problem
from explorer.core.text.vocabulary import words_in
from explorer.training.learning.attribute_columns import AttributeColumn

_ALONE = 1e-3  # how far from 1 the shares of classes may add up to
_LOW, _HIGH = 1.0 / 3.0, 2.0 / 3.0  # of the way from the least to the most, where a number is worth a word


@dataclass(frozen=True)
class Bounds:
    """An attribute, and the values, ends included, that are meant."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class CaptionFact:
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


@dataclass(frozen=True)
class Language:
    """What can be said of some pictures, and what stands around it.

    Attributes
    ----------
    facts : tuple of CaptionFact
    beginnings : tuple of str
        Of sentences; what goes before the noun goes where the braces are.
    silent : tuple of str
        Sentences that say nothing.
    grounds : tuple of str
        Ways to speak of what is behind.
    """

    facts: tuple[CaptionFact, ...]
    beginnings: tuple[str, ...] = ("a {} picture", "a picture", "one {}")
    silent: tuple[str, ...] = ("", "a picture", "one")
    grounds: tuple[str, ...] = ()


def language_for(columns: Sequence[AttributeColumn]) -> Language:
    """All that can be said of pictures with these attributes.

    Raises
    ------
    Problem
        Nothing is known of the pictures that words could be made of.
    """
    from explorer.training.captions.portrait_words import of_portraits  # which is made of facts

    varied = [column for column in columns if column.deviation > 0]
    if (language := of_portraits({column.name for column in varied})) is not None:
        return language
    found = tuple(fact for column in varied for fact in _from_name(column))
    if all(column.kind == "yes/no" for column in varied) and _exclude(varied):
        found = tuple(replace(fact, about="class") for fact in found if fact.bounds[0].low == 1.0)
    if not found:
        raise Problem(
            "The data has no captions: nothing is known about its pictures that could be put into words.",
            "Add a table of attributes, or choose drawn portraits, such as portraits:2000.",
        )
    return Language(found)


def _exclude(columns: Sequence[AttributeColumn]) -> bool:
    """Whether of these always one is yes, as far as their shares tell."""
    return abs(sum(column.mean for column in columns) - 1.0) < _ALONE


def _from_name(column: AttributeColumn) -> tuple[CaptionFact, ...]:
    """What an attribute's name says: "curly hair style" of ``hair_style=curly``, "no hat", "much gloss"."""
    about, _, choice = column.name.partition("=")
    name = " ".join(words_in(about.replace("_", " ")))
    if choice:
        name = " ".join(words_in(f"{choice} {name}".replace("_", " ")))
    if not name:
        return ()
    if column.kind == "yes/no":
        yes = CaptionFact(about, (Bounds(column.name, 1.0, 1.0),), (name,))
        return (yes,) if choice else (yes, CaptionFact(about, (Bounds(column.name, 0.0, 0.0),), (f"no {name}",)))
    low, high = (column.low + share * (column.high - column.low) for share in (_LOW, _HIGH))
    return (
        CaptionFact(about, (Bounds(column.name, column.low, low),), (f"little {name}",)),
        CaptionFact(about, (Bounds(column.name, high, column.high),), (f"much {name}",)),
    )

"""Captions written: some of the facts that hold for a picture, at random, in one of many wordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.core.text.vocabulary import Vocabulary, vocabulary_of
from explorer.training.captions.facts import CaptionFact, Language, language_for
from explorer.training.learning.attribute_columns import AttributeColumn

LONGEST = 48
"""Words that a sentence may have, for those who write longer ones than captions are."""

SLACK = 1e-6
"""How far beyond a caption's bounds, by rounding, an attribute may lie with the caption still true."""

_MOST_FACTS = 8
_SILENT = 0.15  # share of captions that say nothing
_WORN = ("wearing", "with", "in", "who wears")
_HAVING = ("with", "who has")


@dataclass(frozen=True)
class Captions:
    """Sentences about one batch.

    Attributes
    ----------
    sentences : tuple of str
    facts : (N, K) bool
        Which facts each mentions, of those that a writer has.
    low, high : (N, A) float32
        Between what each attribute has to lie for the sentence to be true; NaN where it says nothing of it.
    """

    sentences: tuple[str, ...]
    facts: NDArray[np.bool_]
    low: NDArray[np.float32]
    high: NDArray[np.float32]

    def of_next(self) -> Captions:
        """For each picture the caption of the next one, and for the last that of the first."""
        low, high = (np.roll(each, -1, 0) for each in (self.low, self.high))
        return Captions(self.sentences[1:] + self.sentences[:1], np.roll(self.facts, -1, 0), low, high)

    def false_of(self, attributes: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which are false, (N,), of pictures of which ``attributes`` (N, A) are known; what is unknown is not false."""
        outside = (attributes < self.low - SLACK) | (attributes > self.high + SLACK)
        found: NDArray[np.bool_] = np.any(outside, axis=1)
        return found


class CaptionWriter:
    """Writes captions of pictures of which these attributes are known.

    Attributes
    ----------
    facts : tuple of CaptionFact
    vocabulary : Vocabulary
        All words that it uses.

    Raises
    ------
    Problem
        Nothing is known of the pictures.
    """

    def __init__(self, columns: Sequence[AttributeColumn]) -> None:
        self.language = language_for(columns)
        self.facts: tuple[CaptionFact, ...] = self.language.facts
        self._places = {column.name: place for place, column in enumerate(columns)}
        said = [way for fact in self.facts for way in fact.ways]
        around = (*self.language.beginnings, *self.language.silent, *self.language.grounds, *_WORN, *_HAVING, "an and")
        self.vocabulary: Vocabulary = vocabulary_of([*said, *(text.replace("{}", "") for text in around)], LONGEST)

    def holding(self, attributes: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which facts hold, (N, K), for pictures of these attributes, (N, A); what is unknown does not."""
        found = np.ones((len(attributes), len(self.facts)), np.bool_)
        for at, fact in enumerate(self.facts):
            for bound in fact.bounds:
                values = attributes[:, self._places[bound.name]]
                found[:, at] &= (values >= bound.low - SLACK) & (values <= bound.high + SLACK)
        return found

    def write(self, attributes: NDArray[np.float32], seed: int) -> Captions:
        """A caption of each picture of which ``attributes`` (N, A) are known."""
        stream = np.random.RandomState(seed)
        holding = self.holding(attributes)
        facts = np.zeros_like(holding)
        low = np.full(attributes.shape, np.nan, np.float32)
        high = low.copy()
        sentences = []
        for row in range(len(attributes)):
            chosen = self._chosen(np.flatnonzero(holding[row]), stream)
            facts[row, chosen] = True
            for bound in (bound for at in chosen for bound in self.facts[at].bounds):
                place = self._places[bound.name]
                # two facts may speak of one attribute: of a hat's colour and the clothes'
                low[row, place] = np.fmax(low[row, place], bound.low)
                high[row, place] = np.fmin(high[row, place], bound.high)
            sentences.append(said([self.facts[at] for at in chosen], self.language, stream))
        return Captions(tuple(sentences), facts, low, high)

    def _chosen(self, holding: NDArray[np.int64], stream: np.random.RandomState) -> list[int]:
        """Some of the facts that hold, each about something else."""
        if stream.uniform() < _SILENT:
            return []
        by_thing: dict[str, list[int]] = {}
        for at in holding:
            by_thing.setdefault(self.facts[at].about, []).append(int(at))
        things = list(by_thing)
        count = min(stream.randint(1, _MOST_FACTS + 1), len(things))
        found = []
        for thing in stream.permutation(len(things))[:count]:
            ways = by_thing[things[thing]]
            found.append(ways[stream.randint(len(ways))])
        return found


def said(facts: Sequence[CaptionFact], language: Language, stream: np.random.RandomState) -> str:
    """A sentence of some facts; without any, one that says nothing."""
    if not facts:
        return language.silent[stream.randint(len(language.silent))]
    phrases: dict[str, list[str]] = {}
    for fact in facts:
        phrases.setdefault(fact.place, []).append(fact.ways[stream.randint(len(fact.ways))])
    worn = [*phrases.get("wearing", []), *(f"a {each}" for each in phrases.get("wearing-a", []))]
    parts = [_behind(_WORN, worn, stream), _behind(_HAVING, phrases.get("after", []), stream)]
    parts.append(_listed(phrases.get("doing", []), stream))
    stream.shuffle(parts)
    begun = _one_of(language.beginnings, stream).format(" ".join(phrases.get("before", [])))
    parts += [_one_of(language.grounds, stream).format(ground) for ground in phrases.get("ground", [])]
    return _with_articles(" ".join([begun, *parts]))


def _one_of(ways: Sequence[str], stream: np.random.RandomState) -> str:
    return ways[stream.randint(len(ways))]


def _behind(words: Sequence[str], phrases: Sequence[str], stream: np.random.RandomState) -> str:
    return f"{_one_of(words, stream)} {_listed(phrases, stream)}" if phrases else ""


def _listed(phrases: Sequence[str], stream: np.random.RandomState) -> str:
    order = [phrases[at] for at in stream.permutation(len(phrases))]
    return ", ".join(order[:-1]) + " and " + order[-1] if len(order) > 1 else "".join(order)


def _with_articles(sentence: str) -> str:
    """*An* before a vowel, and *a* elsewhere."""
    words = sentence.split()
    for at, (one, following) in enumerate(pairwise(words)):
        if one in ("a", "an"):
            words[at] = "an" if following[0] in "aeiou" else "a"
    return " ".join(words)

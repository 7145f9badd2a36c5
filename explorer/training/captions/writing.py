"""Captions written: some of the facts that hold for a picture, at random, in one of many wordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.core.text.vocabulary import Vocabulary, vocabulary_of, words_in
from explorer.training.captions.facts import Fact, facts_about
from explorer.training.learning.attribute_columns import AttributeColumn

LONGEST = 48
"""Words that a sentence may have, for those who write longer ones than captions are."""

_MOST_FACTS = 8
_SILENT = 0.15  # share of captions that say nothing
_BEGINNINGS = ("a {} person", "a {} face", "somebody {}", "a portrait of a {} person", "{}")
_SILENT_BEGINNINGS = ("a person", "a face", "somebody", "a portrait")
_GROUNDS = ("on a {} background", "in front of a {} background", "{} background", "before a {} wall")
_GLUE = ("and", "with", "wearing", "in", "has", "of", "is", "the", "who", "an", "looks")


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


class CaptionWriter:
    """Writes captions of pictures of which these attributes are known.

    Attributes
    ----------
    facts : tuple of Fact
    vocabulary : Vocabulary
        All words that it uses.

    Raises
    ------
    Problem
        Nothing is known of the pictures.
    """

    def __init__(self, columns: Sequence[AttributeColumn]) -> None:
        self.facts: tuple[Fact, ...] = facts_about(columns)
        self._places = {column.name: place for place, column in enumerate(columns)}
        said = [way for fact in self.facts for way in fact.ways]
        frames = [text.replace("{}", "") for text in (*_BEGINNINGS, *_SILENT_BEGINNINGS, *_GROUNDS, *_GLUE)]
        self.vocabulary: Vocabulary = vocabulary_of([*said, *frames], LONGEST)

    def holding(self, attributes: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which facts hold, (N, K), for pictures of these attributes, (N, A); what is unknown does not."""
        found = np.ones((len(attributes), len(self.facts)), np.bool_)
        for at, fact in enumerate(self.facts):
            for bound in fact.bounds:
                values = attributes[:, self._places[bound.name]]
                found[:, at] &= (values >= bound.low - 1e-6) & (values <= bound.high + 1e-6)
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
            sentences.append(said([self.facts[at] for at in chosen], stream))
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


def said(facts: Sequence[Fact], stream: np.random.RandomState) -> str:
    """A sentence of some facts; without any, one that says nothing."""
    if not facts:
        silent: tuple[str, ...] = ("", *_SILENT_BEGINNINGS)
        return silent[stream.randint(len(silent))]
    phrases: dict[str, list[str]] = {}
    for fact in facts:
        phrases.setdefault(fact.place, []).append(fact.ways[stream.randint(len(fact.ways))])
    before = " ".join(phrases.get("before", []))
    beginnings = _BEGINNINGS if len(facts) > len(phrases.get("ground", [])) or before else _BEGINNINGS[:4]
    begun = " ".join(beginnings[stream.randint(len(beginnings))].format(before).split())
    worn = [*phrases.get("wearing", []), *(_with_article(each) for each in phrases.get("wearing-a", []))]
    parts = []
    if worn:
        parts.append(f"{('wearing', 'with', 'in')[stream.randint(3)]} {_list(worn, stream)}")
    if having := phrases.get("after"):
        parts.append(f"{('with', 'who has')[stream.randint(2)]} {_list(having, stream)}")
    if doing := phrases.get("doing"):
        parts.append(_list(doing, stream))
    stream.shuffle(parts)
    parts += [_GROUNDS[stream.randint(len(_GROUNDS))].format(ground) for ground in phrases.get("ground", [])]
    whole = " ".join([begun, *parts])
    return _articles(whole)


def _with_article(words: str) -> str:
    return f"a {words}"


def _list(phrases: Sequence[str], stream: np.random.RandomState) -> str:
    order = [phrases[at] for at in stream.permutation(len(phrases))]
    return ", ".join(order[:-1]) + " and " + order[-1] if len(order) > 1 else order[0]


def _articles(sentence: str) -> str:
    """*An* before a vowel, and *a* elsewhere."""
    words = sentence.split()
    for at, (one, following) in enumerate(pairwise(words)):
        if one in ("a", "an"):
            words[at] = "an" if following[0] in "aeiou" else "a"
    return " ".join(words)


def count_words(sentence: str) -> int:
    """How many words a sentence has."""
    return len(words_in(sentence))

"""The words that a model knows, and sentences as their numbers: told by its card, and read without torch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.problem import Problem

NOTHING = 0
"""The number that fills up a sentence behind its last word."""

MOST_WORDS = 10_000
LONGEST_SENTENCE = 1000  # words
_LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SAID = 3  # words that are named where there are more

Tokens = NDArray[np.int64]


def words_in(sentence: str) -> tuple[str, ...]:
    """The words of a sentence, in lower case, without punctuation: "A man, smiling." has three."""
    return tuple(_WORD.findall(sentence.lower()))


def placed_words(sentence: str) -> tuple[tuple[int, str], ...]:
    """Where each word of a sentence begins, and the word as it is written."""
    return tuple((found.start(), found[0]) for found in _WORD.finditer(sentence))


def sentence_of(text: str) -> str:
    """A sentence on one line, without spaces at its ends."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Vocabulary:
    """What a model knows of language.

    Attributes
    ----------
    words : tuple of str
        In lower case; the number of the first is 1, as 0 stands for no word.
    longest : int
        How many words a sentence may have.
    """

    words: tuple[str, ...]
    longest: int

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words, 1)}

    def knows(self, word: str) -> bool:
        """Whether it has learned a word, however that is written."""
        return word.lower() in self._numbers

    def tokens(self, sentence: str) -> Tokens:
        """The numbers of the words of a sentence, (longest,); those it never learned are left out.

        Raises
        ------
        Problem
            It has more words than the model takes, or none of the words that it has is known. An empty sentence is
            fine: it says nothing.
        """
        said = words_in(sentence)
        known = [self._numbers[word] for word in said if word in self._numbers]
        if len(said) > self.longest:
            raise Problem(f"The sentence has {len(said)} words.", f"This model takes up to {self.longest}.")
        if not known and sentence.strip():
            raise Problem(
                f"This model knows none of the words in “{_short(sentence)}”.",
                f"It knows {len(self.words)} words, such as {self._some}.",
            )
        row = np.full(self.longest, NOTHING, np.int64)
        row[: len(known)] = known
        return row

    def unknown(self, sentence: str) -> tuple[str, ...]:
        """The words of a sentence that it never learned, each once, in their order."""
        return tuple(dict.fromkeys(word for word in words_in(sentence) if word not in self._numbers))

    def unknown_words(self, sentence: str) -> str:
        """What to say of these; "" where there are none."""
        missing = self.unknown(sentence)
        more = f" and {len(missing) - _SAID} more" if len(missing) > _SAID else ""
        return f"It never learned: {', '.join(_short(word) for word in missing[:_SAID])}{more}." if missing else ""

    def completions(self, beginning: str) -> tuple[str, ...]:
        """The words that begin so, in order."""
        return tuple(sorted(word for word in self.words if word.startswith(beginning.lower())))

    @property
    def _some(self) -> str:
        return ", ".join([word for word in self.words if len(word) > 3][:_SAID])


def vocabulary_from(told: Any) -> Vocabulary:
    """The vocabulary that a card tells of, an object with the fields of `Vocabulary`.

    Raises
    ------
    ValueError
        There are too many words, two are alike, or one is none.
    """
    words, longest = (told.get("words"), told.get("longest")) if isinstance(told, Mapping) else (None, None)
    if not isinstance(words, list | tuple) or not 0 < len(words) <= MOST_WORDS:
        raise ValueError(f"its words are a list of at most {MOST_WORDS:,}")
    if not all(isinstance(word, str) and _is_word(word) for word in words) or len(set(words)) < len(words):
        raise ValueError("its words are single ones in lower case, each once")
    if not isinstance(longest, int) or isinstance(longest, bool) or not 1 <= longest <= LONGEST_SENTENCE:
        raise ValueError(f"its longest sentence has 1 to {LONGEST_SENTENCE} words")
    return Vocabulary(tuple(words), longest)


def vocabulary_of(sentences: Iterable[str], longest: int) -> Vocabulary:
    """The words of some sentences, in order of the alphabet."""
    return Vocabulary(tuple(sorted({word for sentence in sentences for word in words_in(sentence)})), longest)


def _is_word(word: str) -> bool:
    return len(word) <= _LONGEST_WORD and words_in(word) == (word,)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_WORD else text[: _LONGEST_WORD - 1] + "…"


def batch_of(vocabulary: Vocabulary, sentences: Sequence[str]) -> Tokens:
    """The numbers of several sentences, (N, longest)."""
    return np.stack([vocabulary.tokens(sentence) for sentence in sentences])

"""What a network can be asked about a picture, so that its answer can be turned: which class, whether, real or made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.core.models.attribute import Attribute
from explorer.core.models.card import ModelCard
from explorer.core.problem import Problem

WHICH, REAL = "which", "real"
_FEWEST = 2  # outputs of which one can be the largest

Values = NDArray[np.float32]


@dataclass(frozen=True)
class NetworkQuestion:
    """One question, and which outputs answer it.

    Attributes
    ----------
    name : str
        ``which`` of its outputs is the largest; ``real``, of a critic; or the name of an attribute, or of several that
        exclude each other.
    outputs : tuple of int
        Columns of what the network gives. One alone is compared with the ``limit``.
    answers : tuple of str
        One for each output; of one alone what lies below the limit, and what lies above.
    limit : float
        From which on the one output means the second answer.
    unit : str
        What the values are: ``chance`` from 0 to 1, ``score`` of a critic, or ``number``.
    """

    name: str
    outputs: tuple[int, ...]
    answers: tuple[str, ...]
    limit: float = 0.5
    unit: str = "chance"

    @property
    def is_choice(self) -> bool:
        """Whether the largest of several outputs is the answer."""
        return len(self.outputs) > 1

    def told(self, values: Values) -> NDArray[np.int64]:
        """The answers (N,), by their places, that values (N, K) of the ``outputs`` mean."""
        if self.is_choice:
            return np.asarray(values.argmax(axis=1), np.int64)
        return np.asarray(values[:, 0] >= self.limit, np.int64)

    def place_of(self, answer: str) -> int:
        """The place of an answer by its name.

        Raises
        ------
        Problem
            There is no such answer.
        """
        if answer not in self.answers:
            said = f"{answer[:60]} is not an answer to {self.name}."
            raise Problem(said, f"The answers are: {', '.join(self.answers)}.")
        return self.answers.index(answer)

    def with_limit(self, limit: float) -> NetworkQuestion:
        """The same question, answered from another limit on."""
        return replace(self, limit=limit)


def questions_of(card: ModelCard, squash: str) -> tuple[NetworkQuestion, ...]:
    """What a network can be asked, the question that suits it best first; none where it answers none.

    Parameters
    ----------
    card : ModelCard
        Of a critic or a classifier.
    squash : str
        What makes chances of its numbers: ``softmax``, ``sigmoid`` or "".
    """
    if card.kind == "critic":
        return (NetworkQuestion(REAL, (0,), ("made", "real"), 0.0, "score"),)
    if card.kind != "classifier":
        return ()
    single = [_single(place, each) for place, each in enumerate(card.attributes)]
    groups = list(_groups(card.attributes))
    sure = [place for place, each in enumerate(card.attributes) if each.kind == "yes/no" or squash != "sigmoid"]
    whole = [NetworkQuestion(WHICH, tuple(sure), tuple(card.attributes[place].name for place in sure))]
    whole = whole if len(sure) >= _FEWEST else []
    if squash == "sigmoid":
        return (*single, *groups, *whole)
    return (*whole, *(() if whole else single))


def question_called(name: str, questions: Sequence[NetworkQuestion], network: str) -> NetworkQuestion:
    """The question of a name; the first one for "".

    Raises
    ------
    Problem
        The network answers none, or not this one.
    """
    if not questions:
        said = f"{network} gives no answer about a picture that could be flipped."
        raise Problem(said, "Choose a classifier or a critic.")
    for question in questions:
        if name in ("", question.name):
            return question
    listed = ", ".join(question.name for question in questions)
    raise Problem(f"{network} cannot be asked about {name[:60]}.", f"It can be asked about: {listed}.")


def _single(place: int, attribute: Attribute) -> NetworkQuestion:
    if attribute.kind == "yes/no":
        return NetworkQuestion(attribute.name, (place,), ("no", "yes"))
    return NetworkQuestion(attribute.name, (place,), ("less", "more"), (attribute.low + attribute.high) / 2, "number")


def _groups(attributes: Sequence[Attribute]) -> Iterator[NetworkQuestion]:
    """Attributes such as ``hair=black`` and ``hair=fair``, of which one is true."""
    places: dict[str, list[int]] = {}
    for place, each in enumerate(attributes):
        head, is_part, _ = each.name.partition("=")
        if is_part and each.kind == "yes/no":
            places.setdefault(head, []).append(place)
    for head, found in places.items():
        if len(found) >= _FEWEST:
            yield NetworkQuestion(head, tuple(found), tuple(attributes[p].name.partition("=")[2] for p in found))

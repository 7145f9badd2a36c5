"""A quiz is planned before it begins: the whole order of its questions follows from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.core.problem import Problem
from explorer.core.quiz.staircase import Ladder
from explorer.core.rendering.latents import LARGEST_SEED

MODES = ("pair", "single", "flash", "critic")
FORMS = ("pair", "single")
SIDES = ("left", "right")
KINDS = ("real", "made")
MOST_QUESTIONS = 10_000
_BLOCK = 8  # questions at least in a balanced block: in blocks of two, every other answer could be foretold


@dataclass(frozen=True)
class QuizModel:
    """A generator that takes part.

    Attributes
    ----------
    hash : str
        SHA-256 of its file.
    name : str
        For people.
    classes : int
        How many classes it has; 0 where it has none.
    """

    hash: str
    name: str
    classes: int = 0


@dataclass(frozen=True)
class Difficulty:
    """What makes a quiz hard.

    Attributes
    ----------
    psi : float
        Truncation of the made pictures: 1 is the whole variety, less is safer and often fools more.
    size : int
        Side of the pictures as they are shown, in pixels; 0 for the size that the models draw.
    blur : float
        Standard deviation of the Gaussian blur of both pictures, in pixels of the picture as it is shown.
    exposure_ms : float
        How long they can be seen; 0 until the answer. The mode ``flash`` begins there.
    """

    psi: float = 1.0
    size: int = 0
    blur: float = 0.0
    exposure_ms: float = 0.0


@dataclass(frozen=True)
class Question:
    """One question, before its pictures are made.

    Attributes
    ----------
    index : int
        From 0.
    form : {"pair", "single"}
    truth : str
        A pair: the side of the real picture, ``left`` or ``right``. One picture: ``real`` or ``made``.
    model : int
        Index of the model in the plan. A single real picture has one too: it is prepared as that model's are.
    real : int or None
        Which of the chosen real pictures is shown, counted from 0; None where none is.
    seed : int or None
        Of the made picture's latent; None where none is shown. No two questions have the same.
    label : int or None
        Class of the made picture, for models that have classes.
    """

    index: int
    form: str
    truth: str
    model: int
    real: int | None
    seed: int | None
    label: int | None = None


@dataclass(frozen=True)
class QuizPlan:
    """What is asked, in which order and how; equal plans give equal questions on every machine.

    Sides (pair) or kinds (single) and models are balanced in shuffled blocks of at least 8 questions, and over the
    whole plan: of an even count exactly half of the real pictures are left, or exactly half are real.

    Attributes
    ----------
    mode : {"pair", "single", "flash", "critic"}
    count : int, 1 to 10,000
        Questions; with ``flash`` the most that are asked.
    seed : int, 0 to 2**32 - 1
    models : tuple of QuizModel
        At least one.
    difficulty : Difficulty
    form : {"pair", "single"} or ""
        What ``flash`` and ``critic`` show; "" is what the mode says, and ``pair`` for those two.
    ladder : Ladder or None
        How ``flash`` changes the exposure; None for the usual one. It begins at the difficulty's exposure, if that
        has one.

    Raises
    ------
    Problem
        A value is out of its range.
    """

    mode: str
    count: int
    seed: int
    models: tuple[QuizModel, ...]
    difficulty: Difficulty = Difficulty()
    form: str = ""
    ladder: Ladder | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise Problem(f"There is no quiz called {self.mode}.", f"Choose one of {', '.join(MODES)}.")
        object.__setattr__(self, "form", self.form or (self.mode if self.mode in FORMS else "pair"))
        if self.form not in FORMS or (self.mode in FORMS and self.form != self.mode):
            raise Problem(f"A {self.mode} quiz cannot show {self.form}.", "Choose pair or single.")
        if not 1 <= self.count <= MOST_QUESTIONS:
            raise Problem(f"A quiz cannot have {self.count} questions.", f"Choose from 1 to {MOST_QUESTIONS:,}.")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise Problem(f"The seed {self.seed} is out of range.", f"Seeds run from 0 to {LARGEST_SEED}.")
        if not self.models:
            raise Problem("No model takes part in this quiz.", "Choose at least one.")
        _check(self.difficulty)
        self._set_ladder()

    def _set_ladder(self) -> None:
        if self.mode != "flash":
            object.__setattr__(self, "ladder", None)
        elif self.ladder is None:
            usual = Ladder()
            start = self.difficulty.exposure_ms or usual.start
            ladder = Ladder(start, lowest=min(usual.lowest, start), highest=max(usual.highest, start))
            object.__setattr__(self, "ladder", ladder)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order in which they are asked."""
        draw = np.random.RandomState(self.seed)
        cells = tuple(_cells(draw, self.count, len(self.models)))
        seeds = _unlike(draw, self.count)
        classes = draw.randint(0, 2**31 - 1, self.count, dtype=np.int64)
        return tuple(self._all(cells, seeds, classes))

    @property
    def reals(self) -> int:
        """How many real pictures are needed."""
        return sum(question.real is not None for question in self.questions)

    def _all(self, cells: tuple[tuple[int, int], ...], seeds: list[int], classes: np.ndarray) -> Iterator[Question]:
        words = SIDES if self.form == "pair" else KINDS
        reals = 0
        for index, (model, which) in enumerate(cells):
            truth = words[which]
            count = self.models[model].classes
            label = int(classes[index]) % count if count and truth != "real" else None
            shows_real, shows_made = truth != "made", truth != "real"
            real, seed = (reals if shows_real else None), (seeds[index] if shows_made else None)
            yield Question(index, self.form, truth, model, real, seed, label)
            reals += shows_real


def _check(difficulty: Difficulty) -> None:
    ranges = (
        ("truncation", difficulty.psi, -10.0, 10.0),
        ("size", difficulty.size, 0, 4096),
        ("blur", difficulty.blur, 0.0, 100.0),
        ("exposure", difficulty.exposure_ms, 0.0, 60_000.0),
    )
    for what, value, low, high in ranges:
        if not low <= value <= high:  # not so of NaN either
            raise Problem(f"The {what} of a quiz cannot be {value:g}.", f"It runs from {low:g} to {high:g}.")


def _cells(draw: np.random.RandomState, count: int, models: int) -> Iterator[tuple[int, int]]:
    """(model, side) of each question: whole blocks, in which each occurs equally often, and a balanced rest."""
    cells = [(model, side) for model in range(models) for side in (0, 1)]
    block = cells * -(-_BLOCK // len(cells))
    for _ in range(count // len(block)):
        yield from (block[place] for place in draw.permutation(len(block)))
    rest = _rest(draw, count % len(block), models)
    yield from (rest[place] for place in draw.permutation(len(rest)))


def _rest(draw: np.random.RandomState, count: int, models: int) -> list[tuple[int, int]]:
    """So many cells that sides, and models, occur equally often, or once more where that cannot be."""
    order, coin = draw.permutation(models), int(draw.randint(2, dtype=np.int64))
    cells: list[tuple[int, int]] = []
    whole, left = divmod(count, 2 * models)
    cells += [(int(model), side) for model in order for side in (0, 1)] * whole
    twice = max(left - models, 0)  # models that are asked about on both sides
    cells += [(int(order[place]), side) for place in range(twice) for side in (0, 1)]
    once = order[twice : min(left, models)]
    return cells + [(int(model), (place + coin) % 2) for place, model in enumerate(once)]


def _unlike(draw: np.random.RandomState, count: int) -> list[int]:
    """So many seeds, no two of them equal."""
    seeds: dict[int, None] = {}
    while len(seeds) < count:
        seeds.update(dict.fromkeys(draw.randint(0, LARGEST_SEED, count, dtype=np.int64).tolist()))
    return list(seeds)[:count]

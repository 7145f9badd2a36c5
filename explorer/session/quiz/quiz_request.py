"""What is asked of a quiz before it begins: who plays, what is shown, how hard it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.problem import Problem
from explorer.session.traverse.map_pictures import PORTRAITS

if TYPE_CHECKING:
    from explorer.core.models.card import ModelCard
    from explorer.core.quiz.questions import Difficulty

FEWEST_PORTRAITS = 240  # to choose from, and to compare made ones with
_TRAINED_ON = re.compile(r"procedural portraits, seed (\d{1,10})\b")


@dataclass(frozen=True)
class QuizRequest:
    """Everything that a quiz follows from, but the files themselves.

    Attributes
    ----------
    player : str
    mode : {"pair", "single", "flash", "critic"}
    form : {"pair", "single"}
        What ``flash`` and ``critic`` show.
    models : tuple of Path
        What to open; at least one.
    source : str
        Where real pictures come from; ``portraits`` for some that no model has seen.
    hold_out : float or None
        The share of the pictures that training held out; None for what the models' runs say.
    count : int
    difficulty : Difficulty
    seed : int
    tells : bool
        Whether every answer is judged at once, rather than at the end.
    """

    player: str
    mode: str
    form: str
    models: tuple[Path, ...]
    source: str
    hold_out: float | None
    count: int
    difficulty: Difficulty
    seed: int
    tells: bool = True

    def check(self) -> None:
        """Refuse what cannot be played before anything is opened.

        Raises
        ------
        Problem
            No name, model or source was chosen, or a share cannot be.
        """
        if not self.player.strip():
            raise Problem("No player was named.", "Write a name, so that results can be told apart.")
        if not self.models:
            raise Problem("No model takes part in this quiz.", "Choose at least one.")
        if not self.source:
            raise Problem("There are no real pictures yet.", "Choose a folder, a file or the Portraits.")
        if self.hold_out is not None and not 0.0 <= self.hold_out <= 1.0:
            raise Problem(f"A share of {self.hold_out:g} cannot be held out.", "It runs from 0 to 100 %.")


def suits_portraits(card: ModelCard) -> bool:
    """Whether a model draws the program's own portraits, by its card."""
    return bool(_TRAINED_ON.search(card.data))


def unseen_portraits(cards: Iterable[ModelCard], needed: int) -> str:
    """The source of portraits with the first seed, from 1 on, that no model says it was trained with."""
    trained_on = {int(seed) for card in cards for seed in _TRAINED_ON.findall(card.data)}
    seed = next(number for number in range(1, len(trained_on) + 2) if number not in trained_on)
    return f"{PORTRAITS}:{max(needed, FEWEST_PORTRAITS)}:{seed}"

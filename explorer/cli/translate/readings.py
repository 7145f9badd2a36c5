"""What a person says that a stranger's translator takes."""

from __future__ import annotations

from pathlib import Path

from explorer.core.drawing.given_words import CHOICES, is_given_word
from explorer.core.problem import Problem


def remember_given(translator: Path, word: str) -> None:
    """Have a translator without a card read so, now and later, by all verbs and by the window.

    Raises
    ------
    Problem
        There is nothing of this name, or the model's card says what it takes.
    """
    from explorer.core.models.interpretations import GIVEN, Interpretations
    from explorer.core.models.own_card import own_card
    from explorer.core.models.policy import read_model

    if not is_given_word(word):
        raise Problem(f"A model cannot be given {word or 'nothing'}.", f"Choose one of: {', '.join(CHOICES)}.")
    file = read_model(translator)
    card, _ = own_card(file)
    if card is not None and card.config.get("given"):
        raise Problem(f"{translator.name} brings a card, which says what it takes.", "Leave --takes out.")
    readings = Interpretations()
    readings.keep(file.hash, readings.of(file.hash) | {GIVEN: word})

"""A model that is not of the kind that was asked for: told in words, and with what it is instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.core.problem import Problem

if TYPE_CHECKING:
    from explorer.core.models.card import ModelCard


class WrongKind(Problem):
    """A sound model of another kind, for whoever has a use for it.

    Attributes
    ----------
    path : Path
    kind : str
        ``generator``, ``encoder``, ``critic``, ``classifier`` or ``translator``.
    card : ModelCard
    numbers : int
        How many numbers it gives for a picture; 0 where it gives none.
    has_card : bool
        Whether the file says itself what it is; else it was judged by its shapes.
    """

    def __init__(
        self,
        what: str,
        hint: str,
        path: Path,
        card: ModelCard,
        numbers: int = 0,
        has_card: bool = False,
    ) -> None:
        super().__init__(what, hint)
        self.has_card = has_card
        self.path, self.kind, self.card, self.numbers = path, card.kind, card, numbers

"""An answer, with everything that it takes to judge it and to make its pictures again."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from explorer.core.problem import Problem
from explorer.core.quiz.questions import KINDS, SIDES


@dataclass(frozen=True)
class Answer:
    """One answer of a player.

    Attributes
    ----------
    index : int
        Of the question, from 0.
    truth, said : str
        A pair: ``left`` or ``right``, where the real picture is. One picture: ``real`` or ``made``.
    response_ms : float
        From when the pictures could be seen to the answer.
    confidence : int or None
        1 (a guess) to 5 (sure); None where it was not asked.
    exposure_ms : float or None
        How long the pictures really could be seen; None where until the answer.
    model_hash, model_name : str
        The generator of the made picture, or the one that a single real picture was prepared for.
    real_name, real_hash : str
        The real picture: its name in its source, SHA-256 of its pixels as they were shown; "" where none was.
    made_seed, made_psi, made_label :
        The made picture: seed of its latent, truncation, class; None where none was shown.
    critic : str
        What the model's own discriminator said, in the same words; "" where it was not asked.
    """

    index: int
    truth: str
    said: str
    response_ms: float
    confidence: int | None = None
    exposure_ms: float | None = None
    model_hash: str = ""
    model_name: str = ""
    real_name: str = ""
    real_hash: str = ""
    made_seed: int | None = None
    made_psi: float | None = None
    made_label: int | None = None
    critic: str = ""

    def __post_init__(self) -> None:
        words = SIDES if self.truth in SIDES else KINDS
        if self.truth not in words or self.said not in words or self.critic not in ("", *words):
            raise Problem(f"{self.said} is not an answer to this question.", f"Answer {' or '.join(words)}.")
        if self.confidence is not None and not 1 <= self.confidence <= 5:
            raise Problem(f"A confidence of {self.confidence} is not possible.", "It runs from 1 to 5.")
        if not (isfinite(self.response_ms) and self.response_ms >= 0.0):
            raise Problem("This response time is not possible.", "Answer the question again.")

    @property
    def form(self) -> str:
        """``pair`` or ``single``."""
        return "pair" if self.truth in SIDES else "single"

    @property
    def correct(self) -> bool:
        """Whether it is right."""
        return self.said == self.truth

    @property
    def shows_made(self) -> bool:
        """Whether a made picture was to be seen: always, but for a single real one."""
        return self.truth != "real"

    @property
    def fooled(self) -> bool:
        """Whether a made picture was taken for real."""
        return self.shows_made and not self.correct

    @property
    def critic_correct(self) -> bool | None:
        """Whether the critic was right; None where it was not asked."""
        return self.critic == self.truth if self.critic else None

"""What a scene says in words, and the part of its latent that was made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.json_text import whole_in, word_in
from explorer.core.rendering.latents import Latent

_LONGEST = 10_000  # characters


@dataclass(frozen=True, eq=False)
class Said:
    """A sentence, for as long as the latent is what was made of it.

    Attributes
    ----------
    sentence : str
    start : int
        Where in the latent its numbers are.
    numbers : (size,) float32
        What it was made into.
    """

    sentence: str
    start: int
    numbers: Latent

    @property
    def place(self) -> slice:
        """Where in the latent its numbers are."""
        return slice(self.start, self.start + len(self.numbers))

    def holds(self, z: Latent) -> bool:
        """Whether a latent says it still."""
        return np.array_equal(z[self.place], self.numbers)

    def kept(self, z: Latent) -> Latent:
        """A latent, but saying this; one that is too short for that as it is."""
        if self.place.stop > z.size:
            return z
        found = z.copy()
        found[self.place] = self.numbers
        return found


def said_facts(said: Said) -> dict[str, Any]:
    """A sentence as plain values, for JSON; its numbers are in the latent."""
    return {"sentence": said.sentence, "start": said.start, "size": len(said.numbers)}


def said_from(told: Any, z: Latent) -> Said:
    """What `said_facts` told of a scene with the latent ``z``.

    Raises
    ------
    KeyError, TypeError, ValueError
        Something is missing, of another type or out of its range.
    """
    if not isinstance(told, dict):
        raise TypeError("what it says is not an object")
    sentence, start, size = word_in(told["sentence"], "sentence"), whole_in(told["start"], "start"), told["size"]
    if not 0 < len(sentence) <= _LONGEST:
        raise ValueError("its sentence is empty or too long")
    if not (start >= 0 and whole_in(size, "size") > 0 and start + size <= z.size):
        raise ValueError("its sentence lies beyond its latent")
    return Said(sentence, start, z[start : start + size])

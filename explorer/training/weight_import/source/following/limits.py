"""How much a stranger's source may ask of whoever follows it, and how it is told that it cannot be followed."""

from __future__ import annotations

from collections.abc import Sized

MOST_STEPS = 400_000
MOST_ITEMS = 20_000
MOST_CHARACTERS = 20_000
LARGEST_INTEGER = 2**62
DEEPEST_CALLS = 60
MOST_NUMBERS = 2**26
"""Of one tensor, wherever it is made."""


class NotFollowedError(Exception):
    """A source does what is not followed here.

    Attributes
    ----------
    why : str
        In words, to stand behind the place: "calls eval, which is not followed".
    place : (str, int, str) or None
        The file's name, the line's number and its text, once they are known.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.place: tuple[str, int, str] | None = None


class TooMuchError(NotFollowedError):
    """A source asks for more than any network needs; nothing of it is followed any further."""


class Budget:
    """Counts what is done for one source."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._steps = self._left = steps
        self.depth = 0

    def renew(self) -> None:
        """Begin to count anew, for another network of the same source."""
        self._left, self.depth = self._steps, 0

    def step(self, count: int = 1) -> None:
        """Take some steps; raises `TooMuchError` where none are left."""
        self._left -= count
        if self._left < 0:
            raise TooMuchError("takes more steps than any network needs")


def sized(value: Sized, most: int = MOST_ITEMS) -> None:
    """Refuse what is too long."""
    if len(value) > most:
        raise TooMuchError(f"makes something of more than {most:,} parts")


def small(number: int) -> int:
    """An integer of an ordinary size; raises `TooMuchError` for others."""
    if not -LARGEST_INTEGER < number < LARGEST_INTEGER:
        raise TooMuchError("calculates with numbers that are larger than any network needs")
    return number

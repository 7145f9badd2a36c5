"""What is taken for granted about a source of pictures: stated by a person, or else found, and told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from explorer.core.photos.levels import ValueRange
from explorer.core.problem import Problem

HELP = {
    "range": "which values are black and white, such as 0..4095, for pictures of more than 8 bits",
    "alpha": "what lies behind transparent parts: white, black, or none to leave alpha out",
    "colour": "yes or no",
    "align": "faces, to bring the eyes of every picture to one place and leave out pictures without a face; or no",
    "half": "left or right, of pictures that lie side by side in one file; or no",
    "pages": "first or all, of pictures with several and of animations",
    "parts": "all, or one of the folders train, val and test",
    "key": "the column of the label file that names the pictures",
    "classes": "no, folders, own (those the source brings), or the column of the label file that holds them",
}
"""What each may be, for people; their order is that of the line that tells them."""

CHOICES = {
    "alpha": ("white", "black", "none"),
    "colour": ("yes", "no"),
    "align": ("faces", "no"),
    "half": ("left", "right", "no"),
    "pages": ("first", "all"),
}
"""What may be stated where it is a choice among few."""


@dataclass(frozen=True)
class Assumptions:
    """One value for each question that a source leaves open; "" where it is to be found out.

    Raises
    ------
    Problem
        A value makes no sense.
    """

    range: str = ""
    alpha: str = ""
    colour: str = ""
    align: str = ""
    half: str = ""
    pages: str = ""
    parts: str = ""
    key: str = ""
    classes: str = ""

    def __post_init__(self) -> None:
        if self.range:
            ValueRange.parsed(self.range)
        for name, choices in CHOICES.items():
            if getattr(self, name) not in ("", *choices):
                raise Problem(f"{name}={getattr(self, name)} cannot be assumed.", f"Choose {', '.join(choices)}.")

    @classmethod
    def of(cls, stated: Mapping[str, object]) -> Assumptions:
        """Those that ``stated`` names.

        Raises
        ------
        Problem
            There is no such question, or a value makes no sense.
        """
        unknown = next((name for name in stated if name not in HELP), None)
        if unknown is not None:
            told = "; ".join(f"{name}: {help}" for name, help in HELP.items())
            raise Problem(f"There is nothing called {unknown} to assume.", f"What can be assumed: {told}.")
        return cls(**{name: str(value) for name, value in stated.items()})

    @classmethod
    def from_words(cls, words: Iterable[str]) -> Assumptions:
        """Those of ``range=0..4095`` and the like. Raises as `of` does, and for words without a value."""
        pairs = [word.partition("=") for word in words]
        for name, equals, _ in pairs:
            if not equals:
                raise Problem(f"--assume {name} gives no value.", "Write --assume name=value, such as range=0..4095.")
        return cls.of({name.strip(): value.strip() for name, _, value in pairs})

    def stated(self) -> dict[str, str]:
        """Those that are not to be found out, by name."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def of_pixels(self) -> str:
        """Those that decide what becomes of pixels, as one word; "" where none is stated."""
        return ",".join(
            f"{name}={value}" for name, value in self.stated().items() if name not in ("key", "classes", "colour")
        )

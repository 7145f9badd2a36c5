"""Which numbers of a run belong into one plot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """A plot: its title, the unit of its values, and the names it shows."""

    title: str
    unit: str
    names: tuple[str, ...]


LOSSES, RATE = "Losses", "Rates"
_QUALITY = ("Quality of samples", "Fine detail", "Kernel distance", "Bits per dimension")
_ORDER = (
    LOSSES, *_QUALITY, "Scores", "Loss terms", "Penalties", "Gradients", RATE, "Live dimensions", "Pixel error",
    "Speed", "Other",
)  # fmt: skip
_UNITS = {"Speed": "images a second"}
_ALONE = {
    "live dimensions": "Live dimensions",
    "pixel error": "Pixel error",
    "quality/fine detail": "Fine detail",
    "quality/kernel distance": "Kernel distance",
    "quality/bits per dimension": "Bits per dimension",
}  # of a scale of their own
_PREFIXES = {
    "gradient": "Gradients",
    "rate": RATE,
    "speed": "Speed",
    "penalty": "Penalties",
    "quality": "Quality of samples",
}
_PARTS = ("reconstruction", "kl", "divergence")
_SPEEDS = ("images a second", "pictures a second", "images/s", "pictures/s", "speed")


def title_of(name: str) -> str:
    """The plot that a number belongs into."""
    head, slash, _ = name.partition("/")
    lower = name.lower()
    if lower in _ALONE:
        return _ALONE[lower]
    if slash and head in _PREFIXES:
        return _PREFIXES[head]
    if lower in _SPEEDS:
        return "Speed"
    if name.startswith("D("):
        return "Scores"
    if lower in ("r1", "r2") or "penalty" in lower:
        return "Penalties"
    if any(lower == part or lower.startswith((f"{part} ", f"{part}/")) for part in _PARTS):
        return "Loss terms"
    return head.capitalize() if slash else LOSSES


def groups(names: Iterable[str]) -> list[Group]:
    """The plots for these names, in the order that people look at them."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        found.setdefault(title_of(name), []).append(name)
    known = [title for title in _ORDER if title in found]
    others = [title for title in found if title not in _ORDER]
    return [Group(title, _UNITS.get(title, ""), tuple(found[title])) for title in known + others]


def short_name(name: str) -> str:
    """What a plot that says the rest in its title calls a number."""
    head, slash, tail = name.partition("/")
    return tail if slash and tail else head

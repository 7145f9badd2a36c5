"""Which numbers of a run belong into one plot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.core.plots.derived_metrics import BOUND


@dataclass(frozen=True)
class Group:
    """A plot: its title, the unit of its values, and the names it shows."""

    title: str
    unit: str
    names: tuple[str, ...]


LOSSES, RATE, SCORES, NATS = "Losses", "Rates", "Scores", "nats a picture"
_QUALITY = ("Quality of samples", "Fine detail", "Kernel distance", "Bits per dimension")
_ORDER = (
    LOSSES, *_QUALITY, SCORES, "ELBO", "Reconstruction", "KL", "PSNR", "Active codes", "Variance explained",
    "Penalties", "Gradients", RATE, "Live dimensions", "Pixel error", "Speed", "Other",
)  # fmt: skip
_UNITS = {"Speed": "images a second", "PSNR": "dB", "ELBO": NATS, "Reconstruction": NATS, "KL": NATS}
_ALONE = {
    "live dimensions": "Live dimensions",
    "pixel error": "Pixel error",
    "active codes": "Active codes",
    "variance explained": "Variance explained",
    "quality/fine detail": "Fine detail",
    "quality/kernel distance": "Kernel distance",
    "bits per dimension": "Bits per dimension",
    "quality/bits per dimension": "Bits per dimension",
}  # of a scale of their own
_PREFIXES = {
    "gradient": "Gradients",
    "rate": RATE,
    "speed": "Speed",
    "penalty": "Penalties",
    "quality": "Quality of samples",
    "PSNR": "PSNR",
}
_PARTS = {"reconstruction": "Reconstruction", "kl": "KL", "divergence": "KL", BOUND.lower(): "ELBO"}
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
        return SCORES
    if lower in ("r1", "r2") or "penalty" in lower:
        return "Penalties"
    for part, title in _PARTS.items():
        if lower == part or lower.startswith((f"{part} ", f"{part}/")):
            return title
    return head.capitalize() if slash else LOSSES


def groups(runs: Iterable[Iterable[str]]) -> list[Group]:
    """The plots for the names that each run tells, in the order that people look at them.

    The loss of what has a bound goes with that: in nats it would flatten the losses of a GAN.
    """
    found: dict[str, list[str]] = {}
    for names in runs:
        told = list(names)
        for name in told:
            title = "ELBO" if name == "loss" and BOUND in told else title_of(name)
            if name not in (group := found.setdefault(title, [])):
                group.append(name)
    known = [title for title in _ORDER if title in found]
    others = [title for title in found if title not in _ORDER]
    return [Group(title, _UNITS.get(title, ""), tuple(found[title])) for title in known + others]


def short_name(name: str) -> str:
    """What a plot that says the rest in its title calls a number."""
    head, slash, tail = name.partition("/")
    return tail if slash and tail else head

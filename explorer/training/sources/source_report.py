"""What became of every file of a source, told in the user's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from explorer.training.sources.assumptions import HELP

if TYPE_CHECKING:
    from explorer.training.sources.material import Drawn

EXAMPLE_LIMIT = 200
"""Most skipped files that a report names; the counts go on beyond it."""


@dataclass(frozen=True)
class Depth:
    """Pictures whose values are not bytes.

    Attributes
    ----------
    kind : str
        numpy's name: ``uint16``, ``float32``.
    low, high : float
        The lowest and the highest value of all of them.
    ranges : frozenset of str
        By which ranges they were read: ``{"0..4095"}``.
    """

    kind: str
    low: float
    high: float
    ranges: frozenset[str]

    def joined(self, other: Depth | None) -> Depth:
        """Both together."""
        if other is None:
            return self
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Depth(self.kind, low, high, self.ranges | other.ranges)


@dataclass(frozen=True)
class SourceReport:
    """Counts and reasons of one opening of a source.

    Attributes
    ----------
    found, used : int
        Candidates seen, and pictures that made it into the set.
    skipped : mapping of str to int
        How many were left out, by reason, the commonest first.
    examples : tuple of (str, str)
        Name and reason of the first `EXAMPLE_LIMIT` that were left out.
    modes, sizes : mapping of str to int
        How many pictures came in which Pillow mode and in which size (``"640x480"``), the commonest first.
    notes : tuple of str
        Sentences about anything else that should be known, such as labels that are missing.
    assumed : tuple of str
        What was taken for granted, as it can be stated: ``range=0..4095 (12 bits)``.
    warnings : tuple of str
        Sentences about pictures that show hardly anything.
    """

    found: int
    used: int
    skipped: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[tuple[str, str], ...] = ()
    modes: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def sentence(self) -> str:
        """One line, e.g. ``928 of 931 pictures used; skipped: 2 broken or cut short, 1 empty.``"""
        if not self.skipped:
            return " ".join((f"{counted(self.used)} used.", *self.notes))
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.skipped.items())
        return " ".join((f"{self.used:,} of {counted(self.found)} used; skipped: {reasons}.", *self.notes))

    def assumptions(self) -> str:
        """One line: ``Assumed: range=0..4095 (12 bits); alpha=white (3 pictures have transparent parts).``"""
        return f"Assumed: {'; '.join(self.assumed)}." if self.assumed else ""


@dataclass
class Tally:
    """The counts while they grow; `report` freezes them."""

    used: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, str]] = field(default_factory=list)
    modes: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    traits: Counter[str] = field(default_factory=Counter)
    depths: dict[str, Depth] = field(default_factory=dict)
    assumed: dict[str, tuple[str, str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def skip(self, name: str, reason: str, count: int = 1) -> None:
        """Count one candidate (or ``count`` of them) as left out."""
        self.skipped[reason] += count
        if len(self.examples) < EXAMPLE_LIMIT:
            self.examples.append((name, reason))

    def use(self, drawn: Drawn) -> None:
        """Count one picture as used."""
        self.used += 1
        self.modes[drawn.mode] += 1
        self.sizes[f"{drawn.width}x{drawn.height}"] += 1
        self.traits.update(drawn.traits)
        if drawn.depth is not None:
            self.depths[drawn.depth.kind] = drawn.depth.joined(self.depths.get(drawn.depth.kind))

    def assume(self, name: str, value: str, why: str = "") -> None:
        """Tell what was taken for granted, and why."""
        self.assumed[name] = value, why

    def note(self, sentence: str) -> None:
        """Add a sentence to the report, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def warn(self, sentence: str) -> None:
        """Add a sentence about what looks wrong."""
        self.warnings.append(sentence)

    def merge(self, other: Tally) -> None:
        """Add the counts of another part of the same opening."""
        self.used += other.used
        self.skipped += other.skipped
        self.modes += other.modes
        self.sizes += other.sizes
        self.traits += other.traits
        self.depths |= {name: depth.joined(self.depths.get(name)) for name, depth in other.depths.items()}
        self.assumed |= other.assumed
        self.examples = (self.examples + other.examples)[:EXAMPLE_LIMIT]
        for sentence in other.notes:
            self.note(sentence)

    def report(self) -> SourceReport:
        """The counts as they now stand."""
        return SourceReport(
            found=self.used + self.skipped.total(),
            used=self.used,
            skipped=dict(self.skipped.most_common()),
            examples=tuple(self.examples),
            modes=dict(self.modes.most_common()),
            sizes=dict(self.sizes.most_common(EXAMPLE_LIMIT)),
            notes=tuple(self.notes),
            assumed=tuple(_shown(name, *self.assumed[name]) for name in HELP if name in self.assumed),
            warnings=tuple(self.warnings),
        )

    def to_json(self) -> dict[str, Any]:
        """What `from_json` needs to count the same pictures again without decoding them."""
        return {
            "used": self.used,
            "skipped": dict(self.skipped),
            "examples": self.examples,
            "modes": dict(self.modes),
            "sizes": dict(self.sizes.most_common(EXAMPLE_LIMIT)),
            "traits": dict(self.traits),
            "depths": [[depth.kind, depth.low, depth.high, sorted(depth.ranges)] for depth in self.depths.values()],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Tally:
        """The tally that `to_json` wrote."""
        return cls(
            used=int(data["used"]),
            skipped=Counter(data["skipped"]),
            examples=[(str(name), str(reason)) for name, reason in data["examples"]],
            modes=Counter(data["modes"]),
            sizes=Counter(data["sizes"]),
            traits=Counter(data["traits"]),
            depths={kind: Depth(kind, low, high, frozenset(ranges)) for kind, low, high, ranges in data["depths"]},
        )


def counted(count: int) -> str:
    """``1 picture``, ``2,000 pictures``."""
    return f"{count:,} picture" if count == 1 else f"{count:,} pictures"


def _shown(name: str, value: str, why: str) -> str:
    return f"{name}={value} ({why})" if why else f"{name}={value}"

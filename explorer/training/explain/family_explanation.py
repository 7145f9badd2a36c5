"""What a family says of itself in its own file, for the sheets that explain it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from explorer.core.explain.explanation import Objective, Paper


@dataclass(frozen=True)
class FamilyExplanation:
    """The words and formulas of a family; networks and settings are looked at, not told.

    Attributes
    ----------
    objectives : callable (config) -> tuple of Objective
        What its networks lower with these settings.
    healthy : tuple of str
        What a run looks like that goes well, a sentence each.
    papers : tuple of Paper
        The one it comes from first.
    size, channels : int
        Of the pictures that its networks are shown for, where no run says.
    shown_with : mapping of str to value
        Settings that it cannot be shown without.
    """

    objectives: Callable[[Any], tuple[Objective, ...]]
    healthy: tuple[str, ...]
    papers: tuple[Paper, ...]
    size: int = 64
    channels: int = 3
    shown_with: Mapping[str, Any] = field(default_factory=dict)

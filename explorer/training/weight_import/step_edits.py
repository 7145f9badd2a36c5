"""Changes to a list of steps, each of which gives another list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from explorer.training.weight_import.architecture import ADDED, Architecture, Step

Size = tuple[int, ...]


def changed(steps: Architecture, place: int, **values: Any) -> Architecture:
    """The step at ``place`` with other values, which are guessed no more."""
    step = steps[place]
    step = replace(step, **values, guessed=tuple(name for name in step.guessed if name not in values))
    return (*steps[:place], step, *steps[place + 1 :])


def added(steps: Architecture, place: int, op: str, size: Size) -> Architecture:
    """A step without weights behind the one at ``place``, out of which ``size`` comes."""
    return (*steps[: place + 1], _new(op, size), *steps[place + 1 :])


def removed(steps: Architecture, place: int) -> Architecture:
    """Without the step at ``place``."""
    return (*steps[:place], *steps[place + 1 :])


def moved(steps: Architecture, place: int, by: int) -> Architecture:
    """The step at ``place`` further down by ``by``, or up."""
    rest = list(removed(steps, place))
    rest.insert(place + by, steps[place])
    return tuple(rest)


def can_move(steps: Architecture, place: int, by: int) -> bool:
    """Whether the step at ``place`` has no weights, and room to go ``by``."""
    return is_free(steps, place) and 0 <= place + by < len(steps)


def is_free(steps: Architecture, place: int) -> bool:
    """Whether there is a step at ``place``, without weights: it can be moved and removed."""
    return 0 <= place < len(steps) and steps[place].op in ADDED


def _new(op: str, size: Size) -> Step:
    fresh: Mapping[str, Callable[[], Step]] = {
        "act": lambda: Step("act", kind="relu"),
        "view": lambda: Step("view", size=size if len(size) == 3 else (*size, 1, 1)[:3] or (1, 1, 1)),
        "enlarge": lambda: Step("enlarge", kind="nearest"),
        "shuffle": lambda: Step("shuffle"),
        "crop": lambda: Step("crop", size=size[1:] if len(size) == 3 else (1, 1)),
    }
    return fresh[op]()

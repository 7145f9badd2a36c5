"""What the card of a world model says of its actions, its pace and the parts of its state."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explorer.core.words import plain_name

STATE, ACTION, NOISE, TEMPERATURE, NEXT = "state", "action", "noise", "temperature", "next"
"""What the inputs and the output of a dream are called."""

_KEYS = (("Left", "Right"), ("Down", "Up"), ("A", "D"), ("S", "W"))
_MOST_ACTIONS = 32
_LARGEST = 1 << 16


@dataclass(frozen=True)
class WorldAction:
    """One number that is said to a world in each frame.

    Attributes
    ----------
    name : str
    low, high : float
        What it may be; 0, or the nearest to it, is what happens when nothing is said.
    keys : (str, str)
        The keys that say ``low`` and ``high``, by Qt's names; "" where there is none.
    """

    name: str
    low: float = -1.0
    high: float = 1.0
    keys: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class WorldFacts:
    """How a dream is fed and read.

    A state is a latent, then what the network remembers (hidden, then cell), and perhaps whether it has just begun. A
    run gives the next state, and behind it the reward and the logit of the end.

    Attributes
    ----------
    actions : tuple of WorldAction
    latent, hidden, cell, begun : int
        Sizes of the parts of a state, in this order.
    frames_a_second : float
        The pace at which the world was seen, where that is known; else a comfortable one.
    source : str
        The world of this program that it learned from, such as ``drive``; "" where it was another.
    """

    actions: tuple[WorldAction, ...]
    latent: int
    hidden: int
    cell: int
    begun: int = 0
    frames_a_second: float = 15.0
    source: str = ""

    @property
    def size(self) -> int:
        """Numbers of a state."""
        return self.latent + self.hidden + self.cell + self.begun


def named_actions(names: Sequence[str], ranges: Sequence[tuple[float, float]]) -> tuple[WorldAction, ...]:
    """Actions of these names, with the arrow keys for the first two and letters for two more."""
    keys = [*_KEYS, *[("", "")] * len(names)]
    return tuple(WorldAction(n, *r, keys=k) for n, r, k in zip(names, ranges, keys, strict=False))


def world_from(told: Any) -> WorldFacts:
    """What a card tells of a world.

    Raises
    ------
    TypeError, ValueError
        Something is missing or cannot be.
    """
    if not isinstance(told, dict) or not isinstance(told.get("actions"), list | tuple):
        raise TypeError("its world is not an object with actions")
    if not 1 <= len(told["actions"]) <= _MOST_ACTIONS:
        raise ValueError(f"its world does not take 1 to {_MOST_ACTIONS} actions")
    sizes = {name: int(told.get(name, 0)) for name in ("latent", "hidden", "cell", "begun")}
    if not all(0 <= size <= _LARGEST for size in sizes.values()) or not sizes["latent"] or sizes["begun"] > 1:
        raise ValueError("the parts of its state cannot be of those sizes")
    pace = float(told.get("frames_a_second", 15.0))
    if not 0.1 <= pace <= 1000.0:
        raise ValueError(f"a world cannot be seen {pace:g} times a second")
    actions = tuple(_action(each) for each in told["actions"])
    return WorldFacts(actions, **sizes, frames_a_second=pace, source=plain_name(str(told.get("source", ""))))


def _action(told: Any) -> WorldAction:
    low, high = float(told["low"]), float(told["high"])
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"an action cannot run from {low} to {high}")
    down, up = (plain_name(str(key)) for key in told["keys"])
    return WorldAction(plain_name(str(told["name"])), low, high, (down, up))
